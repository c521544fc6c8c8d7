"""Columns on PostgreSQL: what a neutral column becomes, and its line in CREATE TABLE.

In: neutral columns of one table. Out: columns that the catalog gives back exactly, the checks that stand in for what a
type cannot say, and what was lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from datamodel_pipeline.engines._engine import Loss
from datamodel_pipeline.engines.postgresql import types, words
from datamodel_pipeline.engines.postgresql.defaults import INTEGERS, Defaults
from datamodel_pipeline.schema.expressions import ColumnRef, Formula, Written
from datamodel_pipeline.schema.tables import Check, Column, Generated, Table
from datamodel_pipeline.schema.types import Type

SERIALS = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
COLLATABLE = ("string", "char", "text")


@dataclass(slots=True)
class ColumnLowering:
    """Turns the columns of one table, collecting the checks and losses that this brings."""

    table: Table
    defaults: Defaults
    checks: list[Check] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)

    def lowered(self, column: Column) -> Column:
        """The column as PostgreSQL holds it."""
        self._note_type(column)
        written = types.canonical(column.type)
        type_ = Type(SERIALS.get(_spelled(written), "")) if _spelled(written) in SERIALS else written
        identity = (column.identity or type_ != written) and type_.name in INTEGERS
        keyed = self.table.primary_key is not None and column.name in self.table.primary_key.columns
        generated = self._generated(column)
        default = None if identity or generated else column.default
        return replace(
            column,
            type=type_,
            nullable=column.nullable and not keyed and not identity,
            default=None if default is None else self.defaults.settled(default, type_),
            identity=identity,
            generated=generated,
            collation=self._collation(column, type_),
        )

    def _note_type(self, column: Column) -> None:
        """Says what the type loses; a length that bytea cannot declare becomes a check."""
        type_ = column.type
        spelled = type_.spelling(words.PRODUCT)
        if spelled and _spelled(types.read(spelled)) in SERIALS:
            self._lose(column, f"{spelled} is shorthand for a default from a sequence", "an identity column")
        elif not spelled and not type_.name:
            self._lose(column, "its type has no spelling for PostgreSQL", "text")
        elif column.identity and types.canonical(type_).name not in INTEGERS:
            self._lose(column, f"only integers can be numbered by the engine, not {types.sql(type_)}", "a plain column")
        elif not spelled and type_.name == "binary" and type_.arguments:
            self._limit(column, "octet_length", type_.arguments[0])
        elif not spelled and type_.name in ("string", "char") and types.canonical(type_).name == "text":
            self._limit(column, "char_length", type_.arguments[0])

    def _limit(self, column: Column, function: str, length: int) -> None:
        """Adds the check that keeps a length."""
        name = words.shorten(f"check_{self.table.name}_{column.name}_length")
        expression = Formula((f"{function}(", ColumnRef(column.name), f") <= {length}"))
        why = f"{types.sql(column.type)} declares no length of its own"
        self.checks.append(Check(name=name, expression=expression, kind="length", why=why))

    def _generated(self, column: Column) -> Generated | None:
        """The generation, stored where version or use forbids a virtual column, dropped where it cannot be computed."""
        if not (generated := column.generated):
            return None
        others = _columns_of(generated.expression)
        chained = next((name for name in others if (found := self.table.column(name)) and found.generated), "")
        if chained:
            self._lose(column, f"a generated column cannot use the generated column {chained}", "a plain column")
            return None
        return Generated(words.settled(generated.expression), generated.stored or self._must_store(column))

    def _must_store(self, column: Column) -> bool:
        if self.defaults.major < 18:
            self._lose(column, "virtual generated columns exist from PostgreSQL 18 on", "a stored generated column")
        elif column.name in _indexed(self.table):
            self._lose(column, "keys and indexes cannot use a virtual generated column", "a stored generated column")
        elif not types.canonical(column.type).name:
            self._lose(
                column,
                "only built-in types can be computed on reading, and this one may be another",
                "a stored generated column",
            )
        else:
            return False
        return True

    def _collation(self, column: Column, type_: Type) -> tuple[tuple[str, str], ...]:
        own = tuple(pair for pair in column.collation if pair[0] == words.PRODUCT and pair[1] != "default")
        base = type_.element or type_
        if own and base.name and base.name not in COLLATABLE:
            self._lose(column, f"{types.sql(type_)} has no collation", "the column without it")
            return ()
        return own

    def _lose(self, column: Column, what: str, instead: str) -> None:
        self.losses.append(Loss(self.table.name, f"column {column.name}", what, instead))


def column_sql(column: Column, defaults: Defaults) -> str:
    """The column's line in CREATE TABLE."""
    line = f"{words.quote(column.name)} {types.sql(column.type)}"
    for _, collation in column.collation:
        line += f" COLLATE {words.quote(collation)}"
    if column.identity:
        return f"{line} GENERATED ALWAYS AS IDENTITY"
    if column.generated:
        stored = "STORED" if column.generated.stored else "VIRTUAL"
        line += f" GENERATED ALWAYS AS ({words.expression(column.generated.expression)}) {stored}"
    if not column.nullable:
        line += " NOT NULL"
    if column.default is not None:
        line += f" DEFAULT {defaults.sql(column.default, column.type)}"
    return line


def _spelled(type_: Type) -> str:
    return type_.spelling(words.PRODUCT) or ""


def _columns_of(expression: Formula | Written | None) -> tuple[str, ...]:
    return expression.columns if expression else ()


def _indexed(table: Table) -> set[str]:
    """The columns that a key, foreign key or index of the table needs in any way."""
    keys = [*table.unique_keys, *([table.primary_key] if table.primary_key else [])]
    found: set[str] = {name for key in keys for name in key.columns}
    found |= {name for key in table.foreign_keys for name in key.columns}
    for index in table.indexes:
        expressions: Iterable[Formula | Written | None] = (index.where, *(part.expression for part in index.parts))
        found |= {*index.columns, *index.include, *(name for one in expressions for name in _columns_of(one))}
    return found
