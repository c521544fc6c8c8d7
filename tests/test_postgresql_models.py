"""The models of this repository on real PostgreSQL servers: created in the planned order and read back."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import golden
import pytest
from golden import Case
from scratch import assert_catalog_holds
from servers import postgresql as pg
from test_design_cases import expressions, outcome
from test_postgresql_catalog import Home, home

from datamodel_pipeline.design.resolve import resolve
from datamodel_pipeline.diagnostics import has_errors
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.planning import creation
from datamodel_pipeline.schema.tables import Schema
from datamodel_pipeline.spec.load import load_model

__all__ = ["home"]

SPECS = Path(__file__).parents[1] / "specs"
MODELS = sorted(path.parent.name for path in SPECS.glob("*/model.yaml"))


@cache
def model(name: str) -> Schema:
    folder = SPECS / name
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("**/*.yaml")}
    loaded = load_model(files)
    assert loaded.specs, loaded.diagnostics
    schema, found = resolve(loaded.specs, expressions(loaded.specs))
    assert not has_errors((*loaded.diagnostics, *found)), (*loaded.diagnostics, *found)
    return schema


def create(engine: Engine, connection: pg.Connection, schema: Schema) -> Schema:
    """Creates the schema with tables and deferred keys in the planned order; returns it lowered."""
    pg.empty(connection)
    lowered = Schema(tuple(engine.lower(table).table for table in schema.tables))
    plan = creation.order(lowered.tables)
    statements = list(engine.prelude(lowered.tables))
    for name in plan.order:
        if table := lowered.table(name):
            deferred = frozenset(key for owner, key in plan.deferred if owner == name)
            statements += engine.create(table, deferred=deferred)
    for owner, key_name in plan.deferred:
        if table := lowered.table(owner):
            keys = (key for key in table.foreign_keys if key.name == key_name)
            statements += filter(None, (engine.add_foreign_key(table, key) for key in keys))
    for statement in statements:
        connection.execute(statement.sql)
    return lowered


def assert_comes_back(engine: Engine, connection: pg.Connection, schema: Schema) -> None:
    assert_catalog_holds(connection, engine, create(engine, connection, schema).tables)


@pytest.mark.parametrize("name", MODELS)
def test_a_committed_model_comes_back_from_the_catalog(home: Home, name: str) -> None:
    assert_comes_back(*home, model(name))


@pytest.mark.parametrize("case", golden.cases("resolve"))
def test_what_design_makes_is_taken(home: Home, case: Case) -> None:
    """Every case of `design` without errors is a schema that PostgreSQL takes and gives back."""
    made = outcome(case.blocks)
    if not has_errors(made.diagnostics):
        assert_comes_back(*home, made.schema)
