"""What every engine's way of writing constants and expressions has in common.

In: literals and neutral expressions, and the engine's own words and quoting. Out: SQL text.
"""

from __future__ import annotations

from collections.abc import Callable

from datamodel_pipeline.schema.expressions import ColumnRef, Expression, Formula, Literal, Written


def constant(literal: Literal, text: Callable[[str], str], yes: str, no: str) -> str:
    """A constant: a string as `text` writes it, numbers bare, true and false as `yes` and `no`."""
    match literal.value:
        case bool(value):
            return yes if value else no
        case int(value):
            return str(value)
        case str(value):
            return text(value)


def expression(written: Expression, product: str, quote: Callable[[str], str], write: Callable[[Literal], str]) -> str:
    """The expression in this product's spelling, without outer parentheses."""
    match written:
        case Written():
            return written.spelling(product)
        case Formula(parts):
            return "".join(_part(part, quote, write) for part in parts)


def _part(part: str | ColumnRef | Literal, quote: Callable[[str], str], write: Callable[[Literal], str]) -> str:
    match part:
        case str():
            return part
        case ColumnRef(name):
            return quote(name)
        case Literal():
            return write(part)
