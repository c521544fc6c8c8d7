"""The models of this repository, and all that design makes, on a real MySQL server: created as planned, read back."""

from __future__ import annotations

from dataclasses import replace

import golden
import pytest
from golden import Case
from mysql_scratch import Scratch
from other_models import MODELS, designed, model, planned
from servers import mysql
from test_mysql_catalog import home

from datamodel_pipeline.engines import registry
from datamodel_pipeline.engines._catalog import catalog_part
from datamodel_pipeline.engines.mysql import live
from datamodel_pipeline.schema.tables import Schema

__all__ = ["home"]


def assert_created_as_meant(connection: mysql.Connection, neutral: Schema) -> None:
    engine = registry.engine("mysql")
    mysql.empty(connection)
    lowered, statements = planned(engine, neutral)
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement.sql)
    found = live.read(connection)
    assert {table.name for table in found.tables} == {table.name for table in lowered.tables}
    for table in lowered.tables:
        actual = found.table(table.name)
        assert actual is not None
        expected = replace(Scratch(connection, engine, table).expected(), tenant_column="")
        assert catalog_part(actual) == catalog_part(expected)


@pytest.mark.parametrize("name", MODELS)
def test_a_committed_model_comes_back_from_the_catalog(home: mysql.Connection, name: str) -> None:
    assert_created_as_meant(home, model(name))


@pytest.mark.parametrize("case", golden.cases("resolve"))
def test_what_design_makes_is_taken(home: mysql.Connection, case: Case) -> None:
    """Every case of `design` without errors is a schema that MySQL takes and gives back."""
    if schema := designed(case.blocks, "mysql"):
        assert_created_as_meant(home, schema)
