"""One SQL expression that an author wrote: which columns it names, and how it is spelled for each engine of the model.

In: text in plain, PostgreSQL-like SQL, the spellings that the author gave for single engines, and the engines. Out: a
`Written`, or problems with their offset in the text. It refuses to know which columns exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from datamodel_pipeline.parsing.admission import (
    DIALECTS,
    SOURCE,
    TITLES,
    Problem,
    forbidden,
    loose_ends,
    offset_of,
    parse,
    shown,
)
from datamodel_pipeline.parsing.reserved import RESERVED
from datamodel_pipeline.parsing.respelling import refusals, respelled
from datamodel_pipeline.schema.expressions import Written

LONGEST: Final = 10_000
"""Characters: a check that is longer is a mistake, and reading it would take seconds."""


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
    if len(text) > LONGEST:
        return Reading(None, (Problem(LONGEST, f"an expression has {LONGEST} characters at most"),))
    try:
        return _read(text, spelled, engines, neutral=neutral, place=place)
    except RecursionError:
        return Reading(None, (Problem(0, "the expression is nested too deeply to be read"),))


def _read(
    text: str, spelled: tuple[tuple[str, str], ...], engines: tuple[str, ...], *, neutral: bool, place: str
) -> Reading:
    missing = tuple(dict.fromkeys(engine for engine in engines if engine not in dict(spelled)))
    broken = [problem for engine, sql in spelled for problem in loose_ends(engine, sql)]
    if broken or not neutral:
        return _result(text, _columns_of_spellings(spelled), spelled, broken)
    if not missing and spelled:
        return _result(text, _columns_of_spellings((*spelled, (SOURCE, text))), spelled, [])
    parsed = parse(text, SOURCE)
    if isinstance(parsed, Problem):
        return Reading(None, (parsed,))
    problems = list(forbidden(parsed, text, place))
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


def _refused(tree: exp.Expr, text: str, engine: str, *, alone: bool) -> Iterator[Problem]:
    """What this engine cannot say. A model with one engine may use that engine's functions."""
    if engine == SOURCE or engine not in DIALECTS:
        return
    for node, why in refusals(tree, engine):
        if alone and isinstance(node, exp.Anonymous):
            continue
        title = TITLES[engine]
        yield Problem(offset_of(node, text), f"on {title}, {shown(node)} {why}; write it per engine: {engine}: ...")


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
        parsed = parse(sql, engine)
        if not isinstance(parsed, Problem):
            names |= dict.fromkeys(_columns(parsed))
    return tuple(names)
