"""The statements that make a table on MySQL.

In: lowered tables. Out: SQL. It refuses to decide anything: whatever MySQL cannot hold is gone already.
"""

from __future__ import annotations

from collections.abc import Sequence

from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.engines._lowering import companion, shorten
from datamodel_pipeline.engines.mysql import options, types
from datamodel_pipeline.engines.mysql.keys import TRIGGER
from datamodel_pipeline.engines.mysql.words import LIMIT, PRODUCT, constant, expression, quote, quote_all, text
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Formula, Literal, NewUuid, Written
from datamodel_pipeline.schema.tables import Check, Column, ForeignKey, Index, IndexPart, Table
from datamodel_pipeline.schema.types import Type

NOW = "CURRENT_TIMESTAMP(6)"
NEW_UUID = "(UUID_TO_BIN(UUID(), 1))"
"""Version 1 with its time in front, so that new keys lie together (manual, "UUID_TO_BIN")."""


def prelude(tables: Sequence[Table]) -> tuple[Statement, ...]:
    """The session's character set and, where a default names an instant, its time zone."""
    statements = [Statement("pragma", "SET NAMES utf8mb4", "names")]
    if any(_names_instant(column) for table in tables for column in table.columns):
        statements.append(Statement("pragma", "SET time_zone = '+00:00'", "time_zone"))
    return tuple(statements)


def _names_instant(column: Column) -> bool:
    return column.type == Type("timestamp") and isinstance(column.default, Literal)


def create(table: Table, deferred: frozenset[str]) -> tuple[Statement, ...]:
    """CREATE TABLE with everything inside, then the triggers of checks that MySQL takes in no other way."""
    lines = [_column(table, column) for column in table.columns]
    if table.primary_key:
        lines.append(f"PRIMARY KEY ({quote_all(table.primary_key.columns)})")
    lines += [f"UNIQUE KEY {quote(key.name)} ({quote_all(key.columns)})" for key in table.unique_keys]
    lines += [_index(index) for index in table.indexes]
    later = deferred | {other.name for key, other in _pairs(table) if key.name in deferred}
    lines += [f"CONSTRAINT {foreign_key(key)}" for key in table.foreign_keys if key.name not in later]
    lines += [_check(check) for check in table.checks if check.kind != TRIGGER]
    body = ",\n".join(f"    {line}" for line in lines)
    sql = f"CREATE TABLE {quote(table.name)} (\n{body}\n) {_options(table)}"
    triggers = [statement for check in table.checks if check.kind == TRIGGER for statement in _triggers(table, check)]
    return (Statement("create_table", sql, table.name), *triggers)


def add_foreign_key(table: Table, key: ForeignKey) -> Statement | None:
    """The statement for a key whose target was made later; None for a key that its companion brings along."""
    if any(other.name == key.name for _, other in _pairs(table)):
        return None
    added = [key, *(other for one, other in _pairs(table) if one.name == key.name)]
    clauses = ",\n".join(f"    ADD CONSTRAINT {foreign_key(one)}" for one in added)
    return Statement("add_foreign_key", f"ALTER TABLE {quote(table.name)}\n{clauses}", key.name)


def _pairs(table: Table) -> list[tuple[ForeignKey, ForeignKey]]:
    return [(key, other) for key in table.foreign_keys if (other := companion(table, key))]


def foreign_key(key: ForeignKey) -> str:
    """The key without the word CONSTRAINT."""
    return (
        f"{quote(key.name)} FOREIGN KEY ({quote_all(key.columns)}) REFERENCES {quote(key.ref_table)} "
        f"({quote_all(key.ref_columns)})\n        ON DELETE {key.on_delete.sql} ON UPDATE {key.on_update.sql}"
    )


def _column(table: Table, column: Column) -> str:
    words = [quote(column.name), types.sql(column.type)]
    words += [f"COLLATE {collation}" for product, collation in column.collation if product == PRODUCT]
    if column.generated:
        kind = "STORED" if column.generated.stored else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({expression(column.generated.expression)}) {kind}")
    words += [] if column.nullable and column.type.name != "timestamp" else ["NULL" if column.nullable else "NOT NULL"]
    if column.default is not None:
        words.append(f"DEFAULT {default(column.type, column.default)}")
    if column.name == table.touch_column:
        words.append(f"ON UPDATE {NOW}")
    words += ["AUTO_INCREMENT"] if column.identity else []
    words += [f"COMMENT {text(column.comment)}"] if column.comment else []
    return " ".join(words)


def default(type_: Type, given: Default) -> str:
    """What stands behind DEFAULT; expressions in one pair of parentheses, as MySQL wants them."""
    match given:
        case CurrentTimestamp():
            return NOW
        case NewUuid():
            return NEW_UUID
        case Literal():
            bare = type_.name in ("decimal", "float", "double") and isinstance(given.value, str)
            written = str(given.value) if bare else constant(given)
            return f"({written})" if types.is_unlimited(type_) else written
        case Formula() | Written():
            return f"({expression(given)})"


def _index(index: Index) -> str:
    kind = "UNIQUE KEY" if index.unique else f"{index.method.upper()} KEY".strip()
    return f"{kind} {quote(index.name)} ({', '.join(map(_part, index.parts))})"


def _part(part: IndexPart) -> str:
    written = f"({expression(part.expression)})" if part.expression else quote(part.column)
    return written + (f"({part.prefix})" if part.prefix else "") + (" DESC" if part.descending else "")


def _check(check: Check) -> str:
    return f"CONSTRAINT {quote(check.name)} CHECK ({expression(check.expression)})"


def _options(table: Table) -> str:
    comment = f" COMMENT={text(table.comment)}" if table.comment else ""
    return options.clause(table.engine_options(PRODUCT)) + comment


def trigger_name(check: str, event: str) -> str:
    """The name of the trigger that checks rows at this event (insert or update)."""
    return shorten(f"{check}_{event}", LIMIT)


def _triggers(table: Table, check: Check) -> list[Statement]:
    """AFTER triggers, because only then a number that the engine gave is known; the check sees the row by its names.

    One statement each, so that a client needs no DELIMITER. MySQL takes SIGNAL under a condition only inside BEGIN …
    END; a conversion that must fail says the same in one expression (error 1411, with the message, as measured on 9.7).
    """
    named = [column.name for column in table.columns if column.name in check.expression.columns]
    row = ", ".join(f"NEW.{quote(name)} AS {quote(name)}" for name in named)
    source = f"\n        FROM (SELECT {row}) AS new_row" if row else ""
    refusal = f"UUID_TO_BIN({text(f'Check constraint {check.name} is violated.')})"
    statements = []
    for event in ("insert", "update"):
        name = trigger_name(check.name, event)
        sql = (
            f"CREATE TRIGGER {quote(name)} AFTER {event.upper()} ON {quote(table.name)} FOR EACH ROW\n"
            f"    SET @refused = IF((\n        SELECT ({expression(check.expression)}){source}\n"
            f"    ) IS FALSE, {refusal}, NULL)"
        )
        statements.append(Statement("create_trigger", sql, name))
    return statements
