"""Whatever SQLite is told to create reads back as it was meant: by pragmas, and from the text that it keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from servers import sqlite
from strategies import schemas

from datamodel_pipeline.engines._catalog import catalog_part
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.engines.sqlite import ENGINE, live
from datamodel_pipeline.engines.sqlite.lower import TRIGGER
from datamodel_pipeline.schema.expressions import Expression, Formula, Written
from datamodel_pipeline.schema.tables import Column, Schema, Table

STEADY = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def created(connection: sqlite.Connection, engine: Engine, tables: tuple[Table, ...]) -> None:
    for statement in (*engine.prelude(tables), *(one for table in tables for one in engine.create(table))):
        try:
            connection.execute(statement.sql)
        except sqlite.Refused as problem:
            raise AssertionError(f"{problem}\n{statement.sql}") from problem


def expected(engine: Engine, table: Table) -> Table:
    """The table with its expressions written out and its comments on one line each: SQLite keeps text as it is."""

    def written(expression: Expression) -> Written:
        return Written(engine.expression(expression))

    def column(one: Column) -> Column:
        made = replace(one.generated, expression=written(one.generated.expression)) if one.generated else None
        default = written(one.default) if isinstance(one.default, Formula | Written) else one.default
        return replace(one, generated=made, default=default, comment=line(one.comment))

    indexes = [
        replace(
            index,
            where=written(index.where) if index.where else None,
            parts=tuple(
                replace(part, expression=written(part.expression)) if part.expression else part for part in index.parts
            ),
        )
        for index in table.indexes
    ]
    checks = tuple(replace(check, expression=written(check.expression)) for check in table.checks)
    return catalog_part(
        replace(
            table,
            columns=tuple(map(column, table.columns)),
            checks=checks,
            indexes=tuple(indexes),
            comment=line(table.comment),
            tenant_column="",
        )
    )


def line(comment: str) -> str:
    return " ".join(comment.split())


def assert_read_back(engine: Engine, connection: sqlite.Connection, schema: Schema) -> None:
    tables = tuple(engine.lower(table).table for table in schema.tables)
    created(connection, engine, tables)
    found = live.read(connection)
    assert {table.name for table in found.tables} == {table.name for table in tables}
    for table in tables:
        actual = found.table(table.name)
        assert actual is not None
        assert catalog_part(actual) == expected(engine, table)
        assert triggered(actual) == triggered(table)


def triggered(table: Table) -> set[str]:
    return {check.name for check in table.checks if check.kind == TRIGGER}


@pytest.mark.parametrize("kind", sqlite.KINDS)
@STEADY
@given(schema=schemas())
def test_any_schema_comes_back(kind: str, schema: Schema) -> None:
    connection = sqlite.connect(kind)
    assert_read_back(ENGINE(), connection, schema)
    connection.close()


@STEADY
@given(schema=schemas())
def test_a_lowered_table_is_fitted_already(schema: Schema) -> None:
    engine = ENGINE()
    for table in schema.tables:
        lowered = engine.lower(table).table
        assert catalog_part(engine.lower(lowered).table) == catalog_part(lowered)
