"""What a PostgreSQL server holds, as a Schema of lowered tables, comparable with what was created.

In: an open connection. Out: the tables of one schema; expressions as the server prints them. It only reads, and it does
not know how the connection was made. What exists in specs only (reasons, roles, groups, which column marks deleted
rows) is not in a catalog and stays empty: compare through `engines._catalog.catalog_part`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Protocol

from datamodel_pipeline.engines.postgresql import catalog, security, types, upkeep, words
from datamodel_pipeline.engines.postgresql.defaults import Defaults
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import (
    Action,
    Check,
    Column,
    ForeignKey,
    Generated,
    Index,
    IndexPart,
    Key,
    Schema,
    Table,
)

Row = Sequence[Any]
Rows = dict[str, list[Row]]
"""Table name → its rows, each without the table's name."""

ACTIONS = {
    "a": Action.NO_ACTION,
    "r": Action.RESTRICT,
    "c": Action.CASCADE,
    "n": Action.SET_NULL,
    "d": Action.SET_DEFAULT,
}
"""pg_constraint.confdeltype and confupdtype."""

DESCENDING, NULLS_FIRST = 1, 2
"""Bits of pg_index.indoption."""


class Answer(Protocol):
    """The rows of a query."""

    def fetchall(self) -> Sequence[Row]:
        """All of them."""


class Connection(Protocol):
    """As much of a psycopg connection as is needed here."""

    def execute(self, query: Any, params: Any = None) -> Answer:
        """Sends a query with %s placeholders."""

    @property
    def info(self) -> Any:
        """Has `server_version`, such as 160004."""


def read(connection: Connection, schema: str = "") -> Schema:
    """The tables of the schema ("" = the current one), by name."""
    schema = schema or connection.execute(catalog.SCHEMA).fetchall()[0][0]

    def ask(query: str) -> Rows:
        found: Rows = defaultdict(list)
        for name, *rest in connection.execute(query, (schema,)).fetchall():
            found[name].append(rest)
        return found

    defaults = Defaults(connection.info.server_version // 10000)
    columns, constraints, indexes = ask(catalog.COLUMNS), ask(catalog.CONSTRAINTS), ask(catalog.INDEXES)
    policies, triggers = ask(catalog.POLICIES), ask(catalog.TRIGGERS)
    tables = []
    for name, [(options, toast_options, comment, isolated)] in ask(catalog.TABLES).items():
        kinds = _by_kind(constraints[name])
        tables.append(
            Table(
                name=name,
                columns=tuple(_column(row, defaults) for row in columns[name]),
                primary_key=next(map(_key, kinds["p"]), None),
                unique_keys=tuple(map(_key, kinds["u"])),
                checks=tuple(Check(name=row[0], expression=Written(row[-1], tuple(row[2]))) for row in kinds["c"]),
                foreign_keys=tuple(map(_foreign_key, kinds["f"])),
                indexes=_indexes(indexes[name]),
                comment=comment or "",
                touch_column=_first(upkeep.read_column(body) for [body] in triggers[name]),
                tenant_column=_first(security.read_column(*row) for row in policies[name]) if isolated else "",
                options=_options(options, toast_options),
            )
        )
    return Schema(tuple(tables))


def _by_kind(rows: list[Row]) -> Rows:
    kinds: Rows = defaultdict(list)
    for row in rows:
        kinds[row[1]].append(row)
    return kinds


def _first(found: Iterable[str]) -> str:
    """The first that is not empty."""
    return next(filter(None, found), "")


def _column(row: Row, defaults: Defaults) -> Column:
    name, sql, nullable, identity, generated, expression, collation, comment = row
    type_ = types.read(sql)
    return Column(
        name=name,
        type=type_,
        nullable=nullable,
        default=defaults.read(expression, type_) if expression and not generated else None,
        identity=identity,
        generated=Generated(Written(expression), stored=generated == "s") if generated else None,
        collation=((words.PRODUCT, collation),) if collation else (),
        comment=comment or "",
    )


def _key(row: Row) -> Key:
    return Key(name=row[0], columns=tuple(row[2]))


def _foreign_key(row: Row) -> ForeignKey:
    name, _, columns, ref_table, ref_columns, on_delete, on_update, cleared, _ = row
    return ForeignKey(
        name=name,
        columns=tuple(columns),
        ref_table=ref_table,
        ref_columns=tuple(ref_columns),
        on_delete=ACTIONS[on_delete],
        on_update=ACTIONS[on_update],
        cleared=tuple(cleared),
    )


def _indexes(rows: list[Row]) -> tuple[Index, ...]:
    found = []
    for name, group in groupby(rows, key=lambda row: row[0]):
        parts = list(group)
        _, unique, method, where, *_ = parts[0]
        found.append(
            Index(
                name=name,
                parts=tuple(_part(row) for row in parts if not row[-1]),
                unique=unique,
                where=Written(where) if where else None,
                include=tuple(row[5] for row in parts if row[-1]),
                method="" if method == "btree" else method,
            )
        )
    return tuple(found)


def _part(row: Row) -> IndexPart:
    column, expression, options, operator_class = row[5:9]
    descending, nulls_first = bool(options & DESCENDING), bool(options & NULLS_FIRST)
    nulls = "" if descending == nulls_first else "first" if nulls_first else "last"
    return IndexPart(
        column=column or "",
        expression=Written(expression) if expression else None,
        descending=descending,
        nulls=nulls,
        operator_class=operator_class or "",
    )


def _options(own: list[str] | None, toast: list[str] | None) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    written = [*(own or []), *(f"toast.{option}" for option in toast or [])]
    pairs = tuple(tuple(option.split("=", 1)) for option in written)
    return ((words.PRODUCT, tuple((name, value) for name, value in pairs)),) if pairs else ()
