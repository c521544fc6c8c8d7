"""Scripts of several statements on real engines, run as their own clients would, and what the catalog says then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import apsw
import psycopg
import pymysql
from pymysql.constants import CLIENT
from servers import mysql as my
from servers import postgresql as pg
from servers import sqlite as lite

from datamodel_pipeline.engines._catalog import catalog_part
from datamodel_pipeline.engines.mysql import live as mysql_live
from datamodel_pipeline.engines.postgresql import live as postgresql_live
from datamodel_pipeline.engines.sqlite import live as sqlite_live
from datamodel_pipeline.schema.tables import Schema, Table

Rows = list[tuple[Any, ...]]
REFUSED = (psycopg.Error, pymysql.err.MySQLError, sqlite3.Error, apsw.Error)


class Database(Protocol):
    """An empty database on one engine."""

    def run(self, script: str) -> None:
        """Runs all statements of the script."""

    def rows(self, query: str) -> Rows:
        """The rows of one query."""

    def catalog(self) -> Schema:
        """What the engine's catalog says."""


class OnPostgresql:
    """A superuser's database."""

    def __init__(self, connection: pg.Connection) -> None:
        self.connection = connection

    def run(self, script: str) -> None:
        self.connection.execute(script)

    def rows(self, query: str) -> Rows:
        return list(self.connection.execute(query).fetchall())

    def catalog(self) -> Schema:
        return postgresql_live.read(self.connection)


class OnMysql:
    """A database whose connection takes several statements at once."""

    def __init__(self, connection: my.Connection) -> None:
        self.connection = connection

    def run(self, script: str) -> None:
        cursor = self.connection.cursor()
        cursor.execute(script)
        while cursor.nextset():
            pass

    def rows(self, query: str) -> Rows:
        cursor = self.connection.cursor()
        cursor.execute(query)
        return list(cursor.fetchall())

    def catalog(self) -> Schema:
        return mysql_live.read(self.connection)


class OnSqlite:
    """A database in memory, of Python's SQLite or of apsw's."""

    def __init__(self, connection: lite.Connection) -> None:
        self.connection = connection

    def run(self, script: str) -> None:
        if isinstance(self.connection, sqlite3.Connection):
            self.connection.executescript(script)
        else:
            self.connection.execute(script)

    def rows(self, query: str) -> Rows:
        return [tuple(row) for row in self.connection.execute(query)]

    def catalog(self) -> Schema:
        return sqlite_live.read(self.connection)


def _several_at_once(name: str) -> my.Connection:
    """A connection to a database that takes several statements in one text."""
    return pymysql.connect(
        unix_socket=str(my.server().socket),
        user="root",
        database=name,
        charset="utf8mb4",
        autocommit=True,
        client_flag=CLIENT.MULTI_STATEMENTS,
    )


@contextmanager
def empty(product: str, version: str = "") -> Iterator[Database]:
    """An empty database of this product; PostgreSQL 16 up to there and where no version is named, else 18."""
    match product:
        case "postgresql":
            with pg.server("18" if version and int(version) > 16 else "16").database() as connection:
                yield OnPostgresql(connection)
        case "mysql":
            my.require()
            with my.server().database() as connection:
                several = _several_at_once(OnMysql(connection).rows("SELECT DATABASE()")[0][0])
                yield OnMysql(several)
                several.close()
        case _:
            with lite.database("apsw") as connection:
                yield OnSqlite(connection)


def run(database: Database, script: str) -> None:
    """Runs a script; a failure shows it."""
    try:
        database.run(script)
    except REFUSED as problem:
        raise AssertionError(f"{problem}\n{script}") from problem


def tables(database: Database) -> dict[str, Table]:
    """The catalog's tables by name."""
    return {table.name: catalog_part(table) for table in database.catalog().tables}
