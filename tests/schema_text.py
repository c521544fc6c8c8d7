"""A schema as text that a reader can check line by line: what the case files of `design` expect."""

from __future__ import annotations

from collections.abc import Iterator

from datamodel_pipeline.schema.expressions import (
    ColumnRef,
    CurrentTimestamp,
    Default,
    Expression,
    Formula,
    Literal,
    NewUuid,
    Written,
)
from datamodel_pipeline.schema.tables import Column, ForeignKey, Index, IndexPart, Key, Schema, Table


def dump(schema: Schema) -> str:
    """Every table with all that it holds, reasons left out."""
    return "\n\n".join("\n".join(_table(table)) for table in schema.tables)


def reasons(schema: Schema) -> str:
    """Every reason, after the name of what it is about."""
    return "\n\n".join("\n".join(_reasons(table)) for table in schema.tables)


def _table(table: Table) -> Iterator[str]:
    yield f"{table.origin.value} {table.name}"
    facts = ("entity", "group", "tenant_column", "live_column", "touch_column", "archive_table", "renamed_from")
    told = [f"{fact}={value}" for fact in facts if (value := getattr(table, fact)) and (fact, value) != _usual]
    yield f"  # {' '.join(told)}"
    if table.expected_rows or table.options:
        yield f"  # expected_rows={table.expected_rows} options={table.options}"
    for column in table.columns:
        yield f"  {_column(column)}"
    if table.primary_key:
        yield f"  primary key {_key(table.primary_key)}"
    yield from (f"  unique {_key(key)}" for key in table.unique_keys)
    yield from (f"  foreign key {_foreign_key(key)}" for key in table.foreign_keys)
    yield from (f"  check {check.name}: {expression(check.expression)}" for check in table.checks)
    yield from (f"  {_index(index)}" for index in table.indexes)


_usual = ("touch_column", "updated_at")


def _column(column: Column) -> str:
    words = [column.name, str(column.type)]
    words += [] if column.nullable else ["not null"]
    words += ["identity"] if column.identity else []
    words += [f"default {_default(column.default)}"] if column.default else []
    if column.generated:
        kind = "stored" if column.generated.stored else "virtual"
        words.append(f"generated {kind} ({expression(column.generated.expression)})")
    words += [f"collation {dict(column.collation)}"] if column.collation else []
    words += ["personal"] if column.personal else []
    words += [f"[{column.role.value}]"] if column.role.value not in {"attribute", column.name} else []
    words += [f"(was {column.renamed_from})"] if column.renamed_from else []
    return " ".join(words)


def _default(default: Default) -> str:
    match default:
        case Literal():
            return repr(default.value)
        case CurrentTimestamp():
            return "now"
        case NewUuid():
            return "new uuid"
        case _:
            return expression(default)


def expression(value: Expression) -> str:
    """The expression; what engines spell otherwise follows in brackets."""
    match value:
        case Formula():
            return "".join(_part(part) for part in value.parts)
        case Written():
            return value.text + "".join(f" [{engine}: {sql}]" for engine, sql in value.spelled)


def _part(part: str | ColumnRef | Literal) -> str:
    if isinstance(part, ColumnRef):
        return part.name
    return repr(part.value) if isinstance(part, Literal) else part


def _key(key: Key) -> str:
    return f"{key.name} ({', '.join(key.columns)})"


def _foreign_key(key: ForeignKey) -> str:
    actions = f"on delete {key.on_delete.value} on update {key.on_update.value}"
    clears = f" clears ({', '.join(key.cleared)})" if key.cleared else ""
    return f"{_key_like(key.name, key.columns)} -> {_key_like(key.ref_table, key.ref_columns)} {actions}{clears}"


def _key_like(name: str, columns: tuple[str, ...]) -> str:
    return f"{name} ({', '.join(columns)})"


def _index(index: Index) -> str:
    text = f"{'unique index' if index.unique else 'index'} {index.name} ({', '.join(map(_index_part, index.parts))})"
    text += f" using {index.method}" if index.method else ""
    text += f" include ({', '.join(index.include)})" if index.include else ""
    return text + (f" where {expression(index.where)}" if index.where else "")


def _index_part(part: IndexPart) -> str:
    text = part.column or f"({expression(part.expression)})" if part.expression or part.column else "?"
    text += " desc" if part.descending else ""
    return text + (f" nulls {part.nulls}" if part.nulls else "")


def _reasons(table: Table) -> Iterator[str]:
    yield f"{table.name}: {table.why}"
    keys = [table.primary_key] if table.primary_key else []
    for thing in (*table.columns, *keys, *table.unique_keys, *table.foreign_keys, *table.checks, *table.indexes):
        yield f"  {thing.name}: {thing.why}"
