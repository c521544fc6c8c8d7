"""Fixtures that give a test a fresh, empty database on a real engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers import mysql as my
from servers import postgresql as pg
from servers import sqlite as lite


@pytest.fixture
def postgresql16() -> Iterator[pg.Connection]:
    """A superuser connection (autocommit) to an empty database on PostgreSQL 16."""
    with pg.server("16").database() as connection:
        yield connection


@pytest.fixture
def postgresql18() -> Iterator[pg.Connection]:
    """A superuser connection (autocommit) to an empty database on PostgreSQL 18."""
    with pg.server("18").database() as connection:
        yield connection


@pytest.fixture(params=tuple(pg.FOLDERS), ids=lambda version: f"postgresql{version}")
def postgresql(request: pytest.FixtureRequest) -> Iterator[pg.Connection]:
    """Each PostgreSQL version in turn."""
    with pg.server(request.param).database() as connection:
        yield connection


# mysql: fixtures below


@pytest.fixture
def mysql() -> Iterator[my.Connection]:
    """An administrator's connection (autocommit) to an empty database on MySQL."""
    my.require()
    with my.server().database() as connection:
        yield connection


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end that MySQL was not there."""
    if my.program() is None:
        terminalreporter.write_line(my.MISSING, yellow=True)


# sqlite: fixtures below


@pytest.fixture
def sqlite() -> Iterator[lite.Connection]:
    """An empty database in memory on the standard library's SQLite."""
    with lite.database("stdlib") as connection:
        yield connection


@pytest.fixture
def sqlite_new() -> Iterator[lite.Connection]:
    """An empty database in memory on the newest SQLite."""
    with lite.database("apsw") as connection:
        yield connection
