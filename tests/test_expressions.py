"""Authors' expressions: spelled for each engine as the case files say, and meaning the same on the engines that run."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import golden
import pytest
from golden import Case
from hypothesis import given
from hypothesis import strategies as st
from servers import mysql
from servers import postgresql as pg

from datamodel_pipeline.parsing.expressions import DIALECTS, read
from datamodel_pipeline.schema.expressions import Written

ENGINES = ("postgresql", "mysql", "sqlite")
TYPES = {
    "active": "boolean",
    "day": "date",
    "meta": "json",
    **dict.fromkeys(("a", "b", "order", "end", "priority"), "int"),
}
FIELD = re.compile(r"(\w+)=('(?:[^']|'')*'|\S+)")


def _written(text: str) -> Written:
    reading = read(text, (), ENGINES, place="check")
    assert reading.written, reading.problems
    return reading.written


def _rows(block: str) -> list[dict[str, str]]:
    """Each line as column → SQL literal."""
    return [dict(FIELD.findall(line)) for line in block.splitlines()]


def _values(execute: Any, sql: str, rows: Sequence[dict[str, str]], *, typed: bool) -> list[bool | None]:
    """What the expression says about each row, NULL as None."""
    found = []
    for row in rows:
        columns = (f"CAST({value} AS {TYPES.get(name, 'text')})" if typed else value for name, value in row.items())
        names = (f'"{name}"' for name in row)
        made = ", ".join(f"{value} AS {name}" for value, name in zip(columns, names, strict=True))
        value = execute(f"SELECT {sql} FROM (SELECT {made}) AS made").fetchone()[0]
        found.append(None if value is None else bool(value))
    return found


@pytest.mark.parametrize("case", golden.cases("expressions/spellings"))
def test_spelling(case: Case) -> None:
    text = case.blocks["sql"].strip("\n")
    written = _written(text)
    spelled = [f"{engine}: {written.spelling(engine)}" for engine in ENGINES]
    case.expect("spelled", "\n".join((f"columns: {', '.join(written.columns)}", *spelled)))


@pytest.mark.parametrize("case", golden.cases("expressions/spellings"))
def test_engines_agree(case: Case) -> None:
    written, rows = _written(case.blocks["sql"].strip("\n")), _rows(case.blocks["rows"])
    with sqlite3.connect(":memory:") as connection:
        said = _values(connection.execute, written.spelling("sqlite"), rows, typed=False)
        names = ", ".join(f'"{name}"' for name in rows[0])
        connection.execute(f"CREATE TABLE t ({names}, CHECK ({written.spelling('sqlite')}))")
    with pg.server("16").database() as server:
        meant = _values(server.execute, written.spelling("postgresql"), rows, typed=True)
        columns = ", ".join(f'"{name}" {TYPES.get(name, "text")}' for name in rows[0])
        server.execute(f"CREATE TABLE t ({columns}, CHECK ({written.spelling('postgresql')}))".encode())
    assert said == meant
    case.expect("value", "\n".join("null" if value is None else str(value).lower() for value in meant))


@pytest.mark.parametrize("case", golden.cases("expressions/spellings"))
def test_mysql_agrees(case: Case) -> None:
    """With a collation that tells letters apart, as PostgreSQL does."""
    mysql.require()
    sql, rows = _written(case.blocks["sql"].strip("\n")).spelling("mysql"), _rows(case.blocks["rows"])
    with mysql.server().database() as connection:
        cursor = connection.cursor()
        cursor.execute("SET NAMES utf8mb4 COLLATE utf8mb4_bin")
        said = []
        for row in rows:
            made = ", ".join(f"{_mysql_value(name, value)} AS `{name}`" for name, value in row.items())
            cursor.execute(f"SELECT {sql} FROM (SELECT {made}) AS made")
            (value,) = cursor.fetchone() or (None,)
            said.append("null" if value is None else str(bool(value)).lower())
    assert "\n".join(said) == case.blocks["value"].strip()


def _mysql_value(name: str, value: str) -> str:
    value = value.replace("\\", "\\\\")
    return f"CAST({value} AS JSON)" if name == "meta" else value


@pytest.mark.parametrize("case", golden.cases("expressions/refusals"))
def test_refusal(case: Case) -> None:
    text = case.blocks["sql"].removesuffix("\n")
    reading = read(text, (), ENGINES, place="check")
    assert reading.written is None
    lines = []
    for problem in reading.problems:
        assert 0 <= problem.offset <= len(text)
        lines += [text, " " * problem.offset + "^ " + problem.what]
    case.expect("refused", "\n".join(lines))


def test_an_engines_own_spelling_is_taken_as_it_is() -> None:
    own = (("sqlite", "code REGEXP '^x'"),)
    reading = read("code ~ '^x'", own, ENGINES)
    assert reading.written
    assert reading.written.spelling("sqlite") == "code REGEXP '^x'"
    assert reading.written.spelling("mysql") == "REGEXP_LIKE(code, '^x', 'c')"
    assert reading.written.spelling("postgresql") == "code ~ '^x'"


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("a > 1; DROP TABLE users", "a semicolon ends a statement, and this is one expression"),
        ("a > 1) OR (1 = 1", "a parenthesis has no partner"),
        ("(a > 1", "a parenthesis has no partner"),
        ("a > 1 -- more", "a comment stands in the expression; YAML comments (#) can say it"),
        ("a > 'x", "a quote is opened and not closed"),
        ("a > '\0'", "a NUL character stands in the expression"),
    ],
)
def test_an_engines_own_spelling_stays_in_its_place(sql: str, what: str) -> None:
    reading = read("a > 1", (("sqlite", sql),), ENGINES)
    assert [problem.what for problem in reading.problems] == [f"in the SQL for SQLite, {what}"]


def test_spellings_for_all_engines_need_no_common_text() -> None:
    own = (("mysql", "JSON_VALID(meta)"), ("postgresql", "meta IS JSON"))
    reading = read("JSON_VALID(meta)", own, ("postgresql", "mysql"), neutral=False)
    assert reading.written
    assert reading.written.columns == ("meta",)
    assert reading.written.spelled == own


def test_a_model_with_one_engine_may_use_its_functions() -> None:
    assert read("json_valid(meta)", (), ("sqlite",)).written == Written("json_valid(meta)", ("meta",))
    assert read("json_valid(meta)", (), ENGINES).written is None


def test_a_clock_is_welcome_in_a_default() -> None:
    assert read("now()", (), ENGINES, place="default").written
    assert read("now()", (), ENGINES, place="generated").written is None


@pytest.mark.parametrize("text", ["(" * 2000 + "a" + ")" * 2000, "NOT " * 2000 + "a", "a OR " * 5000 + "a"])
def test_monsters_are_refused(text: str) -> None:
    [problem] = read(text, (), ENGINES).problems
    assert "nested too deeply" in problem.what or "characters at most" in problem.what


SOUP = st.lists(
    st.sampled_from(
        [*"ab'\"(),;<>=!~|&%*/\\$?:.-`\n\t é1", " AND ", " OR ", " NOT ", " IS NULL", " IN (", "SELECT ", "::text"]
    )
).map("".join)


@given(SOUP | st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    reading = read(text, (), ENGINES, place="check")
    assert (reading.written is None) == bool(reading.problems)
    assert all(0 <= problem.offset <= max(len(text), 1) for problem in reading.problems)


@given(SOUP)
def test_what_is_accepted_can_be_read_again_with_the_same_columns(text: str) -> None:
    written = read(text, (), ENGINES).written
    if written:
        again = read(written.spelling("postgresql"), (), ("postgresql",)).written
        assert again
        assert again.columns == written.columns
        assert set(dict(written.spelled)) <= set(DIALECTS)
