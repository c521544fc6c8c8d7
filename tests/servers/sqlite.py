"""SQLite twice: Python's own, as old as the machine, and apsw's, as new as it gets."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import apsw

KINDS = ("stdlib", "apsw")


class Connection(Protocol):
    """What both have in common."""

    def execute(self, query: str, bindings: Any = ()) -> Iterable[Any]: ...

    def close(self) -> None: ...


Refused = (sqlite3.Error, apsw.Error)
"""What either raises when it refuses a statement."""


def connect(kind: str) -> Connection:
    """An empty database in memory, autocommit on."""
    if kind == "apsw":
        return apsw.Connection(":memory:")
    return sqlite3.connect(":memory:", isolation_level=None)


@contextmanager
def database(kind: str) -> Iterator[Connection]:
    """An empty database in memory, closed afterwards."""
    connection = connect(kind)
    try:
        yield connection
    finally:
        connection.close()
