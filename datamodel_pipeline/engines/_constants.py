"""Constants inside an author's SQL, written as the columns beside them are kept.

In: an expression in one engine's spelling and the types of the columns that it names. Out: the expression with moments
and UUIDs in the form that the engine compares rightly. It refuses to know any engine's SQL: the caller says how.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time

from datamodel_pipeline.schema.expressions import Expression, Written
from datamodel_pipeline.schema.tables import Table

QUOTED = re.compile(r"'((?:[^'\\]|'')*)'")
"""A constant without backslashes: none of those that matter here has any."""

STAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
CLOCK = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?")
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MOMENTS = ("timestamp", "datetime", "date")

Rewritten = Callable[[str, str], str]
"""From a kind (timestamp, datetime, time, uuid) and the constant's text to its SQL; "" leaves it."""


def settled(table: Table, written: Expression, product: str, rewritten: Rewritten) -> Expression:
    """The expression with its constants rewritten. Which column a constant belongs to is told by their kinds."""
    if not isinstance(written, Written):
        return written
    kinds = _kinds(table, written, product)
    if not kinds:
        return written

    def change(found: re.Match[str]) -> str:
        kind = _kind(found[1], kinds)
        return (rewritten(kind, found[1]) if kind else "") or found[0]

    return Written(QUOTED.sub(change, written.spelling(product)), written.columns)


def _kinds(table: Table, written: Written, product: str) -> set[str]:
    columns = (table.column(name) for name in written.columns)
    return {one.type.name for one in columns if one and not one.type.spelling(product)} & {*MOMENTS, "time", "uuid"}


def _kind(text: str, kinds: set[str]) -> str:
    """What the constant is compared with; "" where that cannot be told, or needs no other form."""
    if UUID.fullmatch(text):
        return "uuid" if "uuid" in kinds else ""
    if CLOCK.fullmatch(text):
        return "time" if "time" in kinds else ""
    moments = kinds & {"timestamp", "datetime"}
    if not STAMP.fullmatch(text) or len(moments) != 1 or (len(text) == 10 and "date" in kinds):
        return ""
    return moments.pop()


def instant(text: str) -> datetime | None:
    """The moment without a zone, in UTC where the text names one; None for a day that there is not."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def clock(text: str) -> time | None:
    """The time of day; None for an hour that there is not."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
