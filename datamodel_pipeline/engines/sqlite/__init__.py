"""SQLite 3.37 and newer: STRICT tables, foreign keys on, checks in place of types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from datamodel_pipeline.engines._engine import Engine, Lowered, Statement
from datamodel_pipeline.engines.sqlite import ddl, types, words
from datamodel_pipeline.engines.sqlite.lower import lower
from datamodel_pipeline.schema.expressions import Expression, Literal
from datamodel_pipeline.schema.tables import Column, ForeignKey, Table
from datamodel_pipeline.schema.types import Type


class Sqlite(Engine):
    """SQLite at one version; point versions such as 3.40.1 are taken too."""

    product: ClassVar[str] = words.PRODUCT
    title: ClassVar[str] = words.TITLE
    identifier_limit: ClassVar[int] = words.LIMIT
    oldest: ClassVar[str] = "3.37"
    newest: ClassVar[str] = "3.54"
    known: ClassVar[tuple[str, ...]] = tuple(f"3.{minor}" for minor in range(37, 55))

    def quote(self, identifier: str) -> str:
        """The identifier, in double quotes only where SQLite needs them."""
        return words.quote(identifier)

    def literal(self, literal: Literal) -> str:
        """The constant in SQLite's spelling."""
        return words.constant(literal)

    def expression(self, expression: Expression) -> str:
        """The expression in SQLite's spelling, without outer parentheses."""
        return words.expression(expression)

    def type_sql(self, type_: Type) -> str:
        """The SQL type; the author's own spelling wins."""
        return types.sql(type_)

    def default_sql(self, column: Column) -> str:
        """The SQL behind DEFAULT for a column of a lowered table, without outer parentheses; "" where it has none."""
        return "" if column.default is None else words.bare(ddl.default(column, column.default))

    def lower(self, table: Table) -> Lowered:
        """The table as SQLite can hold it."""
        return lower(table)

    def prelude(self, tables: Sequence[Table]) -> tuple[Statement, ...]:
        """PRAGMA foreign_keys: every connection must say it again."""
        return ddl.prelude(tables)

    def create(self, table: Table, *, deferred: frozenset[str] = frozenset()) -> tuple[Statement, ...]:
        """CREATE TABLE, its indexes and triggers. Foreign keys are never left out: SQLite looks for targets late."""
        del deferred
        return ddl.create(table)

    def add_foreign_key(self, table: Table, key: ForeignKey) -> None:
        """Nothing: SQLite cannot add a foreign key to a table, and need not."""

    def defers_foreign_keys(self) -> bool:
        """A CREATE TABLE may name a table that is made later."""
        return False


ENGINE = Sqlite
