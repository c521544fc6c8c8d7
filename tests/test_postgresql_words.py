"""Names, constants, types and defaults, each compared with what real servers say about the same text."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import postgresql as pg
from strategies import NAMES, NASTY, PLAIN_TYPES
from test_postgresql_catalog import STEADY, Home, home

from datamodel_pipeline.engines.postgresql import types, words
from datamodel_pipeline.engines.postgresql.defaults import Defaults
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Literal, NewUuid, Written
from datamodel_pipeline.schema.types import Type

__all__ = ["home"]

ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def answer(connection: pg.Connection, query: str, *values: str) -> str:
    row = connection.execute(query, values or None).fetchone()
    assert row
    return str(row[0])


def test_the_quoted_words_are_the_servers_keywords(home: Home) -> None:
    _, connection = home
    rows = connection.execute("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'").fetchall()
    keywords = {word for (word,) in rows}
    assert keywords <= words.QUOTED_WORDS
    assert words.QUOTED_WORDS - keywords <= {  # of version 17 and 18, unknown to 16
        "json",
        "json_exists",
        "json_query",
        "json_scalar",
        "json_serialize",
        "json_table",
        "json_value",
        "merge_action",
    }


@STEADY
@given(
    name=st.one_of(
        st.sampled_from((*NAMES, *sorted(words.QUOTED_WORDS), "name", "groups", "year")),
        st.text(string.ascii_lowercase + "_0123456789$A\"'ü. ", min_size=1),
    )
)
def test_names_are_quoted_as_the_server_would(home: Home, name: str) -> None:
    _, connection = home
    known_later = "json" in name or name == "merge_action"
    if not known_later or home[0].version == "18":
        assert words.quote(name) == answer(connection, "SELECT quote_ident(%s)", name)
    assert words.unquote(words.quote(name)) == name


@STEADY
@given(value=st.one_of(st.sampled_from(NASTY), ANYTHING))
def test_text_means_itself_and_stays_on_one_line(home: Home, value: str) -> None:
    _, connection = home
    written = words.text(value)
    assert answer(connection, f"SELECT {written}") == value
    assert len(written.splitlines()) == 1


@pytest.mark.parametrize("length", [62, 63, 64, 200])
@pytest.mark.parametrize("letter", ["a", "ü", "名", "😀"])
def test_shortened_names_fit_and_stay_apart(letter: str, length: int) -> None:
    one, other = words.shorten(letter * length + "1"), words.shorten(letter * length + "2")
    assert one != other
    assert len(one.encode()) <= words.LIMIT


WRITTEN = (
    *("int", "INT4", "bigint", "int8", "smallint", "bool", "real", "float", "float8", "text", "date", "time"),
    *("interval", "uuid", "jsonb", "json", "bytea"),
    *("varchar(20)", "CHARACTER VARYING (20)", "varchar", "char(3)", "char", "character(3)", "bpchar"),
    *("numeric", "numeric(5)", "decimal(10, 2)", "timestamp", "timestamp(3)", "timestamptz", "timestamptz(3)"),
    *("timestamp with time zone", "timestamp (3) with time zone", "time(2) without time zone", "timetz", "inet"),
    *("bit(3)", "bit varying(5)", "varbit", "int[]", "varchar(20)[]", "int[3][3]", "int4range", "tsvector", "xml"),
    *("interval day to second", "interval(3)", "money", '"char"', "oid", "double  precision"),
)


@pytest.mark.parametrize("written", WRITTEN)
def test_a_type_is_read_as_the_server_means_it(home: Home, written: str) -> None:
    """However it is spelled, it is the same type as the catalog's own spelling of it, and prints as that type."""
    _, connection = home
    printed = printed_type(connection, written)
    assert types.read(written) == types.read(printed)
    assert printed_type(connection, types.sql(types.read(written))) == printed


@pytest.mark.parametrize("type_", PLAIN_TYPES, ids=str)
def test_a_neutral_type_settles(home: Home, type_: Type) -> None:
    _, connection = home
    settled = types.canonical(type_)
    assert types.canonical(settled) == settled
    assert types.read(printed_type(connection, types.sql(type_))) == settled
    assert types.sql(settled) == types.sql(type_).lower().replace("int4", "integer")


def printed_type(connection: pg.Connection, written: str) -> str:
    connection.execute(f"CREATE TEMP TABLE probe (x {written})")
    printed = answer(
        connection,
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'probe'::regclass AND attnum = 1",
    )
    connection.execute("DROP TABLE pg_temp.probe")
    return printed


DEFAULTS: tuple[tuple[str, str, Default], ...] = (
    ("timestamp", "CURRENT_TIMESTAMP", Written("CURRENT_TIMESTAMP")),
    ("timestamp", "now()", CurrentTimestamp()),
    ("datetime", "localtimestamp", CurrentTimestamp()),
    ("date", "current_date", CurrentTimestamp()),
    ("date", "now()", Written("now()")),
    ("uuid", "gen_random_uuid()", NewUuid()),
    ("smallint", "-1", Literal(-1)),
    ("bigint", "9223372036854775807", Literal(9223372036854775807)),
    ("money", "-1.50", Literal("-1.50")),
    ("boolean", "false", Literal(False)),
    ("text", "E'a\\\\b\\nc''d'", Literal("a\\b\nc'd")),
    ("text", "upper('a')", Written("upper('a'::text)")),
    ("integer", "(1 + 2)", Written("(1 + 2)")),
    ("json", "'{\"a\":  1}'", Literal('{"a": 1}')),
    ("interval", "'1 day'", Literal("1 day")),
)


@pytest.mark.parametrize(("type_name", "written", "meant"), DEFAULTS, ids=[f"{d[0]}-{d[1]}" for d in DEFAULTS])
def test_a_default_is_read_as_what_it_means(home: Home, type_name: str, written: str, meant: Default) -> None:
    engine, connection = home
    if written == "gen_random_uuid()" and engine.version == "18":
        meant = Written(written)  # there, a new UUID is uuidv7()
    type_ = types.canonical(Type(type_name))
    connection.execute(f"CREATE TEMP TABLE probe (x {types.sql(type_)} DEFAULT {written})")
    printed = answer(connection, "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'probe'::regclass")
    connection.execute("DROP TABLE pg_temp.probe")
    assert Defaults(int(engine.version)).read(printed, type_) == meant
