"""doit's own memory, answered from ours: one state file, no second truth about what is up to date.

doit keeps values per task in a backend. For our tasks everything but `doit ignore` marks comes from, and goes to, the
project's store; tasks that a team adds to its own dodo.py are kept in a JSON file beside it, written whole.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from doit.dependency import JSONCodec, MD5Checker

from datamodel_pipeline.pipeline.project import Project

OURS = "known to the build"
"""The state of every file that one of our tasks reads: whether it changed is the task's own `uptodate` verdict."""
IGNORED = "ignore:"


class ContentChecker(MD5Checker):  # type: ignore[misc]  # doit is not typed
    """Checks the files of foreign tasks as doit does, and leaves those of our tasks to the build."""

    def check_modified(self, file_path: str, file_stat: os.stat_result, state: Any) -> bool:
        """Whether the file differs from what the state says."""
        return state != OURS and bool(super().check_modified(file_path, file_stat, state))


class StateBackend:
    """A doit backend. `project`, `ours` and `quiet` are set by the loader before any task is looked at."""

    desc = "the state of datamodel_pipeline"
    project: Project | None = None
    ours: frozenset[str] = frozenset()
    quiet = False

    def __init__(self, name: str, codec: JSONCodec, *, module_name: str | None = None) -> None:
        del codec, module_name
        self.name = name
        self._file = Path(name)
        self._saved = self._read()
        self._data: dict[str, dict[str, Any]] = json.loads(self._saved) if self._saved else {}

    def _read(self) -> str:
        """The saved text; a file that is no JSON object counts as empty."""
        try:
            text = self._file.read_text("utf-8")
            return text if isinstance(json.loads(text), dict) else ""
        except (OSError, ValueError):
            return ""

    def dump(self) -> None:
        """Saves the foreign tasks' values if they changed, and commits ours."""
        text = json.dumps(self._data, sort_keys=True)
        if text != (self._saved or "{}"):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            temporary.write_text(text, "utf-8")
            temporary.replace(self._file)
            self._saved = text
        if self.project is not None:
            self.project.store.commit()

    def set(self, task_id: str, dependency: str, value: Any) -> None:
        """Remembers a value of a task."""
        if task_id not in self.ours or dependency == IGNORED:
            self._data.setdefault(task_id, {})[dependency] = value

    def get(self, task_id: str, dependency: str) -> Any:
        """The remembered value, or None."""
        if task_id in self.ours and not dependency.endswith(":"):
            return OURS
        return self._data.get(task_id, {}).get(dependency)

    def in_(self, task_id: str) -> bool:
        """Whether anything is remembered about the task."""
        if task_id in self.ours and self.project is not None:
            return self.project.store.record(task_id) is not None
        return task_id in self._data

    def remove(self, task_id: str) -> None:
        """Forgets a task, so that it is run next time."""
        self._data.pop(task_id, None)
        if task_id in self.ours and self.project is not None:
            model = task_id.partition(":")[0].partition(".")[0]
            self.project.store.forget((task_id, model))
            self.project.store.set_meta(f"stamp:{model}", "")

    def remove_all(self) -> None:
        """Forgets everything."""
        self._data = {}
        if self.project is not None:
            self.project.store.clear()
