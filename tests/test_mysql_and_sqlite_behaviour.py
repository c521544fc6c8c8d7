"""What a created schema does on MySQL and on both SQLites: uniqueness among live rows, checks, references, upkeep."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from other_models import planned
from servers import mysql, sqlite

from datamodel_pipeline.engines import registry
from datamodel_pipeline.schema.expressions import (
    ColumnRef,
    CurrentTimestamp,
    Default,
    Formula,
    Literal,
    NewUuid,
    Written,
    is_not_null,
    is_null,
)
from datamodel_pipeline.schema.tables import (
    Action,
    Check,
    Column,
    ForeignKey,
    Generated,
    Index,
    IndexPart,
    Key,
    Schema,
    Table,
)
from datamodel_pipeline.schema.types import Type

BIGINT = Type("bigint")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Database:
    """One empty database on one engine: statements as text, rows as tuples, refusals as one exception."""

    def __init__(self, product: str, connection: Any) -> None:
        self.product, self.connection = product, connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if self.product == "sqlite":
            return [tuple(row) for row in self.connection.execute(query)]
        cursor = self.connection.cursor()
        cursor.execute(query)
        return list(cursor.fetchall())

    def value(self, query: str) -> Any:
        [[only]] = self.rows(query)
        return only

    def create(self, *tables: Table) -> None:
        for statement in planned(registry.engine(self.product), Schema(tables))[1]:
            self.rows(statement.sql)

    def refuses(self, statement: str, naming: str | None = None) -> None:
        with pytest.raises((*sqlite.Refused, pymysql.MySQLError), match=naming):
            self.rows(statement)


@pytest.fixture(params=("mysql", *sqlite.KINDS))
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "mysql":
        mysql.require()
        with mysql.server().database() as connection:
            yield Database("mysql", connection)
    else:
        own = sqlite.connect(request.param)
        yield Database("sqlite", own)
        own.close()


def key(table: str) -> Key:
    return Key(name=f"pk_{table}", columns=("id",))


def numbered() -> Column:
    return Column(name="id", type=BIGINT, identity=True)


def reference(name: str, *, nullable: bool = True) -> Column:
    return Column(name=name, type=BIGINT, nullable=nullable)


# Types -----------------------------------------------------------------------------------------------------------


GOOD_AND_BAD: dict[Type, tuple[list[str], list[str]]] = {
    Type("enum", values=("open", "it's")): (["'open'", "'it''s'", "NULL"], ["'Open'", "'òpen'", "'open '", "''"]),
    Type("boolean"): (["TRUE", "0", "NULL"], ["2", "-1"]),
    Type("json"): (["'{}'", "'[1]'", "NULL"], ["'{'", "''"]),
    Type("array", element=Type("text")): (["'[\"a\"]'", "NULL"], ["'{}'", "'['"]),
    Type("string", (3,)): (["'abc'", "'äöü'", "NULL"], ["'abcd'"]),
    Type("smallint"): (["-32768", "32767"], ["32768", "-32769", "'x'"]),
    Type("integer"): (["2147483647"], ["2147483648"]),
    Type("bigint"): (["9223372036854775807"], ["'x'"]),
    Type("decimal", (5, 2)): (["999.99", "-0.01", "0.1", "7", "NULL"], ["1000", "1e9", "'x'"]),
    Type("decimal", (5,)): (["99999", "-99999"], ["100000"]),
    Type("money"): (["12345678901.2345", "0.0001"], ["1e16"]),
    Type("date"): (["'2024-02-29'", "NULL"], ["'2023-02-29'", "'2024-13-01'", "'x'"]),
    Type("time"): (["'23:59:59.999'", "NULL"], ["'24:00:00'", "'-01:00:00'", "'x'"]),
    Type("interval"): (["'P1DT2H'", "NULL"], ["'1 day'"]),
    Type("binary", (2,)): (["X'FFFF'", "NULL"], ["X'010203'"]),
}


@pytest.mark.parametrize("type_", GOOD_AND_BAD, ids=str)
def test_a_column_takes_what_its_type_means_and_nothing_else(database: Database, type_: Type) -> None:
    good, bad = GOOD_AND_BAD[type_]
    database.create(
        Table(name="t", columns=(numbered(), Column(name="c", type=type_, nullable=True)), primary_key=key("t"))
    )
    for value in good:
        database.rows(f"INSERT INTO t (c) VALUES ({value})")
    for value in bad:
        database.refuses(f"INSERT INTO t (c) VALUES ({value})")
    assert database.value("SELECT count(*) FROM t") == len(good)


def test_sqlite_keeps_instants_in_one_form_only() -> None:
    """Text that sorts as time does: any other spelling of the same instant would break that."""
    for kind in sqlite.KINDS:
        database = Database("sqlite", sqlite.connect(kind))
        column = Column(name="c", type=Type("timestamp"), nullable=True)
        database.create(Table(name="t", columns=(column,)))
        database.rows("INSERT INTO t VALUES ('2026-02-28T23:59:59.999Z'), (NULL)")
        for value in ("2026-02-28 23:59:59", "2026-02-28T23:59:59Z", "2026-02-30T00:00:00.000Z", "now", "2461000.5"):
            database.refuses(f"INSERT INTO t VALUES ('{value}')")


DEFAULTS: list[tuple[Type, Default, dict[str, Any]]] = [
    (Type("string", (20,)), Literal('it\'s \\ "a"\n€😀'), {}),
    (Type("text"), Literal('it\'s \\ "a"\n€😀'), {}),
    (Type("boolean"), Literal(True), {"mysql": 1, "sqlite": 1}),
    (Type("integer"), Literal(-7), {}),
    (Type("decimal", (6, 2)), Literal("12.5"), {}),
    (Type("double"), Literal("-1.25"), {}),
    (Type("json"), Literal('{"a": "it\'s"}'), {}),
    (Type("enum", values=("a'b", "c")), Literal("a'b"), {}),
    (Type("date"), Literal("2024-02-29"), {}),
    (Type("bigint"), Written("1 + 2"), {"mysql": 3, "sqlite": 3}),
    (Type("decimal", (8, 3)), Written("0.5"), {"mysql": 0.5, "sqlite": 0.5}),
]


@pytest.mark.parametrize("type_, default, stored", DEFAULTS, ids=str)
def test_a_default_is_what_the_author_wrote(
    database: Database, type_: Type, default: Default, stored: dict[str, Any]
) -> None:
    column = Column(name="c", type=type_, default=default)
    database.create(Table(name="t", columns=(numbered(), column), primary_key=key("t")))
    database.rows("INSERT INTO t (id) VALUES (1)")
    expected = stored.get(database.product, getattr(default, "value", None))
    found = database.value("SELECT c FROM t")
    assert found == expected or str(found) == str(expected) or float(found) == float(expected)


def test_an_instant_as_default_is_that_instant(database: Database) -> None:
    column = Column(name="c", type=Type("timestamp"), default=Literal("2026-01-01T12:00:00.5+01:00"))
    database.create(Table(name="t", columns=(numbered(), column), primary_key=key("t")))
    database.rows("INSERT INTO t (id) VALUES (1)")
    found = str(database.value("SELECT c FROM t")).replace("T", " ").rstrip("Z0")
    assert found == "2026-01-01 11:00:00.5"


def test_rows_are_numbered_and_identified(database: Database) -> None:
    token = Column(name="token", type=Type("uuid"), default=NewUuid())
    name = Column(name="name", type=Type("text"))
    database.create(Table(name="t", columns=(numbered(), token, name), primary_key=key("t")))
    for _ in range(20):
        database.rows("INSERT INTO t (name) VALUES ('x')")
    assert [number for [number] in database.rows("SELECT id FROM t ORDER BY id")] == list(range(1, 21))
    written = "BIN_TO_UUID(token, 1)" if database.product == "mysql" else "token"
    tokens = [value for [value] in database.rows(f"SELECT {written} FROM t ORDER BY id")]
    assert len(set(tokens)) == 20
    assert all(map(UUID.fullmatch, tokens))
    if database.product == "sqlite":  # MySQL fills what is too short with zeros
        database.refuses("INSERT INTO t (name, token) VALUES ('x', 'y')")
    database.refuses("INSERT INTO t (id, name) VALUES (1, 'x')")


def test_a_key_that_comes_from_elsewhere_is_not_numbered(database: Database) -> None:
    database.create(Table(name="t", columns=(reference("id", nullable=False), reference("c")), primary_key=key("t")))
    database.refuses("INSERT INTO t (c) VALUES (1)")


# Uniqueness ------------------------------------------------------------------------------------------------------


def test_values_are_unique_among_live_rows_only(database: Database) -> None:
    users = Table(
        name="users",
        columns=(
            numbered(),
            Column(name="email", type=Type("string", (200,))),
            Column(name="deleted_at", type=Type("timestamp"), nullable=True),
        ),
        primary_key=key("users"),
        indexes=(
            Index(name="uniq_email", parts=(IndexPart(column="email"),), unique=True, where=is_null("deleted_at")),
        ),
        live_column="deleted_at",
    )
    database.create(users)
    now = "'2026-01-01T00:00:00.000Z'" if database.product == "sqlite" else "'2026-01-01'"
    insert = "INSERT INTO users (email, deleted_at) VALUES ('a@b', {})"
    database.rows(insert.format("NULL"))
    database.refuses(insert.format("NULL"))
    database.rows(insert.format(now))
    database.rows(insert.format(now))
    database.refuses(
        "UPDATE users SET deleted_at = NULL WHERE id = (SELECT m FROM (SELECT max(id) AS m FROM users) AS x)"
    )
    database.rows(f"UPDATE users SET deleted_at = {now}")
    database.rows(insert.format("NULL"))
    assert database.value("SELECT count(*) FROM users") == 4


def test_long_values_are_unique_in_full(database: Database) -> None:
    for type_ in (Type("text"), Type("string", (2000,))):
        name = f"t_{type_.name}"
        column = Column(name="c", type=type_)
        database.create(Table(name=name, columns=(column,), unique_keys=(Key(name=f"uniq_{name}", columns=("c",)),)))
        long = "x" * 1500
        database.rows(f"INSERT INTO {name} (c) VALUES ('{long}1'), ('{long}2')")
        database.refuses(f"INSERT INTO {name} (c) VALUES ('{long}1')")


def test_text_is_compared_exactly(database: Database) -> None:
    """As on PostgreSQL: a check may rely on it, and two values that look different are two values."""
    table = Table(
        name="t",
        columns=(Column(name="code", type=Type("string", (20,))),),
        unique_keys=(Key(name="uniq_code", columns=("code",)),),
        checks=(Check(name="check_code", expression=Formula((ColumnRef("code"), " <> ", Literal("NONE")))),),
    )
    database.create(table)
    database.rows("INSERT INTO t VALUES ('a'), ('A'), ('á'), ('none'), ('a ')")
    database.refuses("INSERT INTO t VALUES ('NONE')", "check_code")


# References ------------------------------------------------------------------------------------------------------


def family(on_delete: Action, on_update: Action = Action.NO_ACTION) -> tuple[Table, Table]:
    parents = Table(name="parents", columns=(reference("id", nullable=False),), primary_key=key("parents"))
    children = Table(
        name="children",
        columns=(numbered(), reference("parent_id")),
        primary_key=key("children"),
        foreign_keys=(
            ForeignKey(
                name="fk",
                columns=("parent_id",),
                ref_table="parents",
                ref_columns=("id",),
                on_delete=on_delete,
                on_update=on_update,
            ),
        ),
    )
    return parents, children


@pytest.mark.parametrize("action", (Action.RESTRICT, Action.NO_ACTION, Action.CASCADE, Action.SET_NULL))
def test_a_reference_does_what_it_declares(database: Database, action: Action) -> None:
    database.create(*family(action, Action.CASCADE))
    database.rows("INSERT INTO parents VALUES (1), (2)")
    database.rows("INSERT INTO children (parent_id) VALUES (1)")
    database.refuses("INSERT INTO children (parent_id) VALUES (9)")
    database.rows("UPDATE parents SET id = 3 WHERE id = 1")
    assert database.rows("SELECT parent_id FROM children") == [(3,)]
    if action in (Action.RESTRICT, Action.NO_ACTION):
        database.refuses("DELETE FROM parents WHERE id = 3")
    else:
        database.rows("DELETE FROM parents WHERE id = 3")
    left = {Action.CASCADE: [], Action.SET_NULL: [(None,)]}.get(action, [(3,)])
    assert database.rows("SELECT parent_id FROM children") == left


def tenant_family() -> tuple[Table, Table]:
    users = Table(
        name="users",
        columns=(numbered(), reference("tenant_id", nullable=False)),
        primary_key=key("users"),
        unique_keys=(Key(name="uniq_users", columns=("tenant_id", "id")),),
    )
    tickets = Table(
        name="tickets",
        columns=(numbered(), reference("tenant_id", nullable=False), reference("assignee_id")),
        primary_key=key("tickets"),
        foreign_keys=(
            ForeignKey(
                name="fk_assignee",
                columns=("tenant_id", "assignee_id"),
                ref_table="users",
                ref_columns=("tenant_id", "id"),
                on_delete=Action.SET_NULL,
                cleared=("assignee_id",),
            ),
        ),
    )
    return users, tickets


def test_clearing_a_reference_spares_the_tenant(database: Database) -> None:
    users, tickets = tenant_family()
    database.create(users, tickets)
    database.rows("INSERT INTO users (tenant_id) VALUES (1), (2)")
    database.rows("INSERT INTO tickets (tenant_id, assignee_id) VALUES (1, 1)")
    database.refuses("INSERT INTO tickets (tenant_id, assignee_id) VALUES (1, 2)")
    database.refuses("UPDATE tickets SET tenant_id = 2")
    database.rows("DELETE FROM users WHERE id = 1")
    assert database.rows("SELECT tenant_id, assignee_id FROM tickets") == [(1, None)]


def test_a_circle_of_references_can_be_made(database: Database) -> None:
    left = Table(
        name="lefts",
        columns=(numbered(), reference("tenant_id", nullable=False), reference("right_id")),
        primary_key=key("lefts"),
        unique_keys=(Key(name="uniq_lefts", columns=("tenant_id", "id")),),
        foreign_keys=(
            ForeignKey(
                name="fk_right",
                columns=("tenant_id", "right_id"),
                ref_table="rights",
                ref_columns=("tenant_id", "id"),
                on_delete=Action.SET_NULL,
                cleared=("right_id",),
            ),
        ),
    )
    right = Table(
        name="rights",
        columns=(numbered(), reference("tenant_id", nullable=False), reference("left_id", nullable=False)),
        primary_key=key("rights"),
        unique_keys=(Key(name="uniq_rights", columns=("tenant_id", "id")),),
        foreign_keys=(
            ForeignKey(
                name="fk_left", columns=("tenant_id", "left_id"), ref_table="lefts", ref_columns=("tenant_id", "id")
            ),
        ),
    )
    database.create(left, right)
    database.rows("INSERT INTO lefts (tenant_id) VALUES (1)")
    database.rows("INSERT INTO rights (tenant_id, left_id) VALUES (1, 1)")
    database.rows("UPDATE lefts SET right_id = 1")
    database.rows("DELETE FROM rights")
    assert database.rows("SELECT tenant_id, right_id FROM lefts") == [(1, None)]


# Checks ----------------------------------------------------------------------------------------------------------


def test_checks_that_need_triggers_check_all_the_same(database: Database) -> None:
    parents, _ = family(Action.RESTRICT)
    today = (("sqlite", "due_on >= date('now')"), ("mysql", "due_on >= CURRENT_DATE"))
    notes = Table(
        name="notes",
        columns=(
            numbered(),
            reference("note_id"),
            reference("parent_id"),
            Column(name="why", type=Type("text"), nullable=True),
            Column(name="due_on", type=Type("date"), nullable=True),
            Column(name="has", type=Type("boolean"), nullable=True, generated=Generated(is_not_null("parent_id"))),
        ),
        primary_key=key("notes"),
        checks=(
            Check(name="check_self", expression=Formula((ColumnRef("note_id"), " <> ", ColumnRef("id")))),
            Check(
                name="check_why's",
                expression=Formula((ColumnRef("parent_id"), " IS NULL OR ", ColumnRef("why"), " = ", Literal("it's"))),
            ),
            Check(name="check_due", expression=Written("due_on >= now()", ("due_on",), today)),
        ),
        foreign_keys=(
            ForeignKey(
                name="fk_1", columns=("parent_id",), ref_table="parents", ref_columns=("id",), on_delete=Action.SET_NULL
            ),
        ),
    )
    database.create(parents, notes)
    database.rows("INSERT INTO parents VALUES (1)")
    database.refuses("INSERT INTO notes (id, note_id) VALUES (5, 5)", "check_self")
    database.refuses("INSERT INTO notes (parent_id, why) VALUES (1, 'x')", "check_why's")
    database.refuses("INSERT INTO notes (due_on) VALUES ('2001-01-01')", "check_due")
    assert database.value("SELECT count(*) FROM notes") == 0
    database.rows("INSERT INTO notes (note_id, parent_id, why, due_on) VALUES (7, 1, 'it''s', '2999-01-01')")
    assert database.value("SELECT has FROM notes") == 1
    database.refuses("UPDATE notes SET note_id = id", "check_self")
    database.refuses("UPDATE notes SET why = 'x'", "check_why's")
    database.rows("DELETE FROM parents")
    assert database.rows("SELECT note_id, parent_id, has FROM notes") == [(7, None, 0)]


# Upkeep ----------------------------------------------------------------------------------------------------------


def stamped() -> Table:
    return Table(
        name="posts",
        columns=(
            numbered(),
            Column(name="title", type=Type("text")),
            Column(name="created_at", type=Type("timestamp"), default=CurrentTimestamp()),
            Column(name="updated_at", type=Type("timestamp"), default=CurrentTimestamp()),
        ),
        primary_key=key("posts"),
        touch_column="updated_at",
    )


@pytest.mark.parametrize("recursive", ("OFF", "ON"))
def test_updated_at_moves_with_every_update(database: Database, recursive: str) -> None:
    if database.product == "sqlite":
        database.rows(f"PRAGMA recursive_triggers = {recursive}")
    database.create(stamped())
    database.rows("INSERT INTO posts (title) VALUES ('a'), ('b')")
    [(created, updated)] = database.rows("SELECT created_at, updated_at FROM posts WHERE id = 1")
    assert created == updated
    time.sleep(0.005)
    database.rows("UPDATE posts SET title = 'c' WHERE id = 1")
    [(after, moved)] = database.rows("SELECT created_at, updated_at FROM posts WHERE id = 1")
    assert after == created
    assert moved > updated
    assert database.value("SELECT updated_at FROM posts WHERE id = 2") == updated


def test_an_update_may_set_updated_at_itself(database: Database) -> None:
    database.create(stamped())
    database.rows("INSERT INTO posts (title) VALUES ('a')")
    chosen = "2020-01-01T00:00:00.000Z" if database.product == "sqlite" else "2020-01-01"
    database.rows(f"UPDATE posts SET title = 'b', updated_at = '{chosen}'")
    assert str(database.value("SELECT updated_at FROM posts")).startswith("2020-01-01")
