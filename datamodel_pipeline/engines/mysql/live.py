"""What a MySQL database holds, as a Schema of lowered tables, comparable with what was created.

In: an open connection (PyMySQL's, or any with cursors) whose current database is the one in question. Out: its tables,
expressions as the server prints them. It only reads. What exists in specs only is not in a catalog and stays empty:
compare through `engines._catalog.catalog_part`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Protocol

from datamodel_pipeline.engines.mysql import catalog, options, printing, types, words
from datamodel_pipeline.engines.mysql.keys import TRIGGER
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

LOST = "?"
"""What the catalog shows for a character beyond U+FFFF, and for a question mark."""

OWN_CLOCK = "on update CURRENT_TIMESTAMP"
TRIGGER_BODY = re.compile(
    r"SET @refused = IF\(\(\s+SELECT \((?P<expression>.*?)\)(?:\s+FROM \(SELECT NEW\..*\) AS new_row)?\s+\) IS FALSE,"
    r" UUID_TO_BIN\('Check constraint (?P<name>.*) is violated\.'\), NULL\)$",
    re.DOTALL,
)


class Cursor(Protocol):
    """As much of a DB-API cursor as is needed here."""

    def execute(self, query: str) -> Any:
        """Sends a query."""

    def fetchall(self) -> Any:
        """All rows of the last query."""


class Connection(Protocol):
    """As much of a DB-API connection as is needed here."""

    def cursor(self) -> Cursor:
        """A new cursor."""


def read(connection: Connection) -> Schema:
    """The tables of the current database, by name."""
    cursor = connection.cursor()

    def ask(query: str) -> Rows:
        cursor.execute(query)
        found: Rows = defaultdict(list)
        for name, *rest in cursor.fetchall():
            found[name].append(rest)
        return found

    columns, indexes, checks = ask(catalog.COLUMNS), ask(catalog.INDEXES), ask(catalog.CHECKS)
    foreign_keys, triggers = ask(catalog.FOREIGN_KEYS), ask(catalog.TRIGGERS)
    tables = []
    for name, [(collation, engine, created_with, comment)] in ask(catalog.TABLES).items():
        keys, plain = _indexes(indexes[name])
        late = [_trigger(cursor, trigger) for [trigger] in triggers[name]]
        tables.append(
            Table(
                name=name,
                columns=tuple(_column(cursor, name, row, collation) for row in columns[name]),
                primary_key=next((key for key in keys if key.name == "PRIMARY"), None),
                unique_keys=tuple(key for key in keys if key.name != "PRIMARY"),
                checks=(*(_check(row) for row in checks[name]), *filter(None, late)),
                foreign_keys=_foreign_keys(foreign_keys[name]),
                indexes=plain,
                comment=comment,
                touch_column=next((row[0] for row in columns[name] if OWN_CLOCK in row[4]), ""),
                options=options.read(engine, collation, created_with),
            )
        )
    return Schema(tuple(sorted(tables, key=lambda table: table.name)))


def _column(cursor: Cursor, table: str, row: Row, table_collation: str) -> Column:
    name, sql, nullable, default, extra, collation, comment, expression = row
    generated = None
    if expression:
        generated = Generated(Written(printing.printed(expression)), stored="STORED" in extra)
    type_ = types.read(sql)
    if default and LOST in default and types.is_text(type_) and "DEFAULT_GENERATED" not in extra:
        cursor.execute(f"SHOW CREATE TABLE {words.quote(table)}")
        [(_, statement)] = cursor.fetchall()
        default = printing.whole_default(statement, name, default)
    return Column(
        name=name,
        type=type_,
        nullable=nullable == "YES",
        default=None if default is None else printing.default(type_, default, made="DEFAULT_GENERATED" in extra),
        identity="auto_increment" in extra,
        generated=generated,
        collation=((words.PRODUCT, collation),) if collation and collation != table_collation else (),
        comment=comment,
    )


def _check(row: Row) -> Check:
    name, clause = row
    return Check(name=name, expression=Written(printing.printed(clause)))


def _trigger(cursor: Cursor, name: str) -> Check | None:
    """The check behind a trigger that this package made, with its expression as it was written; None for others."""
    cursor.execute(f"SHOW CREATE TRIGGER {words.quote(name)}")
    [(_, _, statement, *_)] = cursor.fetchall()
    found = TRIGGER_BODY.search(statement)
    return (
        Check(name=printing.plain(found["name"]), expression=Written(found["expression"]), kind=TRIGGER)
        if found
        else None
    )


def _foreign_keys(rows: list[Row]) -> tuple[ForeignKey, ...]:
    found = []
    for name, group in groupby(rows, key=lambda row: row[0]):
        parts = list(group)
        *_, ref_table, _, on_delete, on_update = parts[0]
        found.append(
            ForeignKey(
                name=name,
                columns=tuple(part[1] for part in parts),
                ref_table=ref_table,
                ref_columns=tuple(part[3] for part in parts),
                on_delete=Action(on_delete.lower().replace(" ", "_")),
                on_update=Action(on_update.lower().replace(" ", "_")),
            )
        )
    return tuple(found)


def _indexes(rows: list[Row]) -> tuple[list[Key], tuple[Index, ...]]:
    """Keys are unique indexes over whole columns in ascending order: MySQL makes no other difference."""
    keys: list[Key] = []
    plain: list[Index] = []
    for name, group in groupby(rows, key=lambda row: row[0]):
        rows_of_index = list(group)
        _, many, method, *_ = rows_of_index[0]
        parts = tuple(map(_part, rows_of_index))
        if not many and all(part == IndexPart(column=part.column) and part.column for part in parts):
            keys.append(Key(name=name, columns=tuple(part.column for part in parts)))
        else:
            method = "" if method == "BTREE" else method.lower()
            plain.append(Index(name=name, parts=parts, unique=not many, method=method))
    return keys, tuple(plain)


def _part(row: Row) -> IndexPart:
    *_, column, expression, prefix, order = row
    return IndexPart(
        column=column or "",
        expression=Written(printing.printed(expression)) if expression else None,
        descending=order == "D",
        prefix=prefix or 0,
    )
