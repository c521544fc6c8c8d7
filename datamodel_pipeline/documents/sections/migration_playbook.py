"""Migration playbook: for every engine the tables in order, with what their creation locks and how to go about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents import operations
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown
from datamodel_pipeline.documents.view import EngineView, ModelView
from datamodel_pipeline.documents.wording import counted
from datamodel_pipeline.planning.plan import Step

ADVICE = {
    "postgresql": "DDL is transactional: run everything in one transaction, and a failure leaves nothing behind. "
    "Where a table below is in use already, take the remaining steps one by one as their method says: "
    "`SET lock_timeout = '3s'`, a transaction of its own, and again after a timeout.",
    "mysql": "Every DDL statement commits by itself: after a failure, drop what was made, in reverse order. "
    "Where a table below is in use already, `SET lock_wait_timeout = 3` first (the default is a year), and try again "
    "after a timeout.",
    "sqlite": "DDL is transactional, and there is one writer: run everything in one `BEGIN IMMEDIATE` transaction. "
    "`PRAGMA foreign_keys = ON` belongs to every connection, outside the transaction.",
}
"""How a whole script is run on each engine."""


@dataclass(frozen=True, slots=True)
class PlaybookRow:
    """One line: a table's statements taken together, or one foreign key that is added last."""

    number: int
    table: Markdown
    operation: str
    safety: str
    method: str
    lock: str


@dataclass(frozen=True, slots=True)
class EnginePlaybook:
    """One engine's playbook. `advice` is ready Markdown; `notes` are pairs of a safety and what its locks mean."""

    engine: str
    advice: Markdown
    notes: tuple[tuple[str, str], ...]
    rows: tuple[PlaybookRow, ...]


@dataclass(frozen=True, slots=True)
class MigrationPlaybookData:
    """What `migration_playbook.md.j2` receives. `folded` says whether each engine's table is folded away."""

    tables: int
    deferred: str
    engines: tuple[EnginePlaybook, ...]
    folded: bool


def build(view: ModelView) -> MigrationPlaybookData:
    """The playbook of a model whose tables are all new."""
    deferred = {pair for engine in view.engines for pair in engine.deferred}
    return MigrationPlaybookData(
        tables=len(view.schema.tables),
        deferred=_deferred(len(deferred)),
        engines=tuple(_playbook(engine) for engine in view.engines),
        folded=len(view.engines) > 1,
    )


def _deferred(number: int) -> str:
    """`1 foreign key comes last`, "" where nothing waits."""
    return f"{counted(number, 'foreign key')} {'comes' if number == 1 else 'come'} last" if number else ""


def _playbook(engine: EngineView) -> EnginePlaybook:
    """The rows in the order of execution: tables as ordered, then the keys that close circles."""
    later = set(engine.deferred)
    position = {name: number for number, name in enumerate(engine.order)}
    by_table: dict[str, list[Step]] = {}
    last: list[Step] = []
    for step in engine.steps:
        if later and step.operation == "ADD FOREIGN KEY":
            last.append(step)
        else:
            by_table.setdefault(step.table, []).append(step)
    ranked = sorted(by_table, key=lambda name: (position.get(name, len(position)), name))
    groups = [by_table[name] for name in ranked] + [[step] for step in last]
    rows = tuple(_row(number, steps) for number, steps in enumerate(groups, 1))
    notes = dict.fromkeys((step.safety, step.why) for step in map(_told, groups) if step.why)
    return EnginePlaybook(engine.label, Markdown(ADVICE.get(engine.product, "")), tuple(notes), rows)


def _told(steps: Sequence[Step]) -> Step:
    """The step of a table to be most careful with."""
    return next((step for step in steps if step.safety != "safe"), steps[0])


def _row(number: int, steps: Sequence[Step]) -> PlaybookRow:
    """The statements of one table, told by the one to be most careful with."""
    told = _told(steps)
    return PlaybookRow(number, table_link(told.table), operations.told(steps), told.safety, told.method, told.lock)
