"""The nodes of a build and how a list of them is brought up to date. Knows neither doit nor what a node computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from datamodel_pipeline.diagnostics import Diagnostic


class BuildError(Exception):
    """A node could not be brought up to date because of what the user wrote. Carries every problem found."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One piece of work.

    `name` is `group:rest` or a bare group; `needs` names nodes or whole groups that come first; `is_current` says
    whether there is nothing to do, once everything in `needs` is up to date; `run` does it, and raises BuildError.
    `reads` and `writes` are the files it stands for, for people to look at; `title` is its line in `doit list`.
    """

    name: str
    title: str
    is_current: Callable[[], bool]
    run: Callable[[], None]
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The part before the colon."""
        return self.name.split(":", 1)[0]


@dataclass(slots=True)
class Outcome:
    """What one build did: the nodes run, files written and removed, and what is wrong with the input."""

    ran: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def bring_up_to_date(nodes: Iterable[Node], outcome: Outcome) -> None:
    """Runs, in the order given (dependencies first), every node that is not current and whose needs did not fail."""
    broken: set[str] = set()
    for node in nodes:
        if broken.intersection(node.needs):
            broken.update((node.name, node.group))
        elif not node.is_current():
            outcome.ran.append(node.name)
            try:
                node.run()
            except BuildError as error:
                outcome.failed.append(node.name)
                outcome.diagnostics.extend(error.diagnostics)
                broken.update((node.name, node.group))
