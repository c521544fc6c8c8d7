"""What may stand in an expression, and what may not: one tree out of a text, or the problem and its place.

In: SQL text of one expression. Out: a sqlglot tree, or problems with their offset. It refuses to know spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import ParseError, TokenError

SOURCE: Final = "postgresql"
DIALECTS: Final = {"postgresql": "postgres", "mysql": "mysql", "sqlite": "sqlite"}
TITLES: Final = {"postgresql": "PostgreSQL", "mysql": "MySQL", "sqlite": "SQLite"}

_QUERIES: Final = (exp.Query, exp.Subquery, exp.Exists)
_OUTER: Final = (exp.AggFunc, exp.Window)
_STATEMENTS: Final = (exp.DDL, exp.DML, exp.Command, exp.Alias)
_PARAMETERS: Final = (exp.Placeholder, exp.Parameter, exp.SessionParameter)
_VOLATILE: Final = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.Rand, exp.Uuid, exp.CurrentUser)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in a sentence without a final full stop, and at which character of the text it begins."""

    offset: int
    what: str


def parse(text: str, engine: str) -> exp.Expr | Problem:
    """The tree of one expression, or why it is none."""
    dialect = DIALECTS.get(engine, "postgres")
    try:
        tokens = sqlglot.tokenize(text, read=dialect)
        if wrong := _wrong_token(text, tokens):
            return wrong
        trees = sqlglot.parse(text, read=dialect)
    except ParseError as error:
        return _syntax_problem(text, error)
    except TokenError:
        return Problem(_open_quote(text), "a quote is opened here and not closed")
    if len(trees) != 1 or trees[0] is None:
        return Problem(0, "an expression is missing")
    return trees[0]


def loose_ends(engine: str, sql: str) -> Iterator[Problem]:
    """What would break out of its place in an engine's own SQL; the rest of it is that engine's to judge."""
    title = TITLES.get(engine, engine)
    try:
        tokens = sqlglot.tokenize(sql, read=DIALECTS.get(engine, "postgres"))
    except TokenError:
        yield Problem(0, f"in the SQL for {title}, a quote is opened and not closed")
        return
    if wrong := _wrong_token(sql, tokens):
        yield Problem(0, f"in the SQL for {title}, {wrong.what}")
    depth = 0
    for token in tokens:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth < 0:
            break
    if depth:
        yield Problem(0, f"in the SQL for {title}, a parenthesis has no partner")


def _wrong_token(text: str, tokens: list[Token]) -> Problem | None:
    """What may not stand in an expression at all."""
    if not tokens:
        return Problem(0, "an expression is missing")
    if "\0" in text:
        return Problem(text.index("\0"), "a NUL character stands in the expression")
    for token in tokens:
        if token.comments:
            return Problem(_comment(text, token), "a comment stands in the expression; YAML comments (#) can say it")
        if token.token_type is TokenType.SEMICOLON:
            return Problem(token.start, "a semicolon ends a statement, and this is one expression")
        if token.text == "?":
            what = "`?` is a parameter, which has no value here (jsonb_exists(a, 'key') says what ? does for JSON)"
            return Problem(token.start, what)
        if token.token_type is TokenType.PARAMETER:
            return Problem(token.start, "a parameter has no value here; write the constant")
    return None


def _comment(text: str, token: Token) -> int:
    places = [text.find(mark, start) for mark in ("--", "/*") for start in (token.end + 1, 0)]
    return next((place for place in places if place >= 0), token.start)


def _open_quote(text: str) -> int:
    return max(text.rfind("'"), text.rfind('"'), 0)


def _syntax_problem(text: str, error: ParseError) -> Problem:
    found = error.errors[0] if error.errors else {}
    line, last, marked = found.get("line") or 1, found.get("col") or 1, str(found.get("highlight") or "")
    start = sum(len(part) for part in text.splitlines(keepends=True)[: line - 1])
    offset = min(max(start + last - len(marked), 0), len(text))
    near = f" near {marked!r}" if marked else ""
    return Problem(offset, f"this is not a complete SQL expression{near}")


def forbidden(tree: exp.Expr, text: str, place: str) -> Iterator[Problem]:
    """What no engine takes in a table's definition."""
    if isinstance(tree, (*_STATEMENTS, exp.Query)):
        yield Problem(0, "this is a statement, and an expression is wanted")
        return
    for node in tree.walk(prune=lambda node: isinstance(node, _QUERIES)):
        if wrong := _misplaced(node, place):
            yield Problem(_query_offset(text) if isinstance(node, _QUERIES) else offset_of(node, text), wrong)


def _misplaced(node: exp.Expr, place: str) -> str:
    """Why this node cannot stand in a table's definition; "" when it can."""
    if isinstance(node, _STATEMENTS):
        return "this is a statement, and an expression is wanted"
    if isinstance(node, _QUERIES):
        return "a subquery cannot stand here: the database looks at one row only"
    if isinstance(node, _OUTER):
        return f"{shown(node)} looks at many rows, and the database looks at one row only"
    if isinstance(node, _PARAMETERS):
        return "a parameter has no value here; write the constant"
    if isinstance(node, exp.Column) and node.table:
        return f"{node.sql('postgres')} names a table; write the column alone: {node.name}"
    if isinstance(node, _VOLATILE) and place not in {"", "default"}:
        return f"{shown(node)} changes by itself, so what was true when the row was written may not stay so"
    return ""


def offset_of(node: exp.Expr, text: str) -> int:
    """Where the node begins: its own place, or the first one known below it."""
    starts = [below.meta["start"] for below in node.walk() if isinstance(below.meta.get("start"), int)]
    return min(starts, default=0) if starts else max(text.lower().find(shown(node).lower()), 0)


def _query_offset(text: str) -> int:
    """The first word that begins a subquery."""
    found = re.search(r"\b(?:exists|select|values|with)\b", text, re.IGNORECASE)
    return found.start() if found else 0


def shown(node: exp.Expr) -> str:
    """The node in the author's language, short enough for a message."""
    sql = node.sql("postgres")
    return sql if len(sql) <= 60 else f"{sql[:57]}..."
