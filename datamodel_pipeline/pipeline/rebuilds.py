"""One rebuild in one sentence: what changed, what was written and removed.

In: the contents of all inputs before and after, and what the build did. Out: text. No clock, no terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from datamodel_pipeline.pipeline.fingerprint import digest
from datamodel_pipeline.pipeline.graph import Outcome
from datamodel_pipeline.pipeline.project import Project
from datamodel_pipeline.pipeline.settings import PYPROJECT

SHOWN = 4
"""How many files are named before the rest is counted."""


def contents(project: Project) -> dict[str, str]:
    """Every input of a project by path, as it was read last, with the digest of its content."""
    files = {file.path: file.digest for files in project.inputs.models for file in files.files}
    texts = project.inputs.templates.items()
    templates = {f"{project.settings.templates}/{name}": digest(text) for name, text in texts}
    return files | templates | {PYPROJECT: digest(repr(project.settings), repr(project.problems))}


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What one rebuild was about. `outputs` is the folder that outputs are named relative to."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    deleted: tuple[str, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]
    models: int
    first: bool

    @classmethod
    def of(
        cls, before: Mapping[str, str], project: Project, outcome: Outcome, *, first: bool
    ) -> tuple[Rebuild, dict[str, str]]:
        """The rebuild that `outcome` came from, and the contents that it saw."""
        now = contents(project)
        outputs = project.settings.outputs
        found = cls(
            changed=tuple(sorted(path for path in now if path in before and now[path] != before[path])),
            added=tuple(sorted(now.keys() - before.keys())),
            deleted=tuple(sorted(before.keys() - now.keys())),
            written=tuple(path.removeprefix(f"{outputs}/") for path in outcome.written),
            removed=tuple(path.removeprefix(f"{outputs}/") for path in outcome.removed),
            models=len(project.inputs.models),
            first=first,
        )
        return found, now

    @property
    def is_news(self) -> bool:
        """Whether there is anything to tell."""
        return self.first or any((self.changed, self.added, self.deleted, self.written, self.removed))

    def sentence(self, errors: int) -> str:
        """`changed specs/blog/entities/post.yaml: wrote 01-blog/01-blog.md`."""
        done = [_listed("wrote", self.written), _listed("removed", self.removed)]
        if errors:
            kept = "" if any(done) else ", outputs are as they were"
            done.append(f"{errors} error{'' if errors == 1 else 's'}{kept}")
        return f"{self._cause()}: {'; '.join(part for part in done if part) or 'nothing to write'}"

    def _cause(self) -> str:
        if self.first:
            return f"{self.models} model{'' if self.models == 1 else 's'}"
        causes = [_listed("changed", self.changed), _listed("new", self.added), _listed("deleted", self.deleted)]
        return "; ".join(cause for cause in causes if cause) or "outputs"


def _listed(word: str, paths: Iterable[str]) -> str:
    names = list(paths)
    if not names:
        return ""
    shown = names if len(names) <= SHOWN else [*names[: SHOWN - 1], f"{len(names) - SHOWN + 1} more files"]
    *most, last = shown
    return f"{word} {' and '.join(filter(None, (', '.join(most), last)))}"
