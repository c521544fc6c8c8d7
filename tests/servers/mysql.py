"""A real MySQL server for the tests, on a private socket, started once and stopped at the end of the session."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pymysql
import pytest

Connection = pymysql.Connection

MISSING = "MySQL was not found: run .ci/install-mysql"
"""The one reason for which tests may be skipped."""

OPTIONS = (
    "--skip-networking",
    "--mysqlx=0",
    "--secure-file-priv=NULL",
    "--innodb-redo-log-capacity=16M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-doublewrite=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--auto-generate-certs=OFF",
    "--default-time-zone=+00:00",
)
START_LIMIT = 60.0
"""Seconds within which a server must answer."""


def program() -> Path | None:
    """The server's program: from DATAMODEL_MYSQL_HOME, from the directory of .ci/install-mysql, or from the PATH."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    homes = [os.environ.get("DATAMODEL_MYSQL_HOME", ""), str(cache / "datamodel_pipeline" / "mysql")]
    for home in filter(None, homes):
        if (candidate := Path(home, "bin", "mysqld")).is_file():
            return candidate
    found = shutil.which("mysqld")
    return Path(found) if found else None


def required() -> bool:
    """Whether the tests must fail, not be skipped, when there is no server."""
    return os.environ.get("DATAMODEL_REQUIRE_MYSQL") == "1"


def _short_folder() -> str:
    """Where temporary folders go; a socket's path must stay below about 107 bytes."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 else "/tmp"


def require() -> None:
    """Fails or skips the test, as DATAMODEL_REQUIRE_MYSQL says, when there is no server's program."""
    if program() is None:
        (pytest.fail if required() else pytest.skip)(MISSING)


class Server:
    """One running server with its own data directory; `connect` opens a connection to one of its databases."""

    def __init__(self, mysqld: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="my", dir=_short_folder()))
        self.socket = self.folder / "s"
        self.log = self.folder / "log"
        self._command = [str(mysqld), "--no-defaults", f"--datadir={self.folder / 'data'}", *OPTIONS]
        self._command += ["--user=root"] if os.geteuid() == 0 else []
        self._names = count(1)
        self._fill(mysqld.resolve().parent.parent / "template")
        self._process = self._start()

    def _fill(self, template: Path) -> None:
        if template.is_dir():
            shutil.copytree(template, self.folder / "data")
            (self.folder / "data" / "auto.cnf").unlink(missing_ok=True)
            return
        subprocess.run([*self._command, "--initialize-insecure", f"--log-error={self.log}"], check=True)

    def _start(self) -> subprocess.Popen[bytes]:
        places = [f"--socket={self.socket}", f"--pid-file={self.folder / 'pid'}", f"--log-error={self.log}"]
        started = subprocess.Popen([*self._command, *places], stdin=subprocess.DEVNULL)
        limit = time.monotonic() + START_LIMIT
        while time.monotonic() < limit and started.poll() is None:
            try:
                self.connect("").close()
            except pymysql.err.OperationalError:
                time.sleep(0.05)
            else:
                return started
        started.kill()
        raise RuntimeError(f"MySQL did not start:\n{self.log.read_text('utf-8', 'replace')}")

    def connect(self, database: str) -> Connection:
        """A connection as the server's administrator, autocommit on."""
        return pymysql.connect(
            unix_socket=str(self.socket), user="root", database=database or None, charset="utf8mb4", autocommit=True
        )

    @contextmanager
    def database(self) -> Iterator[Connection]:
        """A connection to a new, empty database, which is dropped afterwards."""
        connection = self.connect("")
        name = f"test_{next(self._names)}"
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE {name}")
        connection.select_db(name)
        try:
            yield connection
        finally:
            cursor.execute(f"DROP DATABASE {name}")
            connection.close()

    def stop(self) -> None:
        """Ends the server at once and removes its data."""
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def server() -> Server:
    """The server, started when first asked for and stopped when Python ends."""
    found = program()
    if found is None:
        raise RuntimeError(MISSING)
    started = Server(found)
    atexit.register(started.stop)
    return started


def empty(connection: Connection) -> None:
    """Drops and makes again the current database: cheaper than a new connection for every example."""
    cursor = connection.cursor()
    cursor.execute("SELECT DATABASE()")
    [(name,)] = cursor.fetchall()
    cursor.execute(f"DROP DATABASE {name}")
    cursor.execute(f"CREATE DATABASE {name}")
    connection.select_db(name)
