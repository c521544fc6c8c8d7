"""One build of a project at a time: an advisory lock that dies with its owner."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO


class Lock:
    """An exclusive lock on a file. `note` hears that another build is being waited for."""

    def __init__(self, path: Path, note: Callable[[str], None] = lambda _: None) -> None:
        self._path = path
        self._note = note
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Takes the lock, waiting as long as it needs. Returns whether somebody else had it meanwhile."""
        if self._file is not None:
            return False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        waited = False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = True
            file.seek(0)
            self._note(f"waiting for another build of this project (process {file.read().strip() or 'unknown'})")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return waited

    def release(self) -> None:
        """Lets the next build go on."""
        if self._file is not None:
            self._file.close()
            self._file = None
