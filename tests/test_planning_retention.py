"""Retention jobs and erasure on a real SQLite: what is too old goes, what is held or needed stays."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from datamodel_pipeline.engines import registry
from datamodel_pipeline.planning import erasure, retention
from datamodel_pipeline.schema.tables import Column, ForeignKey, Key, Table
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.specs import Retention

SQLITE = registry.engine("sqlite", "3.37")
PRODUCTS = ("postgresql", "mysql", "sqlite")
BIGINT, TIMESTAMP, BOOLEAN, WORDS = Type("bigint"), Type("timestamp"), Type("boolean"), Type("string", (40,))
RULE = Retention(keep=2, unit="years", after="closed_at", then="delete", legal_hold="hold")
OLD, NEW = "2001-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"


def key(name: str) -> Key:
    return Key(name=f"pk_{name}", columns=("id",))


PEOPLE = Table(
    name="people",
    columns=(
        Column(name="id", type=BIGINT),
        Column(name="email", type=WORDS, personal=True),
        Column(name="name", type=Type("string", (3,)), personal=True),
        Column(name="phone", type=WORDS, nullable=True, personal=True),
        Column(name="closed_at", type=TIMESTAMP, nullable=True),
        Column(name="hold", type=BOOLEAN),
    ),
    primary_key=key("people"),
    unique_keys=(Key(name="uniq", columns=("email",)),),
)
NOTES = Table(
    name="notes",
    columns=(
        Column(name="id", type=BIGINT),
        Column(name="body", type=Type("text"), personal=True),
        Column(name="person_id", type=BIGINT),
        Column(name="answers_id", type=BIGINT, nullable=True),
    ),
    primary_key=key("notes"),
    foreign_keys=(
        ForeignKey(name="fk_p", columns=("person_id",), ref_table="people", ref_columns=("id",)),
        ForeignKey(name="fk_a", columns=("answers_id",), ref_table="notes", ref_columns=("id",)),
    ),
)
TABLES = (NOTES, PEOPLE)


@pytest.fixture
def database() -> sqlite3.Connection:
    """Four people: too old, too old but held, too old but needed by a note, and fresh."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for table in (PEOPLE, NOTES):
        for statement in SQLITE.create(SQLITE.lower(table).table):
            connection.execute(statement.sql)
    connection.execute("PRAGMA foreign_keys = ON")
    people = [(1, OLD, 0), (2, OLD, 1), (3, OLD, 0), (4, NEW, 0), (5, None, 0)]
    for number, closed, hold in people:
        connection.execute("INSERT INTO people VALUES (?, ?, 'Ann', '1', ?, ?)", (number, f"{number}@x", closed, hold))
    connection.execute("INSERT INTO notes VALUES (1, 'b', 3, NULL), (2, 'c', 4, 1)")
    return connection


def ids(connection: sqlite3.Connection, table: str = "people") -> list[int]:
    return [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id")]


def job(rule: Retention, table: Table = PEOPLE, product: str = "sqlite") -> str:
    engine = SQLITE if product == "sqlite" else registry.engine(product)
    return retention.job(engine, table, rule, retention.referrers(TABLES).get(table.name, ()))


def test_a_batch_deletes_what_is_too_old_free_and_not_held(database: sqlite3.Connection) -> None:
    database.executescript(job(RULE))
    assert ids(database) == [2, 3, 4, 5]
    before = database.total_changes
    database.executescript(job(RULE))
    assert database.total_changes == before


def test_rows_of_the_same_table_keep_each_other(database: sqlite3.Connection) -> None:
    database.execute("ALTER TABLE notes ADD COLUMN closed_at TEXT")
    database.execute("UPDATE notes SET closed_at = ?", (OLD,))
    notes = replace(NOTES, columns=(*NOTES.columns, Column(name="closed_at", type=TIMESTAMP)))
    database.executescript(job(RULE, notes))
    assert ids(database, "notes") == [1]
    database.executescript(job(RULE, notes))
    assert ids(database, "notes") == []


def test_an_archive_receives_exactly_what_is_gone(database: sqlite3.Connection) -> None:
    database.executescript(job(Retention(keep=2, unit="years", after="closed_at", then="archive")))
    assert ids(database) == [3, 4, 5]
    assert ids(database, "people_archive") == [1, 2]
    database.executescript(job(Retention(keep=2, unit="years", after="closed_at", then="archive")))
    assert ids(database, "people_archive") == [1, 2]


def test_anonymizing_keeps_rows_and_is_done_once(database: sqlite3.Connection) -> None:
    rule = Retention(keep=2, unit="years", after="closed_at", then="anonymize", legal_hold="hold")
    database.executescript(job(rule))
    found = database.execute("SELECT id, email, name, phone FROM people ORDER BY id").fetchall()
    assert found[0] == (1, "erased1", "era", None)
    assert found[1] == (2, "2@x", "Ann", "1")
    assert found[2] == (3, "erased3", "era", None)
    before = database.total_changes
    database.executescript(job(rule))
    assert database.total_changes == before


def test_erasure_follows_keys_from_the_person(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("UPDATE people SET id = 42 WHERE id = 4")
    database.execute("UPDATE notes SET person_id = 42 WHERE person_id = 4")
    (subject,) = erasure.subjects(TABLES)
    assert subject.name == "people"
    places = erasure.reach(SQLITE, subject, erasure.kin(TABLES))
    assert [place.table.name for place in places] == ["notes", "people"]
    for place in places:
        database.executescript(erasure.statement(SQLITE, place, "hold"))
    assert database.execute("SELECT id, body FROM notes ORDER BY id").fetchall() == [(1, "b"), (2, "erased")]
    assert database.execute("SELECT name FROM people WHERE id = 42").fetchall() == [("era",)]
    assert database.execute("SELECT count(*) FROM people WHERE name = 'Ann'").fetchone() == (4,)


def test_a_legal_hold_wins_over_erasure() -> None:
    (_, own) = erasure.reach(SQLITE, PEOPLE, erasure.kin(TABLES))
    assert erasure.statement(SQLITE, own, "hold").endswith("WHERE id = 42\n  AND hold IS NOT TRUE;")


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("then", ["delete", "archive", "anonymize"])
def test_every_job_is_a_batch_on_every_engine(product: str, then: str) -> None:
    sql = job(Retention(keep=2, unit="weeks", after="closed_at", then=then, legal_hold="hold"), product=product)
    assert "LIMIT 1000" in sql
    assert "hold IS NOT TRUE" in sql
    assert sql.endswith(";")


def test_a_rule_over_a_column_that_is_not_there_gives_no_sql() -> None:
    assert job(Retention(keep=2, unit="years", after="nowhere")) == ""
