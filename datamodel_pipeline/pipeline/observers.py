"""Who looks at folders of inputs, and says that something there may have changed.

In: a root and folders below it, which need not exist. Out: a call after every batch of events. The folders are watched
with all below them; the folders above them, up to the root, without, so that a folder that appears, moves or goes is
noticed, and pyproject.toml with it. It refuses to say what changed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from watchfiles import Change, watch

from datamodel_pipeline.pipeline.settings import PYPROJECT

STEP = 10
"""Milliseconds without an event after which a batch is over: longer than an editor's rename, too short to notice."""
DEBOUNCE = 200
"""Milliseconds after which a batch is over although events keep coming."""
POLL = 0.2
"""Seconds between two looks where the file system tells nothing: network drives, some containers."""
_EDITORS_OWN = ("4913", "___jb_tmp___", "___jb_old___", ".swp", ".swx", ".swo", "~", ".tmp")
Plan = tuple[tuple[str, bool, tuple[int, int]], ...]


class Observers:
    """The threads that look. `tell` is called from them; `complain` hears, in words, that looking got harder."""

    def __init__(self, root: Path, tell: Callable[[], None], complain: Callable[[str], None], *, poll: bool) -> None:
        self._root = root
        self._tell = tell
        self._complain = complain
        self._poll = poll
        self._plan: Plan = ()
        self._folders: tuple[str, ...] = ()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def look(self, folders: tuple[str, ...]) -> None:
        """Looks at these folders from now on. When this returns, no later change is missed."""
        plan = _plan(self._root, folders)
        if (folders, plan) == (self._folders, self._plan) and all(thread.is_alive() for thread in self._threads):
            return
        self.stop()
        self._folders, self._plan, self._stop = folders, plan, threading.Event()
        if self._poll:
            self._start(partial(_polled, self._root, folders))
            return
        interesting = {str(path) for path in (self._root / PYPROJECT, *_places(self._root, folders))}
        deep = [path for path, is_deep, _ in plan if is_deep]
        shallow = [path for path, is_deep, _ in plan if not is_deep]
        if deep:
            self._start(partial(_events, deep, _is_input, recursive=True))
        self._start(partial(_events, shallow, lambda _, path: path in interesting, recursive=False))

    def stop(self) -> None:
        """Ends all looking."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _start(self, look: Callable[[threading.Event], Iterator[bool]]) -> None:
        ready = threading.Event()
        arguments = (look, self._stop, ready)
        thread = threading.Thread(target=self._observe, args=arguments, name="observer", daemon=True)
        thread.start()
        self._threads.append(thread)
        ready.wait()

    def _observe(
        self, look: Callable[[threading.Event], Iterator[bool]], stop: threading.Event, ready: threading.Event
    ) -> None:
        """Tells of every batch; ends, and tells, when a folder is gone or the system refuses to watch so many."""
        try:
            for changed in look(stop):
                ready.set()
                if changed:
                    self._tell()
        except FileNotFoundError:
            self._tell()
        except OSError as problem:
            self._complain(f"cannot watch folders ({problem}): looking every {POLL} s instead, as --poll does")
            self._poll = True
            self._tell()
        finally:
            ready.set()


def _plan(root: Path, folders: tuple[str, ...]) -> Plan:
    """What there is to look at: (path, with all below it, which folder that is at present)."""
    deep = {root / folder for folder in folders}
    found = [(str(path), path in deep, _identity(path)) for path in _places(root, folders)]
    return tuple((path, is_deep, identity) for path, is_deep, identity in found if identity)


def _places(root: Path, folders: tuple[str, ...]) -> list[Path]:
    """The folders and all that they lie in, up to the root, whether they exist or not."""
    found = {root, *(root / folder for folder in folders)}
    found.update(parent for path in tuple(found) for parent in path.parents if parent.is_relative_to(root))
    return sorted(found)


def _identity(path: Path) -> Any:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if path.is_dir() else None


def _is_input(_: Change, path: str) -> bool:
    """Whether a path may be an input, and not a file that an editor keeps for itself."""
    name = Path(path).name
    return not name.startswith(".") and not name.endswith(_EDITORS_OWN)


def _events(
    paths: list[str], filter_: Callable[[Change, str], bool], stop: threading.Event, *, recursive: bool
) -> Iterator[bool]:
    """True for every batch of events; False from time to time, the first time once it is looking."""
    batches = watch(
        *paths,
        watch_filter=filter_,
        debounce=DEBOUNCE,
        step=STEP,
        stop_event=stop,
        rust_timeout=50,
        yield_on_timeout=True,
        raise_interrupt=False,
        recursive=recursive,
        ignore_permission_denied=True,
    )
    return (bool(batch) for batch in batches)


def _polled(root: Path, folders: tuple[str, ...], stop: threading.Event) -> Iterator[bool]:
    """True whenever the size, time or inode of any file has changed."""
    before = _stamps(root, folders)
    yield False
    while not stop.wait(POLL):
        now = _stamps(root, folders)
        yield now != before
        before = now


def _stamps(root: Path, folders: tuple[str, ...]) -> dict[str, tuple[int, int, int]]:
    paths = [root / PYPROJECT]
    for folder in folders:
        for directory, _, names in os.walk(root / folder, followlinks=True):
            paths += [Path(directory, name) for name in names]
    found = {}
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            found[str(path)] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found
