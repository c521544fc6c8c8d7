"""What a MySQL server prints for expressions, found by using each once in a scratch table.

A server rewrites expressions when it stores them, so an expression that was created and one that was meant are compared
in the server's own print. The scratch table has the real table's columns, plain, and one probe for each expression.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from pymysql import Connection, MySQLError

from datamodel_pipeline.engines._engine import Engine, Statement
from datamodel_pipeline.engines.mysql import printing
from datamodel_pipeline.engines.mysql.keys import TRIGGER
from datamodel_pipeline.schema.expressions import Expression, Formula, Written
from datamodel_pipeline.schema.tables import Check, Column, Index, Table

NAME = "scratch of this test"


class Scratch:
    """Gathers the probes of one table, asks the server once, and gives each expression back as printed."""

    def __init__(self, connection: Connection, engine: Engine, table: Table) -> None:
        self.connection, self.engine, self.table = connection, engine, table
        self.lines = list(map(self._plain, table.columns))
        self.names = (f"probe_{number}" for number in count())
        self.asked: dict[tuple[str, str], str] = {}
        self._gather()
        self.found = self._found()

    def expected(self) -> Table:
        """The table with every expression as the server prints it."""
        return replace(
            self.table,
            columns=tuple(map(self._expected_column, self.table.columns)),
            checks=tuple(map(self._expected_check, self.table.checks)),
            indexes=tuple(map(self._expected_index, self.table.indexes)),
        )

    def _plain(self, column: Column) -> str:
        collation = "".join(f" COLLATE {name}" for _, name in column.collation)
        return f"{self.engine.quote(column.name)} {self.engine.type_sql(column.type)}{collation} NULL"

    def _gather(self) -> None:
        for check in self.table.checks:
            if check.kind != TRIGGER:
                self._ask("check", check.expression, "CONSTRAINT {name} CHECK ({sql})")
        for column in self.table.columns:
            type_sql = self.engine.type_sql(column.type)
            if column.generated:
                self._ask(f"as {type_sql}", column.generated.expression, f"{{name}} {type_sql} AS ({{sql}}) VIRTUAL")
            if isinstance(column.default, Formula | Written):
                self._ask(f"default {type_sql}", column.default, f"{{name}} {type_sql} DEFAULT ({{sql}})")
        for index in self.table.indexes:
            for part in index.parts:
                if part.expression:
                    self._ask("key", part.expression, "KEY {name} (({sql}))")

    def _ask(self, kind: str, expression: Expression, line: str) -> None:
        sql = self.engine.expression(expression)
        if (kind, sql) not in self.asked:
            name = self.asked[kind, sql] = next(self.names)
            self.lines.append(line.replace("{name}", name).replace("{sql}", sql))

    def _found(self) -> dict[str, str]:
        cursor = self.connection.cursor()
        cursor.execute(f"CREATE TABLE `{NAME}` ({', '.join(self.lines)})")
        printed: dict[str, str] = {}
        for query in (
            f"SELECT index_name, expression FROM information_schema.statistics WHERE table_name = '{NAME}'",
            "SELECT constraint_name, check_clause FROM information_schema.check_constraints",
            "SELECT column_name, IF(generation_expression = '', column_default, generation_expression)"
            f" FROM information_schema.columns WHERE table_name = '{NAME}'",
        ):
            cursor.execute(query)
            printed |= {name: printing.printed(text) for name, text in cursor.fetchall() if text}
        cursor.execute(f"DROP TABLE `{NAME}`")
        return printed

    def _answer(self, kind: str, expression: Expression) -> Written:
        return Written(self.found[self.asked[kind, self.engine.expression(expression)]])

    def _expected_check(self, check: Check) -> Check:
        if check.kind == TRIGGER:
            return replace(check, expression=Written(self.engine.expression(check.expression)))
        return replace(check, expression=self._answer("check", check.expression))

    def _expected_column(self, column: Column) -> Column:
        type_sql = self.engine.type_sql(column.type)
        if column.generated:
            printed = self._answer(f"as {type_sql}", column.generated.expression)
            return replace(column, generated=replace(column.generated, expression=printed))
        if isinstance(column.default, Formula | Written):
            return replace(column, default=self._answer(f"default {type_sql}", column.default))
        return column

    def _expected_index(self, index: Index) -> Index:
        parts = tuple(
            replace(part, expression=self._answer("key", part.expression)) if part.expression else part
            for part in index.parts
        )
        return replace(index, parts=parts)


def created(connection: Connection, engine: Engine, tables: tuple[Table, ...]) -> None:
    """Creates lowered tables, every foreign key deferred; a failure shows its statement."""
    statements: list[Statement | None] = list(engine.prelude(tables))
    for table in tables:
        statements += engine.create(table, deferred=frozenset(key.name for key in table.foreign_keys))
    statements += [engine.add_foreign_key(table, key) for table in tables for key in table.foreign_keys]
    cursor = connection.cursor()
    for statement in filter(None, statements):
        try:
            cursor.execute(statement.sql)
        except MySQLError as problem:
            raise AssertionError(f"{problem}\n{statement.sql}") from problem
