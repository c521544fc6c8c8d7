"""doit's question whether a task has something to do.

In: nodes. Out: callables for `uptodate`. While tasks run, everything that a node needs has been brought up to date when
its turn comes. `doit list --status` and `doit info` ask without that: then a node is current only if all it needs is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Signature
from typing import TypeVar

from datamodel_pipeline.pipeline.graph import Node
from datamodel_pipeline.pipeline.project import Project
from datamodel_pipeline.pipeline.restart import start_over
from datamodel_pipeline.pipeline.store import StateLostError

T = TypeVar("T")

NO_ARGUMENTS = Signature()
"""doit looks at the signature of everything that it calls; where it is at hand, that costs nothing."""


class Verdict:
    """Whether one node is current. Its text is what `doit info` gives as the reason when it is not."""

    __signature__ = NO_ARGUMENTS

    def __init__(self, project: Project, node: Node, before: Iterable[Verdict] = ()) -> None:
        self._project = project
        self._node = node
        self._before = tuple(before)
        self._known: bool | None = None

    def __call__(self) -> bool:
        """Whether there is nothing to do."""
        self._project.store.sync()
        return all(verdict.settled for verdict in self._before) and step(self._node.is_current)

    def __repr__(self) -> str:
        return f"{self._node.name}: what it is made from, or what it wrote, is not as it was left"

    @property
    def settled(self) -> bool:
        """The answer, which stays the same while nothing runs."""
        if self._known is None:
            self._known = self()
        return self._known


def verdicts(project: Project, nodes: Iterable[Node], *, running: bool) -> dict[str, list[Verdict]]:
    """The verdicts of each node by its name, and those of each group by the group's. Nodes come dependencies first."""
    found: dict[str, list[Verdict]] = {}
    for node in nodes:
        before = () if running else [verdict for name in node.needs for verdict in found.get(name, ())]
        verdict = Verdict(project, node, before)
        for name in {node.name, node.group}:
            found.setdefault(name, []).append(verdict)
    return found


def step(action: Callable[[], T]) -> T:
    """Does a step of a node. A damaged memory has been thrown away by whom it was found: then all starts over."""
    try:
        return action()
    except StateLostError:
        start_over()
