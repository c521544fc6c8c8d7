"""The statements that make a table on SQLite.

In: lowered tables. Out: SQL. Comments stand inside CREATE TABLE, because SQLite keeps that text as it is and has no
other place for them. It refuses to decide anything: whatever SQLite cannot hold is gone already.
"""

from __future__ import annotations

from collections.abc import Sequence

from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.engines.sqlite import types
from datamodel_pipeline.engines.sqlite.lower import STRICT, TRIGGER, WITHOUT_ROWID
from datamodel_pipeline.engines.sqlite.words import NOW, PRODUCT, constant, expression, quote, quote_all, text
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Formula, Literal, NewUuid, Written
from datamodel_pipeline.schema.tables import Check, Column, ForeignKey, Index, IndexPart, Table

NEW_UUID = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' "
    "|| substr('89AB', (random() & 3) + 1, 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)
"""A UUID of version 4; SQLite has no function for one."""


def prelude(tables: Sequence[Table]) -> tuple[Statement, ...]:
    """Foreign keys are off in every new connection unless it says otherwise."""
    del tables
    return (Statement("pragma", "PRAGMA foreign_keys = ON", "foreign_keys"),)


def create(table: Table) -> tuple[Statement, ...]:
    """CREATE TABLE, its indexes, the trigger of `touch_column`, and those of checks that must be triggers."""
    statements = [Statement("create_table", _table(table), table.name)]
    statements += [Statement("create_index", _index(table, index), index.name) for index in table.indexes]
    if table.touch_column:
        statements.append(_touch(table))
    for check in table.checks:
        statements += _triggers(table, check) if check.kind == TRIGGER else []
    return tuple(statements)


def touch_name(table: Table) -> str:
    """The name of the trigger that keeps `touch_column` at the present."""
    return f"touch_{table.name}_{table.touch_column}"


def _table(table: Table) -> str:
    lines = [(_column(table, column), column.comment) for column in table.columns]
    if table.primary_key and not _inline(table):
        lines.append(
            (f"CONSTRAINT {quote(table.primary_key.name)} PRIMARY KEY ({quote_all(table.primary_key.columns)})", "")
        )
    lines += [(f"CONSTRAINT {quote(key.name)} UNIQUE ({quote_all(key.columns)})", "") for key in table.unique_keys]
    lines += [(_foreign_key(key), "") for key in table.foreign_keys]
    lines += [(_check(check), "") for check in table.checks if check.kind != TRIGGER]
    body = [
        f"    {line}{',' if number < len(lines) else ''}{_comment(comment)}"
        for number, (line, comment) in enumerate(lines, 1)
    ]
    options = table.engine_options(PRODUCT)
    words = [word for word, option in (("STRICT", STRICT), ("WITHOUT ROWID", WITHOUT_ROWID)) if option in options]
    end = f") {', '.join(words)}".rstrip()
    return "\n".join([f"CREATE TABLE {quote(table.name)} ({_comment(table.comment)}", *body, end])


def _comment(comment: str) -> str:
    words = " ".join(comment.replace("\0", " ").split())
    return f" -- {words}" if words else ""


def _inline(table: Table) -> bool:
    return any(column.identity for column in table.columns)


def _column(table: Table, column: Column) -> str:
    key = table.primary_key.columns if table.primary_key else ()
    words = [quote(column.name), types.sql(column.type)]
    if words[1] == "INTEGER" and key == (column.name,) and not column.identity:
        words[1] = "INT"  # INTEGER would make SQLite number the rows of a table whose key comes from elsewhere
    words += [] if column.nullable else ["NOT NULL"]
    if column.identity and table.primary_key:
        words.append(f"CONSTRAINT {quote(table.primary_key.name)} PRIMARY KEY")
    if column.default is not None:
        words.append(f"DEFAULT {default(column, column.default)}")
    words += [f"COLLATE {collation}" for product, collation in column.collation if product == PRODUCT]
    if column.generated:
        kind = "STORED" if column.generated.stored else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({expression(column.generated.expression)}) {kind}")
    return " ".join(words)


def default(column: Column, given: Default) -> str:
    """What stands behind DEFAULT; expressions in one pair of parentheses, as SQLite wants them."""
    match given:
        case CurrentTimestamp():
            return f"({NOW})"
        case NewUuid():
            return f"({NEW_UUID})"
        case Literal(value) if column.type.name == "double" and isinstance(value, str):
            return value
        case Literal():
            return constant(given)
        case Formula() | Written():
            return f"({expression(given)})"


def _foreign_key(key: ForeignKey) -> str:
    return (
        f"CONSTRAINT {quote(key.name)} FOREIGN KEY ({quote_all(key.columns)}) REFERENCES {quote(key.ref_table)} "
        f"({quote_all(key.ref_columns)})\n        ON DELETE {key.on_delete.sql} ON UPDATE {key.on_update.sql}"
    )


def _check(check: Check) -> str:
    return f"CONSTRAINT {quote(check.name)} CHECK ({expression(check.expression)})"


def _index(table: Table, index: Index) -> str:
    unique = "UNIQUE " if index.unique else ""
    where = f" WHERE {expression(index.where)}" if index.where else ""
    parts = ", ".join(map(_part, index.parts))
    return f"CREATE {unique}INDEX {quote(index.name)} ON {quote(table.name)} ({parts}){where}"


def _part(part: IndexPart) -> str:
    written = f"({expression(part.expression)})" if part.expression else quote(part.column)
    return written + (" DESC" if part.descending else "")


def _touch(table: Table) -> Statement:
    """Sets the column once, and only where the update left it alone.

    The second condition stops the trigger from starting itself where PRAGMA recursive_triggers is on: within one
    statement 'now' does not move.
    """
    touched = quote(table.touch_column)
    key = table.primary_key.columns if table.primary_key else ("rowid",)
    row = " AND ".join(f"{quote(name)} = NEW.{quote(name)}" for name in key)
    sql = (
        f"CREATE TRIGGER {quote(touch_name(table))} AFTER UPDATE ON {quote(table.name)} FOR EACH ROW\n"
        f"WHEN NEW.{touched} IS OLD.{touched} AND NEW.{touched} IS NOT {NOW}\n"
        f"BEGIN\n    UPDATE {quote(table.name)} SET {touched} = {NOW} WHERE {row};\nEND"
    )
    return Statement("create_trigger", sql, touch_name(table))


def _triggers(table: Table, check: Check) -> list[Statement]:
    """AFTER triggers, because only then a number that SQLite gave is known; the check sees the row by its names."""
    named = [column.name for column in table.columns if column.name in check.expression.columns]
    row = ", ".join(f"NEW.{quote(name)} AS {quote(name)}" for name in named) or "1"
    failed = text(f"CHECK constraint failed: {check.name}")
    statements = []
    for event in ("insert", "update"):
        name = f"{check.name}_{event}"
        sql = (
            f"CREATE TRIGGER {quote(name)} AFTER {event.upper()} ON {quote(table.name)} FOR EACH ROW\n"
            f"BEGIN\n    SELECT RAISE(ABORT, {failed}) FROM (SELECT {row})\n"
            f"    WHERE NOT ({expression(check.expression)});\nEND"
        )
        statements.append(Statement("create_trigger", sql, name))
    return statements
