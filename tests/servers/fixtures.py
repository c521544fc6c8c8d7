"""Fixtures that give a test a fresh, empty database on a real engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers import postgresql as pg


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


# sqlite: fixtures below
