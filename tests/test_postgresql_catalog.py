"""Whatever PostgreSQL is told to create, its catalog gives back: compared with the lowered schema, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from scratch import Scratch, created
from servers import postgresql as pg
from strategies import schemas

from datamodel_pipeline.engines import registry
from datamodel_pipeline.engines._catalog import catalog_part
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.engines.postgresql import live
from datamodel_pipeline.schema.expressions import Formula, Written
from datamodel_pipeline.schema.tables import (
    Schema,
    Table,
)

Home = tuple[Engine, pg.Connection]

STEADY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module", params=tuple(pg.FOLDERS), ids=lambda version: f"postgresql{version}")
def home(request: pytest.FixtureRequest) -> Iterator[Home]:
    """An engine and a database for many schemas, each made after emptying it."""
    with pg.server(request.param).database() as connection:
        yield registry.engine("postgresql", request.param), connection


def assert_read_back(engine: Engine, connection: pg.Connection, schema: Schema) -> None:
    pg.empty(connection)
    tables = tuple(engine.lower(table).table for table in schema.tables)
    created(connection, engine, tables)
    found = live.read(connection)
    assert [table.name for table in found.tables] == sorted(table.name for table in tables)
    for table in tables:
        with Scratch(connection, engine, table) as scratch:
            expected = catalog_part(scratch.expected())
        actual = found.table(table.name)
        assert actual is not None
        assert catalog_part(without_column_lists(actual)) == without_column_lists(expected)


def without_column_lists(table: Table) -> Table:
    """Which columns an expression names is derived knowledge: its text says it already."""
    checks = tuple(replace(check, expression=plain(check.expression)) for check in table.checks)
    return replace(table, checks=checks)


def plain(expression: Formula | Written) -> Formula | Written:
    return Written(expression.text) if isinstance(expression, Written) else expression


@STEADY
@given(schema=schemas())
def test_any_schema_comes_back_from_the_catalog(home: Home, schema: Schema) -> None:
    assert_read_back(*home, schema)
