"""One build of a project at a time: an advisory lock that dies with its owner and the workers that it has forked.

In: a path. Out: a lock. It refuses to know what is built. `doit -n 2` forks workers, which inherit the lock; so that
none of them writes on, or keeps the lock, when its parent was killed, each ends when the parent's end of a pipe closes.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from functools import cache
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
        _workers_die_with_us()
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


@cache
def _workers_die_with_us() -> None:
    """Arranges, once a process, that whatever it forks ends when it ends."""
    ours, theirs = os.pipe()
    os.register_at_fork(after_in_child=lambda: _follow(ours, theirs))


def _follow(ours: int, theirs: int) -> None:
    """In a worker: waits, beside its work, for the end of the process that holds `theirs` open."""
    os.close(theirs)

    def wait() -> None:
        os.read(ours, 1)
        os._exit(1)

    threading.Thread(target=wait, name="follow", daemon=True).start()
