"""What a SQLite database holds, as a Schema of lowered tables, comparable with what was created.

In: an open connection of the standard library or of apsw. Out: its tables, expressions as their statements wrote them.
It only reads. What exists in specs only is not in the file and stays empty: compare through
`engines._catalog.catalog_part`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from datamodel_pipeline.engines.sqlite import columns, ddl, reading, types
from datamodel_pipeline.engines.sqlite.lower import STRICT, TRIGGER, WITHOUT_ROWID
from datamodel_pipeline.engines.sqlite.words import NOW, PRODUCT, text, unquote
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Literal, NewUuid, Written
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
from datamodel_pipeline.schema.types import Type

Row = Sequence[Any]

VIRTUAL, STORED = 2, 3
"""PRAGMA table_xinfo, column `hidden`."""

EXPRESSION = -2
"""PRAGMA index_xinfo, column `cid`."""

TOUCH = re.compile(r"BEGIN\s+UPDATE .* SET (\"(?:[^\"]|\"\")*\"|\w+) = strftime\(", re.DOTALL)
CHECKING = re.compile(
    r"RAISE\(ABORT, 'CHECK constraint failed: (?P<name>.*?)'\) FROM \(SELECT .*?\)\s+WHERE NOT "
    r"\((?P<expression>.*)\);\s*END",
    re.DOTALL,
)


class Connection(Protocol):
    """As much of a connection as is needed here."""

    def execute(self, query: str, bindings: Any = ()) -> Iterable[Any]:
        """Sends a query with ? placeholders; gives its rows."""


def read(connection: Connection) -> Schema:
    """The tables of the main database, by name."""
    statements = list(
        connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    )
    tables = []
    for kind, name, _, sql in statements:
        if kind == "table" and not name.startswith("sqlite_"):
            own = [(what, called, written) for what, called, table, written in statements if table == name]
            tables.append(_table(connection, name, sql, own))
    return Schema(tuple(sorted(tables, key=lambda table: table.name)))


def _table(connection: Connection, name: str, sql: str, own: list[tuple[str, str, str]]) -> Table:
    definition = reading.read(sql)
    rows = list(connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)))
    key = _primary_key(definition, rows)
    triggers = [written for what, _, written in own if what == "trigger"]
    touched = [found[1] for written in triggers if (found := TOUCH.search(written))]
    late = [found for written in triggers if (found := CHECKING.search(written)) and " AFTER INSERT ON " in written]
    words = definition.rest.upper().split(", ")
    options = tuple(option for word, option in (("STRICT", STRICT), ("WITHOUT ROWID", WITHOUT_ROWID)) if word in words)
    return Table(
        name=name,
        columns=tuple(_column(definition, row, key) for row in rows),
        primary_key=key,
        unique_keys=tuple(Key(name=item.name, columns=_names(item, "UNIQUE")) for item in definition.named("UNIQUE")),
        checks=(
            *(
                Check(name=item.name, expression=Written(item.bracket(item.position("CHECK"))))
                for item in definition.named("CHECK")
            ),
            *(
                Check(name=found["name"].replace("''", "'"), expression=Written(found["expression"]), kind=TRIGGER)
                for found in late
            ),
        ),
        foreign_keys=_foreign_keys(connection, name, definition),
        indexes=tuple(_index(connection, called, written) for what, called, written in own if what == "index"),
        comment=definition.comment,
        touch_column=unquote(touched[0]) if touched else "",
        options=((PRODUCT, options),) if options else (),
    )


def _primary_key(definition: reading.Definition, rows: list[Row]) -> Key | None:
    columns = tuple(row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5])
    if not columns:
        return None
    inline = definition.constraint_of(columns[0], "PRIMARY", "KEY")
    named = next((item.name for item in definition.named("PRIMARY", "KEY")), "")
    return Key(name=inline or named, columns=columns)


def _names(item: reading.Item, *words: str) -> tuple[str, ...]:
    """The names in the bracket after these words."""
    found = reading.read(f"({item.bracket(item.position(*words))})")
    return tuple(unquote(one.tokens[0]) for one in found.items)


def _column(definition: reading.Definition, row: Row, key: Key | None) -> Column:
    _, name, sql, needed, default, _, hidden = row
    item = next(item for item in definition.items if item.is_column and item.name == name)
    collated = item.position("COLLATE")
    generated = None
    if hidden in (VIRTUAL, STORED):
        at = item.position("GENERATED", "ALWAYS", "AS")
        generated = Generated(Written(item.bracket(at)), stored=hidden == STORED)
    type_ = types.read(sql)
    return Column(
        name=name,
        type=type_,
        nullable=not needed,
        default=None if default is None else _default(type_, default),
        identity=key is not None and key.columns == (name,) and sql == "INTEGER",
        generated=generated,
        collation=((PRODUCT, unquote(item.tokens[collated + 1])),) if collated >= 0 else (),
        comment=item.comment,
    )


def _default(type_: Type, written: str) -> Default:
    """The default from PRAGMA table_xinfo, which gives its text without outer brackets."""
    if written == NOW:
        return CurrentTimestamp()
    if written == ddl.NEW_UUID:
        return NewUuid()
    if written.startswith("'") and text(inner := written[1:-1].replace("''", "'")) == written:
        return Literal(inner)
    if columns.NUMBER.fullmatch(written):
        return Literal(int(written)) if type_.name == "bigint" else Literal(written)
    return Written(written)


def _foreign_keys(connection: Connection, table: str, definition: reading.Definition) -> tuple[ForeignKey, ...]:
    """Columns and actions from PRAGMA foreign_key_list, which counts from the last key back; names from the text."""
    rows: dict[int, list[Row]] = {}
    for row in connection.execute("SELECT * FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq", (table,)):
        rows.setdefault(row[0], []).append(row)
    names = [item.name for item in definition.named("FOREIGN", "KEY")]
    return tuple(
        ForeignKey(
            name=name,
            columns=tuple(row[3] for row in parts),
            ref_table=parts[0][2],
            ref_columns=tuple(row[4] for row in parts),
            on_delete=Action(parts[0][6].lower().replace(" ", "_")),
            on_update=Action(parts[0][5].lower().replace(" ", "_")),
        )
        for name, parts in zip(names, rows.values(), strict=True)
    )


def _index(connection: Connection, name: str, sql: str) -> Index:
    body = reading.read(sql)
    unique = sql.split(maxsplit=2)[1].upper() == "UNIQUE"
    rows = list(connection.execute("SELECT * FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno", (name,)))
    parts = []
    for item, row in zip(body.items, rows, strict=True):
        expression = Written(item.bracket(0)) if row[1] == EXPRESSION else None
        parts.append(IndexPart(column=row[2] or "", expression=expression, descending=bool(row[3])))
    where = body.rest[len("WHERE") :].strip() if body.rest.upper().startswith("WHERE") else ""
    return Index(name=name, parts=tuple(parts), unique=unique, where=Written(where) if where else None)
