"""What `doit` says while it builds: a line for every file that changed, a summary, errors last.

In: doit's events. Out: text. Our tasks are fine-grained, so they are told as files and models; tasks that a team adds
to its own dodo.py are told as doit's console reporter tells them. How much is said:

| option | says |
| --- | --- |
| `--quiet`, `DATAMODEL_QUIET=1` | errors |
| `-v 0` | and the summary |
| (none), `-v 1` | and every file written or removed; on a terminal, a line of progress while a build takes long |
| `-v 2` | and every task, as doit's console reporter does, in place of the line of progress |
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TextIO

from doit.exceptions import BaseFail, UnmetDependency
from doit.reporter import ConsoleReporter
from doit.task import Task

from datamodel_pipeline.diagnostics import Diagnostic, Severity, ordered
from datamodel_pipeline.pipeline.project import no_models
from datamodel_pipeline.pipeline.state import StateBackend
from datamodel_pipeline.pipeline.tally import Tally
from datamodel_pipeline.pipeline.terminal import LiveLine, is_terminal, painted, shown

QUIET, BRIEF, NORMAL, FULL = -1, 0, 1, 2


class DatamodelReporter(ConsoleReporter):  # type: ignore[misc]  # doit is not typed
    """`[tool.doit] reporter = "datamodel"`."""

    desc = "a line for every file that changed, a summary, errors last"

    def __init__(self, outstream: TextIO, options: Mapping[str, Any]) -> None:
        super().__init__(outstream, options)
        self._started = time.monotonic()
        self._live = LiveLine(outstream)
        self._quiet = StateBackend.quiet or os.environ.get("DATAMODEL_QUIET", "0") not in ("", "0")
        self._level = QUIET if self._quiet else NORMAL
        self._diagnostics: list[Diagnostic] = []
        self._defects: list[tuple[Task, BaseFail]] = []
        self._tally = Tally((), ())

    # -- doit's interface ------------------------------------------------------------------------------------------

    def initialize(self, tasks: Mapping[str, Task], selected_tasks: list[str]) -> None:
        """Counts what lies ahead."""
        project = StateBackend.project
        models = tuple(files.name for files in project.inputs.models) if project else ()
        self._tally = Tally(models, tuple(name for name in _closure(tasks, selected_tasks) if _is_ours(tasks[name])))

    def execute_task(self, task: Task) -> None:
        """A task starts."""
        if not _is_ours(task):
            self._live.erase()
            super().execute_task(task)
        elif self._heard(task) >= FULL and task.actions:
            self.write(f".  {task.title()}\n")

    def skip_uptodate(self, task: Task) -> None:
        """A task has nothing to do."""
        if not _is_ours(task):
            super().skip_uptodate(task)
            return
        if self._heard(task) >= FULL and task.actions:
            self.write(f"-- {task.title()}\n")
        self._count(task)

    def skip_ignore(self, task: Task) -> None:
        """The user told doit to ignore a task."""
        super().skip_ignore(task)
        if _is_ours(task):
            self._tally.left_out(task.name)
            self._count(task)

    def add_success(self, task: Task) -> None:
        """A task has done its work; its values name the files that it wrote and removed."""
        if not _is_ours(task):
            return
        if task.actions:
            self._tally.ran(task.name)
        for verb in ("written", "removed"):
            for path in (task.values or {}).get(verb, ()):
                self._tally.changed(verb, path)
                if self._heard(task) >= NORMAL:
                    self.write(f"{verb:7}  {path}\n")
        self._count(task)

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """A task could not do its work, or not even be tried."""
        if not _is_ours(task):
            super().add_failure(task, fail)
            return
        self._tally.failed(task.name)
        if hasattr(fail, "diagnostics"):
            self._diagnostics.extend(fail.diagnostics)
        elif not isinstance(fail, UnmetDependency):
            self._defects.append((task, fail))
        self._count(task)

    def complete_run(self) -> None:
        """Everything is done: failures, the outputs that were left alone, and the summary."""
        self._live.erase()
        super().complete_run()
        if sys.exc_info()[0] is not None:
            return
        for diagnostic in ordered(self._diagnostics):
            self._write_diagnostic(diagnostic)
        for task, fail in self._defects:
            self.write(f"{task.name} failed because of a defect in datamodel_pipeline; please report it:\n")
            self.write(f"{fail.get_msg()}\n")
        self._conclude()

    def write(self, text: str) -> None:
        """Writes lines that stay."""
        self._live.erase()
        self.outstream.write(text)

    # -- our tasks -------------------------------------------------------------------------------------------------

    def _heard(self, task: Task) -> int:
        """How much to say, which every task knows once doit has looked at it."""
        if not self._quiet:
            self._level = task.verbosity if task.verbosity is not None else NORMAL
        return self._level

    def _count(self, task: Task) -> None:
        self._heard(task)
        self._tally.done += 1
        if self._level == NORMAL:
            self._live.show(lambda: self._tally.progress(task.name))

    def _write_diagnostic(self, diagnostic: Diagnostic) -> None:
        self.write(f"{shown(diagnostic, self.outstream)}\n")

    def _conclude(self) -> None:
        project = StateBackend.project
        if project is None or not self._tally.total or self._quiet:
            return
        if not project.inputs.models and not self._tally.has_failed:
            self._write_diagnostic(replace(no_models(project.root, project.settings.specs), severity=Severity.WARNING))
        for line in self._tally.untouched(project):
            self.write(line + "\n")
        took = f"; {time.monotonic() - self._started:.1f} s" if is_terminal(self.outstream) else ""
        colour = "red" if self._tally.has_failed or self._defects else "green"
        self.write(painted(self._tally.summary(project), colour, self.outstream) + took + "\n")


def _is_ours(task: Task) -> bool:
    return task.name in StateBackend.ours


def _closure(tasks: Mapping[str, Task], selected: list[str]) -> dict[str, None]:
    """The selected tasks and all that they need, in a fixed order."""
    found: dict[str, None] = {}
    ahead = list(reversed(selected))
    while ahead:
        name = ahead.pop()
        if name not in found and name in tasks:
            found[name] = None
            ahead.extend(reversed(tasks[name].task_dep))
    return found
