"""Names that had to give way to others, as data: found on outlines of all tables, applied to one table at a time.

In: tables. Out: what `settle_names` changed, so that a build that knows all names need not hold all tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from datamodel_pipeline.design.settled import settle_names
from datamodel_pipeline.schema.tables import Table

KINDS = ("primary_key", "unique_keys", "indexes", "foreign_keys", "checks")


@dataclass(frozen=True, slots=True, order=True)
class Renaming:
    """One name of one table that must be another; `position` counts within its kind."""

    table: str
    kind: str
    position: int
    new: str


def renamings(tables: Sequence[Table]) -> tuple[Renaming, ...]:
    """What must be renamed so that no two names of these tables are the same. `why` texts are not looked at."""
    settled = {table.name: table for table in settle_names(tables)}
    return tuple(
        sorted(
            Renaming(table.name, kind, position, new.name)
            for table in tables
            for kind in KINDS
            for position, (old, new) in enumerate(
                zip(_parts(table, kind), _parts(settled[table.name], kind), strict=True)
            )
            if old.name != new.name
        )
    )


def renamed(table: Table, renamings: Iterable[Renaming]) -> Table:
    """The table with its own renamings applied."""
    for renaming in renamings:
        if renaming.table == table.name:
            parts = list(_parts(table, renaming.kind))
            parts[renaming.position] = replace(parts[renaming.position], name=renaming.new)
            value: Any = parts[0] if renaming.kind == "primary_key" else tuple(parts)
            table = replace(table, **{renaming.kind: value})
    return table


def _parts(table: Table, kind: str) -> tuple[Any, ...]:
    """Keys, checks and indexes alike: all that is needed of them here is their name."""
    value = getattr(table, kind)
    if kind == "primary_key":
        return (value,) if value else ()
    return tuple(value)
