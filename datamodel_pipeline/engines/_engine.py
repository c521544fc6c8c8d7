"""The contract that every engine folder fulfils. Forgetting something must be safe: the defaults are pessimistic.

An engine is one product at one version. First `lower` turns a neutral table into one that this engine can hold exactly,
naming what is lost; everything after (`prelude`, `create`, introspection) speaks of lowered tables only, so what was
created can be read back from the catalog and compared with the lowered table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from datamodel_pipeline.schema.expressions import Expression, Literal
from datamodel_pipeline.schema.tables import Column, ForeignKey, Table
from datamodel_pipeline.schema.types import Type


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of a table that this engine cannot express, and what is done instead. Shown to readers, never dropped.

    `subject` is what it is about (`subject="index idx_a_on_b"`), `what` the fact, `instead` what the engine gets.
    `general` marks what is the same for every table with such columns; a document says it once.
    """

    table: str
    subject: str
    what: str
    instead: str
    general: bool = False


@dataclass(frozen=True, slots=True)
class Lowered:
    """A table as one engine can hold it, with what was lost on the way."""

    table: Table
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, without its final semicolon.

    `kind`: pragma, function, create_table, create_index, create_trigger, comment, add_foreign_key, enable_rls,
    create_policy. `subject`: the name of what it makes.
    """

    kind: str
    sql: str
    subject: str = ""


class Engine(ABC):
    """One product at one version."""

    product: ClassVar[str]
    title: ClassVar[str]
    identifier_limit: ClassVar[int]
    oldest: ClassVar[str]
    newest: ClassVar[str]
    """The oldest and newest version that this package knows, as a user writes them."""
    known: ClassVar[tuple[str, ...]]
    """The versions that a user can name, oldest first: ("14", "15", …) or ("8.0", "8.4", "9")."""

    def __init__(self, version: str = "") -> None:
        """`version` as a user writes it ("16", "8.0", "3.45"); "" takes the newest known."""
        self.version = version or self.newest
        self.number = tuple(int(part) for part in self.version.split("."))

    @property
    def label(self) -> str:
        """`PostgreSQL 16`."""
        return f"{self.title} {self.version}"

    @abstractmethod
    def quote(self, identifier: str) -> str:
        """The identifier, quoted only where this engine needs it."""

    @abstractmethod
    def literal(self, literal: Literal) -> str:
        """The constant in this engine's spelling."""

    @abstractmethod
    def expression(self, expression: Expression) -> str:
        """The expression in this engine's spelling, without outer parentheses."""

    @abstractmethod
    def type_sql(self, type_: Type) -> str:
        """The SQL type of a column of this neutral type; the author's own spelling wins."""

    def default_sql(self, column: Column) -> str:
        """The SQL behind DEFAULT for a column of a lowered table, for people to read; "" where it has none."""
        return "" if column.default is None else "see the SQL"

    @abstractmethod
    def lower(self, table: Table) -> Lowered:
        """The table as this engine can hold it."""

    @abstractmethod
    def prelude(self, tables: Sequence[Table]) -> tuple[Statement, ...]:
        """What must stand before the tables: pragmas, shared trigger functions. `tables` are lowered."""

    @abstractmethod
    def create(self, table: Table, *, deferred: frozenset[str] = frozenset()) -> tuple[Statement, ...]:
        """The statements that make a lowered table, its indexes, triggers, comments and policies, in order.

        `deferred` names the foreign keys to leave out, because their target is made later.
        """

    @abstractmethod
    def add_foreign_key(self, table: Table, key: ForeignKey) -> Statement | None:
        """The statement that adds a deferred foreign key; None where the engine never defers (SQLite checks late)."""

    def defers_foreign_keys(self) -> bool:
        """Whether a CREATE TABLE may not name a table that does not exist yet, so that cycles need an ALTER."""
        return True
