"""What the sections about a whole model see of each entity and table: less than there is, so that most edits are small.

In: entities and tables. Out: the same without what no such section shows: a table's ordinary columns, checks and
options, an entity's attributes. An edit of those alone leaves every glance as it was, and nothing is built again but
the table's own page. Sections are given glances only, so none of them can come to depend on more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datamodel_pipeline.schema.tables import Column, Role, Table
from datamodel_pipeline.spec.specs import Entity

WHOLE = 100
"""In models of up to so many tables sections see whole tables: a picture of a few tables shows all their columns."""

TOLD = frozenset({"enum", "money", "decimal", "timestamp", "datetime", "date"})
"""Types that the document explains once for all tables."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A table with some of its columns; `left_out` is the number of the others."""

    table: Table
    left_out: int


def entity(whole: Entity) -> Entity:
    """What sections see of an entity: its attributes only where it becomes no table."""
    if whole.store != "sql":
        return whole
    return replace(
        whole, attributes=(), relationships=(), unique=(), checks=(), indexes=(), options=(), renamed_from=""
    )


def glance(whole: Table, members: Sequence[Entity]) -> Glance:
    """What sections see of a table; `members` are the entities that share it."""
    rules = [member.retention for member in members if member.retention]
    everything = any(rule.then == "archive" for rule in rules)  # the job that archives rows names every column
    named = {name for rule in rules for name in (rule.after, rule.legal_hold)} | _keyed(whole)
    shown = [column for column in whole.columns if everything or column.name in named or _matters(column)]
    if not any(column.role is Role.ATTRIBUTE for column in shown):
        ordinary = next((column for column in whole.columns if column.role is Role.ATTRIBUTE), None)
        shown = [column for column in whole.columns if column in shown or column is ordinary]
    table = replace(
        whole,
        columns=tuple(map(_column, shown)),
        checks=(),
        foreign_keys=tuple(replace(key, why="") for key in whole.foreign_keys),
        options=(),
        renamed_from="",
    )
    return Glance(table, len(whole.columns) - len(shown))


def _keyed(table: Table) -> set[str]:
    """The columns that stand in a key or index."""
    found = set(table.primary_key.columns) if table.primary_key else set()
    found.update(*(key.columns for key in table.unique_keys), *(key.columns for key in table.foreign_keys))
    return found.union(*(index.columns for index in table.indexes), *(index.include for index in table.indexes))


def _matters(column: Column) -> bool:
    """Whether a section may tell of such a column wherever it stands."""
    return column.personal or column.role is not Role.ATTRIBUTE or column.type.name in TOLD


def _column(whole: Column) -> Column:
    """A column without what is told on its page only."""
    return replace(whole, default=None, comment=whole.comment if whole.personal else "", renamed_from="", why="")
