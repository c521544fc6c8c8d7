"""What is remembered between builds: one SQLite file of keys, digests and values, never trusted blindly.

A record says: with inputs of this key, that step gave a value of that digest. The file is a cache: when it is missing,
broken or of another tool version it is thrown away and everything is built again. SQLite gives whole commits: a killed
build loses at most the last second of work, and no record is ever half written.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from datamodel_pipeline.pipeline.fingerprint import digest, seal
from datamodel_pipeline.pipeline.packing import pack, unpack

FORMAT = "1"
COMMIT_EVERY = 1.0
"""Seconds of work that a killed build may lose."""
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (name TEXT PRIMARY KEY, key TEXT NOT NULL, digest TEXT NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS output (path TEXT PRIMARY KEY, owner TEXT, digest TEXT, stamp TEXT) WITHOUT ROWID;
"""
_SEAL = 8
"""Bytes of hash before each value: SQLite does not notice damage inside one."""
T = TypeVar("T")


class StateLostError(Exception):
    """A remembered value was damaged; the state has been thrown away and the build must start over."""


class Record(NamedTuple):
    """The key of a step's inputs and the digest of what it gave."""

    key: str
    digest: str


def _is_of_disk(problem: sqlite3.OperationalError) -> bool:
    """Whether the disk is full or fails, so that a new file would do no better."""
    return problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


class Store:
    """The state file of one project. `note` hears, in words, when it had to be thrown away."""

    def __init__(self, path: Path, fingerprint: str, note: Callable[[str], None] = lambda _: None) -> None:
        self.path = path
        self._fingerprint = fingerprint
        self._note = note
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._first_owner = os.getpid()
        self._committed = time.monotonic()
        self._records: dict[str, Record] | None = None
        self._newest = self._version = 0
        self._one_at_a_time = threading.RLock()
        """`doit -n 2 -P thread` shares this connection between threads."""
        self._is_stuck = False
        self._inherited: list[sqlite3.Connection] = []
        self._values: dict[str, Any] = {}
        self._outputs: dict[str, tuple[str, str, str]] | None = None

    parallel = False
    """Set when workers in other processes write too (`doit -n 2`): then every write is committed at once."""

    # -- records ---------------------------------------------------------------------------------------------------

    def record(self, name: str) -> Record | None:
        """What is remembered under this name, or None."""
        if self._records is None:
            rows = self._query("SELECT rowid, name, key, digest FROM record")
            self._records = {name: Record(key, digest) for _, name, key, digest in rows}
            self._newest = max((row[0] for row in rows), default=0)
        return self._records.get(name)

    def sync(self) -> None:
        """Takes over what other processes of this build (`doit -n 2`) have remembered meanwhile."""
        if self._records is None:
            return
        version = self._query("PRAGMA data_version")[0][0]
        if version != self._version:
            self._version = version
            for row, name, key, digest in self._query(
                "SELECT rowid, name, key, digest FROM record WHERE rowid > ? ORDER BY rowid", self._newest
            ):
                self._newest = row
                if self._records.get(name) != (key, digest):
                    self._values.pop(name, None)
                self._records[name] = Record(key, digest)
            self._outputs = None

    def is_current(self, name: str, key: str) -> bool:
        """Whether the step of that name already ran with inputs of this key."""
        found = self.record(name)
        return found is not None and found.key == key

    def are_current(self, names: Iterable[str], key: str) -> bool:
        """Whether all records of a step are of inputs of this key: a kill may have left some of an earlier run."""
        return all(self.is_current(name, key) for name in names)

    def digest_of(self, name: str) -> str:
        """The digest of the remembered value, "" when there is none."""
        found = self.record(name)
        return found.digest if found else ""

    def value(self, name: str) -> Any:
        """The remembered value. Raises KeyError when there is none."""
        if name not in self._values:
            row = next(iter(self._query("SELECT value FROM record WHERE name = ?", name)), None)
            if row is None:
                raise KeyError(name)
            self._values[name] = self._unpack(row[0])
        return self._values[name]

    def values(self, prefix: str) -> None:
        """Loads every value whose name begins with the prefix at once, for steps that need them all."""
        self.record("")
        if all(name in self._values for name in self._records or () if name.startswith(prefix)):
            return
        for name, value in self._query(
            "SELECT name, value FROM record WHERE name >= ? AND name < ?", prefix, prefix + "\U0010ffff"
        ):
            if name not in self._values:
                self._values[name] = self._unpack(value)

    def put(self, name: str, key: str, value_digest: str | None, value: object, *, keep: bool = True) -> None:
        """Remembers what a step gave; what is large and not soon wanted again is not kept at hand.

        Without a digest the value's is that of its bytes. Equal values may differ in their bytes, so such a digest may
        change though the value does not, never the other way round: it is for values that are cheap to look at again.
        """
        content = pack(value)
        value_digest = digest(content) if value_digest is None else value_digest
        self.record(name)
        assert self._records is not None
        self._records[name] = Record(key, value_digest)
        if keep:
            self._values[name] = value
        else:
            self._values.pop(name, None)
        sealed = seal(content) + content
        self._write("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", name, key, value_digest, sealed)

    def renew(self, name: str, key: str) -> None:
        """Says that inputs of another key give the value that is remembered under this name."""
        found = self.record(name)
        assert found is not None and self._records is not None
        self._records[name] = Record(key, found.digest)
        self._write("INSERT OR REPLACE INTO record SELECT name, ?, digest, value FROM record WHERE name = ?", key, name)

    def forget(self, names: Iterable[str]) -> None:
        """Drops these records."""
        for name in names:
            if self._records is not None:
                self._records.pop(name, None)
            self._values.pop(name, None)
            self._write("DELETE FROM record WHERE name = ?", name)

    def clear(self) -> None:
        """Drops every record, but not what is known of output files."""
        self._write("DELETE FROM record")
        self._write("DELETE FROM meta WHERE name <> 'tool'")
        self._records, self._values = None, {}

    def names(self) -> tuple[str, ...]:
        """The names of all records."""
        self.record("")
        return tuple(self._records or ())

    # -- single facts, inputs, outputs -----------------------------------------------------------------------------

    def meta(self, name: str) -> str:
        """A single fact, "" when unknown."""
        row = next(iter(self._query("SELECT value FROM meta WHERE name = ?", name)), None)
        return str(row[0]) if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Remembers a single fact; an empty value drops it."""
        if value:
            self._write("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)
        else:
            self._write("DELETE FROM meta WHERE name = ?", name)

    def outputs(self) -> dict[str, tuple[str, str, str]]:
        """Every file that we wrote: path → (owner, digest, stamp)."""
        if self._outputs is None:
            self._outputs = {row[0]: (row[1], row[2], row[3]) for row in self._query("SELECT * FROM output")}
        return self._outputs

    def set_output(self, path: str, owner: str, content: str, stamp: str) -> None:
        """Remembers a file that we wrote, or whose content (a digest) we have just checked."""
        self.outputs()[path] = (owner, content, stamp)
        self._write("INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?)", path, owner, content, stamp)

    def forget_output(self, path: str) -> None:
        """Drops the memory of a file."""
        self.outputs().pop(path, None)
        self._write("DELETE FROM output WHERE path = ?", path)

    # -- the file --------------------------------------------------------------------------------------------------

    def commit(self) -> None:
        """Makes everything put so far survive a kill."""
        with self._one_at_a_time:
            if self._connection is not None and self._owner == os.getpid():
                self._tried(self._connection.commit)
                self._committed = time.monotonic()

    def close(self) -> None:
        """Commits and closes the file; the next use opens it again."""
        if self._connection is not None and self._owner == os.getpid():
            self._tried(self._connection.commit)
            self._connection.close()
        self._connection = None
        self._records = self._outputs = None
        self._values = {}

    def _query(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        return self._healed(lambda: self._open().execute(sql, arguments).fetchall())

    def _write(self, sql: str, *arguments: object) -> None:
        self._tried(lambda: self._healed(lambda: self._open().execute(sql, arguments)))
        if self.parallel or time.monotonic() - self._committed > COMMIT_EVERY:
            self.commit()

    def _tried(self, write: Callable[[], object]) -> None:
        """Writes; where the disk does not let us, the build goes on and the next one finds less remembered."""
        try:
            write()
        except sqlite3.OperationalError as problem:
            if not _is_of_disk(problem):
                raise
            if not self._is_stuck:
                self._note(f"what was built cannot be remembered ({problem}): {self.path}")
            self._is_stuck = True

    def _healed(self, action: Callable[[], T]) -> T:
        """Runs the action; when the file turns out to be broken, starts a new one and runs it again."""
        try:
            with self._one_at_a_time:
                return action()
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError) and ("locked" in str(problem) or _is_of_disk(problem)):
                raise
            self._note(f"the state file was unusable ({problem}): it is built again")
            self._discard()
            return action()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._owner != os.getpid():
            if self._connection is not None:
                self._inherited.append(self._connection)  # a forked child must not close its parent's connection
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=60, check_same_thread=False)
            self._owner = os.getpid()
            self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
            self._connection.executescript(_TABLES)
            self._check_version(self._connection)
        return self._connection

    def _check_version(self, connection: sqlite3.Connection) -> None:
        """Drops all records made by another version of the tool; what we know of output files stays true."""
        mine = f"{FORMAT}:{self._fingerprint}"
        row = connection.execute("SELECT value FROM meta WHERE name = 'tool'").fetchone()
        if row is None or row[0] != mine:
            connection.execute("DELETE FROM record")
            connection.execute("DELETE FROM meta")
            connection.execute("INSERT INTO meta VALUES ('tool', ?)", (mine,))
            connection.commit()

    def _unpack(self, packed: bytes) -> Any:
        content = packed[_SEAL:]
        if seal(content) != packed[:_SEAL]:
            self._note("the state file was damaged: it is built again")
            self._discard()
            raise StateLostError
        return unpack(content)

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._records = self._outputs = None
        self._values = {}
        for ending in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
