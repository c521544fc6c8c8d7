"""What one run of doit has done, counted by model.

In: names of tasks and files as they are done. Out: the sentences of the summary. It knows nothing of doit or terminals.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from datamodel_pipeline.diagnostics import Severity

if TYPE_CHECKING:
    from datamodel_pipeline.pipeline.project import Project


class Tally:
    """The counts of one run. `models` are all of the project, `tasks` those of our tasks that lie ahead."""

    def __init__(self, models: Iterable[str], tasks: Iterable[str]) -> None:
        self._all = tuple(models)
        ahead = tuple(tasks)
        self.total = len(ahead)
        self.done = 0
        touched = {self.model_of(name) for name in ahead}
        self._models = [name for name in self._all if name in touched]
        self._ran: set[str] = set()
        self._failed: set[str] = set()
        self._left_out: set[str] = set()
        self._changed = {"written": 0, "removed": 0}

    def model_of(self, task: str) -> str:
        """The model that a task belongs to: `blog` of `blog.map` and `blog.specs:model.yaml`; "" for the index."""
        group = task.partition(":")[0]
        fitting = [name for name in self._all if group == name or group.startswith(f"{name}.")]
        return max(fitting, key=len, default="")

    def ran(self, task: str) -> None:
        """A task had something to do and did it."""
        self._ran.add(self.model_of(task))

    def failed(self, task: str) -> None:
        """A task failed, or could not be tried because another failed."""
        self._failed.add(self.model_of(task))

    def left_out(self, task: str) -> None:
        """A task was ignored on the user's demand."""
        self._left_out.add(self.model_of(task))

    def changed(self, verb: str, path: str) -> None:
        """A file was written or removed."""
        del path
        self._changed[verb] += 1

    @property
    def has_failed(self) -> bool:
        """Whether any task failed."""
        return bool(self._failed)

    def progress(self, task: str) -> str:
        """`[ 12/240] blog`: what the live line shows."""
        width = len(str(self.total))
        return f"[{self.done:{width}}/{self.total}] {self.model_of(task) or task}"

    def untouched(self, project: Project) -> list[str]:
        """For every model that failed: what became of its outputs."""
        lines = []
        for model in self._models:
            if model in self._failed:
                left = any((project.root / path).exists() for path in project.artifacts.paths(model))
                rest = "its outputs are still those of the last good build" if left else "nothing was written for it"
                lines.append(f"{model} was not built; {rest}")
        return lines

    def summary(self, project: Project) -> str:
        """`3 models: 1 built, 2 up to date; 4 files written; 2 warnings`."""
        failed = [name for name in self._models if name in self._failed]
        built = [name for name in self._models if name in self._ran - self._failed]
        skipped = [name for name in self._models if name in self._left_out - self._ran - self._failed]
        rest = len(self._models) - len(failed) - len(built) - len(skipped)
        counts = [(len(failed), "failed"), (len(built), "built"), (rest, "up to date"), (len(skipped), "ignored")]
        parts = [", ".join(f"{count} {word}" for count, word in counts if count)]
        parts += [f"{plural(count, 'file')} {verb}" for verb, count in self._changed.items() if count]
        warnings = sum(_warnings(project, name) for name in built)
        if warnings:
            parts.append(f"{plural(warnings, 'warning')} (see `datamodel check`)")
        models = f"{plural(len(self._models), 'model')}: " if self._models else ""
        return models + (
            "; ".join(filter(None, parts)) or ("nothing was built" if self._failed else "nothing to build")
        )


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _warnings(project: Project, model: str) -> int:
    """The number of warnings about a model that was built; remembered while they are made from the same."""
    from datamodel_pipeline.pipeline import inspection

    project.store.sync()
    build = project.build(model)
    if not build.publishing.is_settled:
        return 0  # only some of its tasks were asked for
    name = f"{model}.warnings"
    key = inspection.findings_key(build)
    if not project.store.is_current(name, key):
        found = inspection.findings(build)
        project.store.put(name, key, str(sum(one.severity is Severity.WARNING for one in found)), None)
        project.store.commit()
    return int(project.store.digest_of(name))
