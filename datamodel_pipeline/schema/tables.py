"""Tables and what belongs to them. Every class is frozen, hashable and comparable; collections are tuples.

`why` says in one sentence why a thing is there; documents print it, comparisons of two schemas leave it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from datamodel_pipeline.schema.expressions import Default, Expression
from datamodel_pipeline.schema.types import Type


class Action(StrEnum):
    """What a foreign key does to the referencing row."""

    RESTRICT = "restrict"
    NO_ACTION = "no_action"
    CASCADE = "cascade"
    SET_NULL = "set_null"
    SET_DEFAULT = "set_default"

    @property
    def sql(self) -> str:
        """The SQL words, the same on every engine."""
        return self.value.replace("_", " ").upper()


class Role(StrEnum):
    """Which decision or attribute a column comes from."""

    ATTRIBUTE = "attribute"
    PRIMARY_KEY = "primary_key"
    FOREIGN_KEY = "foreign_key"
    TENANT = "tenant"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    DELETED_AT = "deleted_at"
    ARCHIVED_AT = "archived_at"
    DISCRIMINATOR = "discriminator"


class Origin(StrEnum):
    """What made a table."""

    ENTITY = "entity"
    JUNCTION = "junction"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Generated:
    """A column computed from others; `stored` on disk, else computed when read."""

    expression: Expression
    stored: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `identity` means numbered by the engine (ALWAYS); such a column has no default."""

    name: str
    type: Type
    nullable: bool = False
    default: Default | None = None
    identity: bool = False
    generated: Generated | None = None
    collation: tuple[tuple[str, str], ...] = ()
    role: Role = Role.ATTRIBUTE
    personal: bool = False
    comment: str = ""
    renamed_from: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A primary key or a unique constraint over columns, in index order."""

    name: str
    columns: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition that every row satisfies. `kind` is the last word of its name: enum, range, json, bool, type, …"""

    name: str
    expression: Expression
    kind: str = "rule"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """A reference to another table's key.

    `cleared` names the columns that ON DELETE SET NULL clears when that is not all of `columns` (a composite key that
    starts with NOT NULL tenant_id); empty means all.
    """

    name: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    on_delete: Action = Action.RESTRICT
    on_update: Action = Action.CASCADE
    cleared: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPart:
    """One key part: a column by name, or an expression. `nulls` is "first", "last" or "" (the engine's default).

    `prefix` is how many characters of the column the index holds, where an engine cannot hold all; 0 means all.
    """

    column: str = ""
    expression: Expression | None = None
    descending: bool = False
    nulls: str = ""
    operator_class: str = ""
    prefix: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index. `where` makes it partial, `include` adds payload columns, `method` names another than the B-tree."""

    name: str
    parts: tuple[IndexPart, ...]
    unique: bool = False
    where: Expression | None = None
    include: tuple[str, ...] = ()
    method: str = ""
    why: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The plain columns of the key, in order; expressions are left out."""
        return tuple(part.column for part in self.parts if part.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table.

    `touch_column` is set to the current instant on every update. `tenant_column` isolates tenants (row-level security
    where the engine has it). `live_column` is NULL for rows that are not soft-deleted. `options` holds
    (engine product, ((option, value), …)) pairs, written to the engine as they are.
    """

    name: str
    columns: tuple[Column, ...]
    primary_key: Key | None = None
    unique_keys: tuple[Key, ...] = ()
    checks: tuple[Check, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str = ""
    entity: str = ""
    group: str = ""
    origin: Origin = Origin.ENTITY
    touch_column: str = ""
    tenant_column: str = ""
    live_column: str = ""
    archive_table: str = ""
    options: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    expected_rows: int | None = None
    renamed_from: str = ""
    why: str = ""

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def engine_options(self, engine: str) -> tuple[tuple[str, str], ...]:
        """The storage options written for this engine product."""
        return next((options for name, options in self.options if name == engine), ())


@dataclass(frozen=True, slots=True)
class Schema:
    """All tables of a model, by name."""

    tables: tuple[Table, ...] = field(default=())

    def table(self, name: str) -> Table | None:
        """The table of that name, or None."""
        return next((table for table in self.tables if table.name == name), None)
