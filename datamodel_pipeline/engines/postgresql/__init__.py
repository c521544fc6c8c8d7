"""PostgreSQL 14 to 18.

In: neutral tables. Out: the same tables as PostgreSQL holds them, and the SQL that makes them. It never connects to
anything; only `live` reads a connection that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from datamodel_pipeline.engines._engine import Engine, Lowered, Statement
from datamodel_pipeline.engines.postgresql import ddl, types, upkeep, words
from datamodel_pipeline.engines.postgresql.defaults import Defaults
from datamodel_pipeline.engines.postgresql.lower import lower
from datamodel_pipeline.schema.expressions import Expression, Literal
from datamodel_pipeline.schema.tables import Column, ForeignKey, Table
from datamodel_pipeline.schema.types import Type


class PostgreSQL(Engine):
    """PostgreSQL at one major version."""

    product: ClassVar[str] = words.PRODUCT
    title: ClassVar[str] = "PostgreSQL"
    identifier_limit: ClassVar[int] = words.LIMIT
    oldest: ClassVar[str] = "14"
    newest: ClassVar[str] = "18"
    known: ClassVar[tuple[str, ...]] = ("14", "15", "16", "17", "18")

    def quote(self, identifier: str) -> str:
        """The identifier, quoted only where PostgreSQL needs it."""
        return words.quote(identifier)

    def literal(self, literal: Literal) -> str:
        """The constant in PostgreSQL's spelling."""
        return words.constant(literal)

    def expression(self, expression: Expression) -> str:
        """The expression in PostgreSQL's spelling, without outer parentheses."""
        return words.expression(expression)

    def type_sql(self, type_: Type) -> str:
        """The SQL type of a column of this neutral type; the author's own spelling wins."""
        return types.sql(type_)

    def default_sql(self, column: Column) -> str:
        """The SQL behind DEFAULT for a column of a lowered table; "" where it has none."""
        return "" if column.default is None else Defaults(self.number[0]).sql(column.default, column.type)

    def lower(self, table: Table) -> Lowered:
        """The table as PostgreSQL can hold it."""
        return lower(table, self.number[0])

    def prelude(self, tables: Sequence[Table]) -> tuple[Statement, ...]:
        """The trigger functions that the tables share."""
        return upkeep.functions(tables)

    def create(self, table: Table, *, deferred: frozenset[str] = frozenset()) -> tuple[Statement, ...]:
        """The statements that make a lowered table, its indexes, trigger, comments and policies, in order."""
        return ddl.create(table, deferred, self.number[0])

    def add_foreign_key(self, table: Table, key: ForeignKey) -> Statement | None:
        """The statement that adds a deferred foreign key."""
        return ddl.add_foreign_key(table, key)


ENGINE = PostgreSQL
