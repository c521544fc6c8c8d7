"""One SQL expression that an author wrote: which columns it names, and how it is spelled for each engine of the model.

In: text in plain, PostgreSQL-like SQL, the spellings that the author gave for single engines, and the engines. Out: a
`Written`, or problems with their offset in the text. It refuses to know which columns exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import ParseError, TokenError

from datamodel_pipeline.parsing.reserved import RESERVED
from datamodel_pipeline.parsing.respelling import refusals, respelled
from datamodel_pipeline.schema.expressions import Written

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


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: a value when there are no problems, else None and all of them."""

    written: Written | None
    problems: tuple[Problem, ...] = ()


def read(
    text: str,
    spelled: tuple[tuple[str, str], ...],
    engines: tuple[str, ...],
    *,
    neutral: bool = True,
    place: str = "",
) -> Reading:
    """Reads one expression.

    `spelled` holds the author's own (engine product, SQL) pairs; they are taken as they are. `engines` are the products
    of the model. `neutral=False` says that `text` is one of `spelled`, not a text for the others; an engine that is
    missing then has no SQL, which `spec.check_entity` reports. `place` is "check", "generated" or "index" where the
    value may not change by itself, else "" or "default".
    """
    given = dict(spelled)
    missing = tuple(dict.fromkeys(engine for engine in engines if engine not in given))
    if not neutral:
        return _result(text, _columns_of_spellings(spelled), spelled, [])
    if not missing and spelled:
        return _result(text, _columns_of_spellings((*spelled, (SOURCE, text))), spelled, [])
    parsed = _parse(text, SOURCE)
    if isinstance(parsed, Problem):
        return Reading(None, (parsed,))
    problems = list(_forbidden(parsed, text, place))
    if problems:
        return Reading(None, tuple(problems))
    made: list[tuple[str, str]] = []
    for engine in missing:
        wrong = list(_refused(parsed, text, engine, alone=len(set(engines)) == 1))
        problems += wrong
        sql = "" if wrong else _spelling(parsed, text, engine)
        if sql and sql != text:
            made.append((engine, sql))
    return _result(text, _columns(parsed), (*spelled, *made), problems)


def _result(
    text: str, columns: tuple[str, ...], spelled: tuple[tuple[str, str], ...], problems: list[Problem]
) -> Reading:
    return Reading(None if problems else Written(text, columns, tuple(sorted(spelled))), tuple(dict.fromkeys(problems)))


def _parse(text: str, engine: str) -> exp.Expr | Problem:
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


def _wrong_token(text: str, tokens: list[Token]) -> Problem | None:
    """What may not stand in an expression at all."""
    if not tokens:
        return Problem(0, "an expression is missing")
    for token in tokens:
        if token.comments:
            return Problem(_comment(text, token), "a comment stands in the expression; YAML comments (#) can say it")
        if token.token_type is TokenType.SEMICOLON:
            return Problem(token.start, "a semicolon ends a statement, and this is one expression")
        if token.token_type is TokenType.PARAMETER or token.text == "?":
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


def _forbidden(tree: exp.Expr, text: str, place: str) -> Iterator[Problem]:
    """What no engine takes in a table's definition."""
    if isinstance(tree, (*_STATEMENTS, exp.Query)):
        yield Problem(0, "this is a statement, and an expression is wanted")
        return
    for node in tree.walk(prune=lambda node: isinstance(node, _QUERIES)):
        at = _query_offset(text) if isinstance(node, _QUERIES) else _offset(node, text)
        if isinstance(node, _STATEMENTS):
            yield Problem(at, "this is a statement, and an expression is wanted")
        elif isinstance(node, _QUERIES):
            yield Problem(at, "a subquery cannot stand here: the database looks at one row only")
        elif isinstance(node, _OUTER):
            yield Problem(at, f"{_shown(node)} looks at many rows, and the database looks at one row only")
        elif isinstance(node, _PARAMETERS):
            yield Problem(at, "a parameter has no value here; write the constant")
        elif isinstance(node, exp.Column) and node.table:
            yield Problem(at, f"{node.sql('postgres')} names a table; write the column alone: {node.name}")
        elif isinstance(node, _VOLATILE) and place not in {"", "default"}:
            yield Problem(
                at, f"{_shown(node)} changes by itself, so what was true when the row was written may not stay so"
            )


def _refused(tree: exp.Expr, text: str, engine: str, *, alone: bool) -> Iterator[Problem]:
    """What this engine cannot say. A model with one engine may use that engine's functions."""
    if engine == SOURCE or engine not in DIALECTS:
        return
    for node, why in refusals(tree, engine):
        if alone and isinstance(node, exp.Anonymous):
            continue
        title = TITLES[engine]
        yield Problem(_offset(node, text), f"on {title}, {_shown(node)} {why}; write it per engine: {engine}: ...")


def _spelling(tree: exp.Expr, text: str, engine: str) -> str:
    """The expression for this engine; the author's own text wherever that says the same there."""
    reserved = RESERVED.get(engine, frozenset())
    if engine == SOURCE or engine not in DIALECTS:
        return _quoted_in_place(tree, text, reserved)
    made = respelled(tree, engine)
    for name in made.find_all(exp.Identifier):
        plain = name.name.lower() == name.name and name.name.isidentifier() and name.name not in reserved
        name.set("quoted", not plain and (name.quoted or name.name.lower() in reserved))
    sql = made.sql(DIALECTS[engine])
    return text if _words(sql) == _words(text) else sql


def _quoted_in_place(tree: exp.Expr, text: str, reserved: frozenset[str]) -> str:
    """The author's text, with quotes around columns whose names the engine reserves."""
    for name in sorted(tree.find_all(exp.Identifier), key=lambda name: -int(name.meta.get("start", -1))):
        start, end = name.meta.get("start"), name.meta.get("end")
        if not name.quoted and name.name.lower() in reserved and isinstance(start, int) and isinstance(end, int):
            text = f'{text[:start]}"{name.name.lower()}"{text[end + 1 :]}'
    return text


def _words(sql: str) -> list[str]:
    """The words and signs of the text, blanks and letter case aside."""
    return re.findall(r"\w+|\S", sql.lower())


def _columns(tree: exp.Expr) -> tuple[str, ...]:
    """The columns that the tree names, first use first; a name without quotes is read in lower case."""
    found = sorted(tree.find_all(exp.Column), key=lambda column: int(column.this.meta.get("start", 0)))
    return tuple(dict.fromkeys(column.name if column.this.quoted else column.name.lower() for column in found))


def _columns_of_spellings(spelled: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The columns of the author's own spellings, as far as they can be read; what cannot is the engine's to judge."""
    names: dict[str, None] = {}
    for engine, sql in spelled:
        parsed = _parse(sql, engine)
        if not isinstance(parsed, Problem):
            names |= dict.fromkeys(_columns(parsed))
    return tuple(names)


def _offset(node: exp.Expr, text: str) -> int:
    """Where the node begins: its own place, or the first one known below it."""
    starts = [below.meta["start"] for below in node.walk() if isinstance(below.meta.get("start"), int)]
    return min(starts, default=0) if starts else max(text.lower().find(_shown(node).lower()), 0)


def _query_offset(text: str) -> int:
    """The first word that begins a subquery."""
    found = re.search(r"\b(?:exists|select|values|with)\b", text, re.IGNORECASE)
    return found.start() if found else 0


def _shown(node: exp.Expr) -> str:
    """The node in the author's language, short enough for a message."""
    sql = node.sql("postgres")
    return sql if len(sql) <= 60 else f"{sql[:57]}..."
