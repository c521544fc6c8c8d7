"""What engines cannot express, each fact told once, however many tables it is about.

In: the losses of a view's engines. Out: facts, those that hold for most tables first. It refuses to know templates.
"""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, text
from datamodel_pipeline.documents.view import EngineView
from datamodel_pipeline.documents.wording import listed, sentence
from datamodel_pipeline.engines._engine import Loss

NAMED = 3
"""So many tables are named; of more, only their number is told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact about one engine: what it cannot express, in which tables, and, if it is the same in all, what instead.

    `general` says that no page tells it.
    """

    what: str
    tables: tuple[str, ...]
    instead: str
    general: bool


def differences(engine: EngineView) -> tuple[Difference, ...]:
    """The facts of one engine, those about most tables first."""
    alike: dict[str, list[Loss]] = {}
    for loss in engine.losses:
        alike.setdefault(loss.what, []).append(loss)
    found = (
        Difference(
            sentence(what),
            tuple(sorted({loss.table for loss in same})),
            max((loss.instead for loss in same), key=lambda words: (len(words), words)),
            any(loss.general for loss in same),
        )
        for what, same in alike.items()
    )
    return tuple(sorted(found, key=lambda one: (-len(one.tables), one.what)))


def told(engine: EngineView, one: Difference, tables: int) -> Markdown:
    """The fact as a line: engine, fact, what instead (where no page tells it), and where. `tables` is their number."""
    instead = f" Instead: {text(one.instead.strip().rstrip('.'))}." if one.general else ""
    return Markdown(f"{text(engine.label)}, {_where(one, tables)}: {text(one.what)}{instead}")


def _where(one: Difference, tables: int) -> str:
    """`all 24 tables`, `13 tables`, or the tables' names."""
    if len(one.tables) <= NAMED:
        return listed([str(table_link(name)) for name in one.tables])
    return f"all {tables} tables" if len(one.tables) == tables else f"{len(one.tables)} tables"
