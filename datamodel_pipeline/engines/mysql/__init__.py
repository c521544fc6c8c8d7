"""MySQL 8.0.16 and newer: InnoDB, utf8mb4, checks enforced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from datamodel_pipeline.engines._engine import Engine, Lowered, Statement
from datamodel_pipeline.engines.mysql import ddl, types, words
from datamodel_pipeline.engines.mysql.lower import lower
from datamodel_pipeline.schema.expressions import Expression, Literal
from datamodel_pipeline.schema.tables import Column, ForeignKey, Table
from datamodel_pipeline.schema.types import Type


class Mysql(Engine):
    """MySQL at one version; point versions such as 8.0.30 are taken too."""

    product: ClassVar[str] = words.PRODUCT
    title: ClassVar[str] = words.TITLE
    identifier_limit: ClassVar[int] = words.LIMIT
    oldest: ClassVar[str] = "8.0.16"
    newest: ClassVar[str] = "9"
    known: ClassVar[tuple[str, ...]] = ("8.0", "8.4", "9")

    def quote(self, identifier: str) -> str:
        """The identifier, in backticks only where MySQL needs them."""
        return words.quote(identifier)

    def literal(self, literal: Literal) -> str:
        """The constant in MySQL's spelling."""
        return words.constant(literal)

    def expression(self, expression: Expression) -> str:
        """The expression in MySQL's spelling, without outer parentheses."""
        return words.expression(expression)

    def type_sql(self, type_: Type) -> str:
        """The SQL type; the author's own spelling wins."""
        return types.sql(type_)

    def default_sql(self, column: Column) -> str:
        """The SQL behind DEFAULT for a column of a lowered table, without outer parentheses; "" where it has none."""
        return "" if column.default is None else words.bare(ddl.default(column.type, column.default))

    def lower(self, table: Table) -> Lowered:
        """The table as MySQL can hold it."""
        return lower(table, self.number)

    def prelude(self, tables: Sequence[Table]) -> tuple[Statement, ...]:
        """The session settings that the statements need."""
        return ddl.prelude(tables)

    def create(self, table: Table, *, deferred: frozenset[str] = frozenset()) -> tuple[Statement, ...]:
        """CREATE TABLE with its indexes inside, and triggers for checks that MySQL takes in no other way."""
        return ddl.create(table, deferred)

    def add_foreign_key(self, table: Table, key: ForeignKey) -> Statement | None:
        """ALTER TABLE for a key whose target is made later."""
        return ddl.add_foreign_key(table, key)


ENGINE = Mysql
