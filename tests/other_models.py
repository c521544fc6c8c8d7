"""The models of this repository as if each were meant for every engine, whichever its authors chose."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from test_design_cases import MODEL, expressions

from datamodel_pipeline.design.resolve import resolve
from datamodel_pipeline.diagnostics import Diagnostic, has_errors
from datamodel_pipeline.engines._engine import Engine, Statement
from datamodel_pipeline.planning import creation
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import Schema, Table
from datamodel_pipeline.spec.load import load_model
from datamodel_pipeline.spec.specs import EngineChoice

SPECS = Path(__file__).parents[1] / "specs"
MODELS = sorted(path.parent.name for path in SPECS.glob("*/model.yaml"))
PRODUCTS = ("postgresql", "mysql", "sqlite")


@cache
def model(name: str) -> Schema:
    """A committed model's neutral schema."""
    folder = SPECS / name
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("**/*.yaml")}
    schema, found = on_all_engines(files)
    assert not has_errors(found), found
    return schema


def designed(blocks: dict[str, str], product: str) -> Schema | None:
    """The neutral schema of a case of `design`; None where its point is an error, or SQL for other engines only."""
    files = {"model.yaml": (MODEL + blocks.get("model.yaml", "")).encode()}
    entities = {name: text for name, text in blocks.items() if name.startswith("entities/")}
    schema, found = on_all_engines(files | {name: f"datamodel: 1\n{text}".encode() for name, text in entities.items()})
    return None if has_errors(found) or not all(map(partial(_is_meant_for, product), schema.tables)) else schema


def _is_meant_for(product: str, table: Table) -> bool:
    written = [check.expression for check in table.checks if isinstance(check.expression, Written)]
    return all(not one.spelled or product in dict(one.spelled) for one in written)


def on_all_engines(files: dict[str, bytes]) -> tuple[Schema, tuple[Diagnostic, ...]]:
    """The schema, with its expressions spelled for all engines."""
    loaded = load_model(files)
    assert loaded.specs, loaded.diagnostics
    decisions = replace(loaded.specs.model.decisions, engines=tuple(map(EngineChoice, PRODUCTS)))
    specs = replace(loaded.specs, model=replace(loaded.specs.model, decisions=decisions))
    schema, found = resolve(specs, expressions(specs))
    return schema, (*loaded.diagnostics, *found)


def planned(engine: Engine, neutral: Schema) -> tuple[Schema, list[Statement]]:
    """The lowered schema and its statements, in the order and with the deferred keys that neutral tables give."""
    lowered = Schema(tuple(engine.lower(table).table for table in neutral.tables))
    plan = creation.order(neutral.tables)
    late = plan.deferred if engine.defers_foreign_keys() else ()
    statements = list(engine.prelude(lowered.tables))
    for name in plan.order:
        table = lowered.table(name)
        assert table is not None
        statements += engine.create(table, deferred=frozenset(key for owner, key in late if owner == name))
    for owner, key_name in late:
        table = lowered.table(owner)
        assert table is not None
        keys = (key for key in table.foreign_keys if key.name == key_name)
        statements += filter(None, (engine.add_foreign_key(table, key) for key in keys))
    return lowered, statements
