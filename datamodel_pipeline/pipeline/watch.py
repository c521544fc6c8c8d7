"""Rebuild on save: one build in a warm project after every batch of changes.

In: a project folder. Out: one line a rebuild, errors in full. Events are not believed: each only says that the inputs
should be read again, and that finds by content what really changed. So editors' renames, folders that come and go, and
saves during a build need no special care, and a needless event costs one scan.
"""

from __future__ import annotations

import queue
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from datamodel_pipeline.diagnostics import Diagnostic, ordered
from datamodel_pipeline.pipeline import settings
from datamodel_pipeline.pipeline.observers import Observers
from datamodel_pipeline.pipeline.project import Project, no_models
from datamodel_pipeline.pipeline.rebuilds import Rebuild


class Watch:
    """One session. `say` gets the lines about rebuilds, `complain` errors and remarks."""

    def __init__(
        self, root: Path, say: Callable[[str], None], complain: Callable[[object], None], *, poll: bool
    ) -> None:
        self._root = root
        self._say = say
        self._complain = complain
        self._changes: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._observers = Observers(root, lambda: self._changes.put(None), complain, poll=poll)
        self._project = Project(root, complain)
        self._contents: dict[str, str] = {}
        self._complaints: list[Diagnostic] = []
        self._is_first = True
        self._watched = ("", "")

    def run(self) -> None:
        """Builds, then rebuilds after every change, until Ctrl-C. A build that runs then is finished."""
        with ThreadPoolExecutor(1) as builder, suppress(KeyboardInterrupt):
            try:
                while True:
                    self._look()
                    failed = builder.submit(self._rebuild).exception()
                    if failed is not None:
                        self._recover(failed)
                    self._wait()
            finally:
                self._observers.stop()
                builder.submit(self._project.close)

    def _look(self) -> None:
        """Observes the folders that the settings name now, wherever they have appeared, moved or gone."""
        found, _ = settings.load(self._root)
        if self._watched != (found.specs, found.templates):
            self._watched = (found.specs, found.templates)
            self._say(f"watching {found.specs}/, {found.templates}/ and {settings.PYPROJECT}; Ctrl-C ends")
        self._observers.look(self._watched)

    def _wait(self) -> None:
        """Blocks until something may have changed; all that came during a build counts once."""
        self._changes.get()
        while not self._changes.empty():
            self._changes.get_nowait()

    def _rebuild(self) -> None:
        started = time.monotonic()
        if settings.load(self._root) != (self._project.settings, self._project.problems):
            self._project.close()
            self._project = Project(self._root, self._complain)
        outcome = self._project.up_to_date()
        found = list(ordered(outcome.diagnostics))
        if not self._project.inputs.models and not found:
            found = [no_models(self._root, self._project.settings.specs)]
        rebuild, self._contents = Rebuild.of(self._contents, self._project, outcome, first=self._is_first)
        if found != self._complaints:
            for complaint in found:
                self._complain(complaint)
        if rebuild.is_news or found != self._complaints:
            self._say(f"{rebuild.sentence(len(found))} ({(time.monotonic() - started) * 1000:.0f} ms)")
        self._complaints = found
        self._is_first = False

    def _recover(self, failed: BaseException) -> None:
        """An error of our own: shown in full, and the next change meets a project that remembers nothing of it."""
        self._complain("".join(traceback.format_exception(failed)).rstrip())
        self._complain("this is a defect in datamodel_pipeline, please report it; still watching")
        self._project.lock.release()
        self._project = Project(self._root, self._complain)
