"""The case files: the script of each case, exactly; and the same script on real servers, read back from the catalog."""

from __future__ import annotations

import ast

import pytest
from golden import Case, cases
from test_postgresql_catalog import Home, assert_read_back, home

from datamodel_pipeline.engines import registry
from datamodel_pipeline.schema import expressions, tables, types
from datamodel_pipeline.schema.tables import Schema, Table

__all__ = ["home"]

WORDS = {name: value for module in (types, expressions, tables) for name, value in vars(module).items()}


def schema(case: Case) -> Schema:
    """The tables of a case: Python expressions, one after the other."""
    written = ast.parse(case.blocks["tables"]).body
    return Schema(tuple(eval(ast.unparse(one), dict(WORDS)) for one in written))


def script(version: str, neutral: tuple[Table, ...]) -> tuple[str, str]:
    """The SQL and the losses. A key to a table that comes later is deferred."""
    engine = registry.engine("postgresql", version)
    lowered = [engine.lower(table) for table in neutral]
    statements = list(engine.prelude([one.table for one in lowered]))
    seen: set[str] = set()
    late = []
    for one in lowered:
        seen.add(one.table.name)
        deferred = [key for key in one.table.foreign_keys if key.ref_table not in seen]
        statements += engine.create(one.table, deferred=frozenset(key.name for key in deferred))
        late += [engine.add_foreign_key(one.table, key) for key in deferred]
    losses = [loss for one in lowered for loss in one.losses]
    sql = "\n".join(f"{statement.sql};" for statement in (*statements, *filter(None, late)))
    return sql, "\n".join(f"{loss.table}, {loss.subject}: {loss.what} → {loss.instead}" for loss in losses)


@pytest.mark.parametrize("case", cases("postgresql"))
def test_case(case: Case) -> None:
    neutral = schema(case).tables
    newest, losses = script("18", neutral)
    case.expect("sql", newest)
    if losses or "losses" in case.blocks:
        case.expect("losses", losses)
    older, older_losses = script("14", neutral)
    if older != newest:
        case.expect("14.sql", older)
    if older_losses != losses:
        case.expect("14.losses", older_losses)


@pytest.mark.parametrize("case", cases("postgresql"))
def test_case_comes_back_from_the_catalog(case: Case, home: Home) -> None:
    assert_read_back(*home, schema(case))


@pytest.mark.parametrize("case", cases("postgresql"))
def test_no_statement_has_trailing_blanks_or_a_semicolon(case: Case) -> None:
    for version in ("14", "18"):
        for line in script(version, schema(case).tables)[0].splitlines():
            assert line == line.rstrip()
