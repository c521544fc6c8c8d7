"""Whatever PostgreSQL is told to create, its catalog gives back: compared with the lowered schema, part by part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from scratch import assert_catalog_holds, created
from servers import postgresql as pg
from strategies import schemas

from datamodel_pipeline.engines import registry
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.schema.tables import (
    Schema,
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
    assert_catalog_holds(connection, engine, tables)


@STEADY
@given(schema=schemas())
def test_any_schema_comes_back_from_the_catalog(home: Home, schema: Schema) -> None:
    assert_read_back(*home, schema)
