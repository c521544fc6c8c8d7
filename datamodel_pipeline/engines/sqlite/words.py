"""SQLite's way of writing names, constants and expressions.

In: identifiers, literals, neutral expressions. Out: SQL text, quoted only where SQLite needs it.
"""

from __future__ import annotations

import re

from datamodel_pipeline.engines import _spelling
from datamodel_pipeline.schema.expressions import Expression, Formula, Literal, Written

PRODUCT = "sqlite"
TITLE = "SQLite"
LIMIT = 1000
"""SQLite has no limit for names; this one only keeps them sane."""

WORDS = """
    add all alter and as autoincrement between case cast check collate commit constraint create current_date
    current_time current_timestamp default deferrable delete distinct drop else escape except exists foreign from group
    having if in index insert intersect into is isnull join limit not nothing notnull null on or order primary raise
    references returning select set table then to transaction union unique update using values when where with
"""
KEYWORDS = frozenset(WORDS.split())
"""Keywords that fail unquoted as a table, column, constraint, index or trigger (each tried on 3.40.1 and 3.54.1)."""

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
"""The present in the one form in which instants are kept, so that their order as text is their order in time."""

OUTSIDE_QUOTES = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|\bCURRENT_TIMESTAMP\b(?:\s*\(\s*\d*\s*\))?""", re.I)


def quote(identifier: str) -> str:
    """The identifier as SQLite must read it."""
    if PLAIN.fullmatch(identifier) and identifier.lower() not in KEYWORDS:
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def quote_all(identifiers: tuple[str, ...]) -> str:
    """The identifiers, quoted where needed and separated by commas."""
    return ", ".join(map(quote, identifiers))


def unquote(written: str) -> str:
    """The identifier behind its SQL spelling."""
    return written[1:-1].replace('""', '"') if written.startswith('"') else written


def text(value: str) -> str:
    """A string constant. SQLite ends a text at NUL, so that character goes."""
    return "'" + value.replace("\0", "").replace("'", "''") + "'"


def constant(literal: Literal) -> str:
    """A constant: text in quotes, numbers bare, true and false as 1 and 0."""
    return _spelling.constant(literal, text, "1", "0")


def expression(written: Expression) -> str:
    """The expression in SQLite's spelling, without outer parentheses."""
    return _spelling.expression(written, PRODUCT, quote, constant)


def settled(written: Expression) -> Expression:
    """The expression without other engines' spellings, and with the present in the form in which instants are kept.

    SQLite's own CURRENT_TIMESTAMP is `YYYY-MM-DD HH:MM:SS`, which sorts before every instant of the same day here.
    """
    match written:
        case Written():
            spelled = OUTSIDE_QUOTES.sub(lambda found: found[1] or NOW, written.spelling(PRODUCT))
            return Written(spelled, written.columns)
        case Formula():
            return written


def bare(written: str) -> str:
    """The SQL without the one pair of parentheses that is around a default that is an expression."""
    return written[1:-1] if written.startswith("(") and written.endswith(")") else written
