"""How expressions, defaults and index parts read when no engine's spelling is meant. Shown, never executed."""

from __future__ import annotations

from typing import assert_never

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
from datamodel_pipeline.schema.tables import Index, IndexPart


def constant(literal: Literal) -> str:
    """`'open'`, `3`, `TRUE`."""
    if isinstance(literal.value, bool):
        return str(literal.value).upper()
    if isinstance(literal.value, str):
        return "'" + literal.value.replace("'", "''") + "'"
    return str(literal.value)


def expression(value: Expression) -> str:
    """The author's own text, or the formula with plain names."""
    match value:
        case Written():
            return value.text
        case Formula():
            return "".join(_part(part) for part in value.parts)
        case _:
            assert_never(value)


def default(value: Default) -> str:
    """`'open'`, `now`, `new UUID`, or an expression."""
    match value:
        case Literal():
            return constant(value)
        case CurrentTimestamp():
            return "now"
        case NewUuid():
            return "new UUID"
        case Formula() | Written():
            return expression(value)
        case _:
            assert_never(value)


def part(value: IndexPart) -> str:
    """`created_at DESC`, `(lower(email))`."""
    words = [f"({expression(value.expression)})" if value.expression else value.column]
    words += [value.operator_class] if value.operator_class else []
    words += ["DESC"] if value.descending else []
    words += [f"NULLS {value.nulls.upper()}"] if value.nulls else []
    return " ".join(words)


def index(value: Index) -> str:
    """`a, b DESC INCLUDE (c) WHERE deleted_at IS NULL`."""
    words = ", ".join(map(part, value.parts))
    if value.include:
        words += f" INCLUDE ({', '.join(value.include)})"
    if value.where:
        words += f" WHERE {expression(value.where)}"
    return words


def _part(value: str | ColumnRef | Literal) -> str:
    """One piece of a formula."""
    match value:
        case str():
            return value
        case ColumnRef():
            return value.name
        case Literal():
            return constant(value)
        case _:
            assert_never(value)
