"""In which order tables are made, and which foreign keys must wait until all tables stand.

In: tables, neutral or lowered. Out: an order that depends on the tables only, not on the order they came in.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datamodel_pipeline.planning.cycles import cut
from datamodel_pipeline.planning.greenfield import steps
from datamodel_pipeline.schema.tables import ForeignKey, Table

__all__ = ["Creation", "order", "steps"]

MANDATORY = 100
"""What deferring a NOT NULL key costs against a nullable one: rows of a nullable cycle can be written at any time."""


@dataclass(frozen=True, slots=True)
class Creation:
    """Tables in the order of their CREATE TABLE, and the (table, foreign key) pairs to add afterwards, sorted."""

    order: tuple[str, ...]
    deferred: tuple[tuple[str, str], ...] = ()


def order(tables: Sequence[Table]) -> Creation:
    """Every table after those that it references; tables of one group stay together where that allows it.

    Where references go in circles, as few foreign keys as reasonable are deferred, nullable ones first. A key to the
    table itself never needs deferring; a key to a table that is not among `tables` orders nothing.
    """
    ranked = sorted(tables, key=lambda table: table.name)
    names = {table.name for table in ranked}
    costs = {table.name: _costs(table, names) for table in ranked}
    removed = cut(costs)
    deferred = [
        (table.name, key.name)
        for table in ranked
        for key in table.foreign_keys
        if (table.name, key.ref_table) in removed
    ]
    waits = {name: {ref for ref in costs[name] if (name, ref) not in removed} for name in costs}
    return Creation(_line_up(ranked, waits), tuple(sorted(deferred)))


def _costs(table: Table, names: set[str]) -> dict[str, int]:
    """What deferring all keys from this table to each table that it references would cost."""
    costs: dict[str, int] = {}
    for key in table.foreign_keys:
        if key.ref_table != table.name and key.ref_table in names:
            costs[key.ref_table] = costs.get(key.ref_table, 0) + (1 if _nullable(table, key) else MANDATORY)
    return dict(sorted(costs.items()))


def _nullable(table: Table, key: ForeignKey) -> bool:
    """Whether a row can be written without pointing anywhere: one NULL in a key switches it off."""
    columns = (table.column(name) for name in key.columns)
    return any(column is not None and column.nullable for column in columns)


def _line_up(tables: Iterable[Table], waits: dict[str, set[str]]) -> tuple[str, ...]:
    """A topological order that leaves a group only when nothing of it is ready."""
    groups = {table.name: table.group for table in tables}
    waiting_for_me: dict[str, list[str]] = {name: [] for name in groups}
    for name, refs in waits.items():
        for ref in refs:
            waiting_for_me[ref].append(name)
    ready: dict[str, list[str]] = {}
    for name, group in groups.items():
        if not waits[name]:
            heapq.heappush(ready.setdefault(group, []), name)
    done: list[str] = []
    open_refs = {name: len(refs) for name, refs in waits.items()}
    group = ""
    while ready:
        group = group if group in ready else min(ready)
        name = heapq.heappop(ready[group])
        if not ready[group]:
            del ready[group]
        done.append(name)
        for waiter in waiting_for_me[name]:
            open_refs[waiter] -= 1
            if not open_refs[waiter]:
                heapq.heappush(ready.setdefault(groups[waiter], []), waiter)
    return tuple(done)
