"""What a PostgreSQL server prints for an expression, found by using it once in a scratch table.

A server rewrites expressions when it stores them, so an expression that was created and one that was meant are compared
in the server's own print. The scratch table has the real table's columns and nothing else of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import psycopg
from servers.postgresql import Connection

from datamodel_pipeline.engines._catalog import catalog_part
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.engines.postgresql import live
from datamodel_pipeline.schema.expressions import Expression, Formula, Written
from datamodel_pipeline.schema.tables import Column, Index, IndexPart, Table


class Scratch:
    """A temporary table with the columns of `table`; use it in a `with` block."""

    def __init__(self, connection: Connection, engine: Engine, table: Table) -> None:
        self.connection, self.engine, self.table = connection, engine, table

    def __enter__(self) -> Scratch:
        columns = ", ".join(map(self._column, self.table.columns))
        self.connection.execute(f"CREATE TEMP TABLE scratch ({columns})")
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.execute("DROP TABLE pg_temp.scratch")

    def expected(self) -> Table:
        """The table with every expression as the server prints it."""
        return replace(
            self.table,
            columns=tuple(map(self._expected_column, self.table.columns)),
            checks=tuple(replace(one, expression=self._condition(one.expression)) for one in self.table.checks),
            indexes=tuple(map(self._expected_index, self.table.indexes)),
        )

    def _column(self, column: Column) -> str:
        collation = "".join(f" COLLATE {self.engine.quote(name)}" for _, name in column.collation)
        return f"{self.engine.quote(column.name)} {self.engine.type_sql(column.type)}{collation}"

    def _expected_column(self, column: Column) -> Column:
        if column.generated:
            printed = self._generation(column.generated.expression, self.engine.type_sql(column.type))
            return replace(column, generated=replace(column.generated, expression=printed))
        if isinstance(column.default, Formula | Written):
            return replace(column, default=self._default(column.default, column.name))
        return column

    def _expected_index(self, index: Index) -> Index:
        where = self._predicate(index.where) if index.where else None
        return replace(index, where=where, parts=tuple(map(self._expected_part, index.parts)))

    def _expected_part(self, part: IndexPart) -> IndexPart:
        return replace(part, expression=self._key(part.expression)) if part.expression else part

    def _printed(self, change: str, question: str, undo: str) -> Written:
        self.connection.execute(change)
        row = self.connection.execute(question).fetchone()
        assert row
        self.connection.execute(undo)
        return Written(row[0])

    def _condition(self, expression: Expression) -> Written:
        return self._printed(
            f"ALTER TABLE scratch ADD CONSTRAINT probe CHECK ({self.engine.expression(expression)})",
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'probe'",
            "ALTER TABLE scratch DROP CONSTRAINT probe",
        )

    def _generation(self, expression: Expression, type_sql: str) -> Written:
        clause = f"GENERATED ALWAYS AS ({self.engine.expression(expression)}) STORED"
        return self._printed(
            f"ALTER TABLE scratch ADD COLUMN probe_column {type_sql} {clause}",
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'scratch'::regclass",
            "ALTER TABLE scratch DROP COLUMN probe_column",
        )

    def _default(self, expression: Expression, column: str) -> Written:
        name = self.engine.quote(column)
        return self._printed(
            f"ALTER TABLE scratch ALTER COLUMN {name} SET DEFAULT ({self.engine.expression(expression)})",
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'scratch'::regclass",
            f"ALTER TABLE scratch ALTER COLUMN {name} DROP DEFAULT",
        )

    def _predicate(self, expression: Expression) -> Written:
        return self._printed(
            f"CREATE INDEX probe ON scratch ((1)) WHERE {self.engine.expression(expression)}",
            "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indrelid = 'scratch'::regclass",
            "DROP INDEX probe",
        )

    def _key(self, expression: Expression) -> Written:
        return self._printed(
            f"CREATE INDEX probe ON scratch USING btree (({self.engine.expression(expression)}))",
            "SELECT pg_get_indexdef(indexrelid, 1, false) FROM pg_index WHERE indrelid = 'scratch'::regclass",
            "DROP INDEX probe",
        )


def assert_catalog_holds(connection: Connection, engine: Engine, tables: Sequence[Table]) -> None:
    """Fails unless the server holds exactly these lowered tables, part by part."""
    found = live.read(connection)
    assert [table.name for table in found.tables] == sorted(table.name for table in tables)
    for table, actual in zip(sorted(tables, key=lambda table: table.name), found.tables, strict=True):
        with Scratch(connection, engine, table) as scratch:
            expected = _comparable(scratch.expected())
        for part in fields(Table):
            subject = f"{part.name} of {table.name}"
            assert (subject, getattr(_comparable(actual), part.name)) == (subject, getattr(expected, part.name))


def _comparable(table: Table) -> Table:
    """Which columns a check names is derived knowledge: its text says it already."""
    checks = (replace(check, expression=_plain(check.expression)) for check in table.checks)
    return catalog_part(replace(table, checks=tuple(checks)))


def _plain(expression: Expression) -> Expression:
    return Written(expression.text) if isinstance(expression, Written) else expression


def created(connection: Connection, engine: Engine, tables: tuple[Table, ...]) -> list[str]:
    """Creates lowered tables, every foreign key deferred; returns the statements."""
    statements = list(engine.prelude(tables))
    for table in tables:
        statements += engine.create(table, deferred=frozenset(key.name for key in table.foreign_keys))
    added = [engine.add_foreign_key(table, key) for table in tables for key in table.foreign_keys]
    script = [statement.sql for statement in (*statements, *filter(None, added))]
    for sql in script:
        try:
            connection.execute(sql)
        except psycopg.Error as problem:
            raise AssertionError(f"{problem}\n{sql}") from problem
    return script
