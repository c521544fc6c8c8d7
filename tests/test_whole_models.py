"""Whole models as outsiders write them: specs in, then rows that every real engine takes, and rows that none does.

A case of `tests/cases/models` has the files of a model and, where it matters, SQL that is plain enough for all engines:
each statement of `taken` must run on each of them, each statement of `refused` must be refused by each of them, and the
rows of `asked` must be those of `answered` everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal

import pytest
from engine_scripts import REFUSED, Database, empty
from golden import Case, cases
from other_models import PRODUCTS, planned

from datamodel_pipeline.design.resolve import resolve, sql_of
from datamodel_pipeline.diagnostics import has_errors
from datamodel_pipeline.engines import registry
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.parsing.expressions import read
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import Schema
from datamodel_pipeline.spec.load import load_model
from datamodel_pipeline.spec.specs import Specs

RUN = (("postgresql", "16"), ("postgresql", "18"), ("mysql", "9"), ("sqlite", ""))
OLD = {"postgresql": "14", "mysql": "8.0", "sqlite": "3.37"}


def schema(case: Case) -> Schema:
    """The neutral schema; the specs and everything made of them must be free of errors."""
    files = {name: text.encode() for name, text in case.blocks.items() if name.endswith(".yaml")}
    loaded = load_model(files)
    assert loaded.specs and not has_errors(loaded.diagnostics), "\n".join(map(str, loaded.diagnostics))
    made, found = resolve(loaded.specs, spelled(loaded.specs))
    assert not has_errors(found), "\n".join(map(str, found))
    return made


def spelled(specs: Specs) -> dict[str, Written]:
    """Every piece of SQL in the specs; each must be readable for all engines."""
    found: dict[str, Written] = {}
    for site in (site for entity in specs.entities for site in sql_of(entity)):
        reading = read(site.sql.text, site.sql.spelled, PRODUCTS, neutral=site.sql.neutral, place=site.place)
        assert reading.written, (site.at, reading.problems)
        found[site.key] = reading.written
    return found


@contextmanager
def created(case: Case, engine: Engine) -> Iterator[Database]:
    """The case's tables on this engine."""
    with empty(engine.product, engine.version if engine.product == "postgresql" else "") as database:
        for statement in planned(engine, schema(case))[1]:
            try:
                database.run(statement.sql)
            except REFUSED as problem:
                raise AssertionError(f"{engine.label}: {problem}\n{statement.sql}") from problem
        yield database


def statements(block: str) -> list[str]:
    return [text.strip() for text in block.split(";\n") if text.strip()]


@pytest.mark.parametrize(("product", "version"), RUN, ids=lambda word: word)
@pytest.mark.parametrize("case", cases("models"))
def test_engines_agree(case: Case, product: str, version: str) -> None:
    with created(case, registry.engine(product, version)) as database:
        for statement in statements(case.blocks.get("taken", "")):
            try:
                database.run(statement)
            except REFUSED as problem:
                pytest.fail(f"{product} refuses {statement}: {problem}")
        for statement in statements(case.blocks.get("refused", "")):
            with suppress(*REFUSED):
                database.run(statement)
                pytest.fail(f"{product} takes {statement}")
        if "asked" in case.blocks:
            case.expect(
                "answered", "\n".join(" | ".join(map(said, row)) for row in database.rows(case.blocks["asked"]))
            )


def said(value: object) -> str:
    """A value as all engines' clients would show it."""
    match value:
        case None:
            return "-"
        case bool():
            return str(int(value))
        case Decimal() | float() | int():
            return f"{float(value):g}"
        case bytes():
            return value.hex()
        case _:
            return str(value)


@pytest.mark.parametrize("product", OLD)
@pytest.mark.parametrize("case", cases("models"))
def test_what_is_written_for_the_oldest_version_runs(case: Case, product: str) -> None:
    with created(case, registry.engine(product, OLD[product])):
        pass
