"""Whatever MySQL is told to create, its catalog gives back: compared with the lowered schema, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from mysql_scratch import Scratch, created
from servers import mysql
from strategies import schemas

from datamodel_pipeline.engines._catalog import catalog_part
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.engines.mysql import ENGINE, live
from datamodel_pipeline.engines.mysql.keys import TRIGGER
from datamodel_pipeline.schema.tables import Schema, Table

STEADY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def home() -> Iterator[mysql.Connection]:
    """One database for many schemas, each made after emptying it."""
    mysql.require()
    with mysql.server().database() as connection:
        yield connection


def assert_read_back(engine: Engine, connection: mysql.Connection, schema: Schema) -> None:
    mysql.empty(connection)
    tables = tuple(engine.lower(table).table for table in schema.tables)
    created(connection, engine, tables)
    found = live.read(connection)
    assert {table.name for table in found.tables} == {table.name for table in tables}
    for table in tables:
        expected = replace(Scratch(connection, engine, table).expected(), tenant_column="")
        actual = found.table(table.name)
        assert actual is not None
        assert catalog_part(actual) == catalog_part(expected)
        assert triggered(actual) == triggered(table)


def triggered(table: Table) -> set[str]:
    return {check.name for check in table.checks if check.kind == TRIGGER}


@STEADY
@given(schema=schemas())
def test_any_schema_comes_back_from_the_catalog(home: mysql.Connection, schema: Schema) -> None:
    assert_read_back(ENGINE(), home, schema)


@STEADY
@given(schema=schemas())
def test_a_lowered_table_is_fitted_already(schema: Schema) -> None:
    engine = ENGINE()
    for table in schema.tables:
        lowered = engine.lower(table).table
        assert catalog_part(engine.lower(lowered).table) == catalog_part(lowered)
