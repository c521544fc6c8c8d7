"""The part of a table that a database's catalog can hold, so that what was created can be compared with what was meant.

In: a lowered table, or one read back by an engine's `live` module. Out: the same table without reasons, roles, groups
and other knowledge that exists only in specs, its parts ordered by name. It refuses to compare expressions: each
engine prints them in its own way, and only the engine can say whether two are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from datamodel_pipeline.schema.tables import Check, Column, ForeignKey, Index, Key, Origin, Role, Table

Named = TypeVar("Named", Key, Check, ForeignKey, Index)


def catalog_part(table: Table) -> Table:
    """The table with only what a catalog holds; keys, checks and indexes sorted by name, columns in their order."""
    return replace(
        table,
        columns=tuple(map(_column, table.columns)),
        primary_key=replace(table.primary_key, why="") if table.primary_key else None,
        unique_keys=_plain(table.unique_keys),
        checks=_plain(replace(check, kind="rule") for check in table.checks),
        foreign_keys=_plain(table.foreign_keys),
        indexes=_plain(table.indexes),
        options=tuple((product, tuple(sorted(options))) for product, options in table.options if options),
        entity="",
        group="",
        origin=Origin.ENTITY,
        live_column="",
        archive_table="",
        expected_rows=None,
        renamed_from="",
        why="",
    )


def _column(column: Column) -> Column:
    return replace(column, role=Role.ATTRIBUTE, personal=False, renamed_from="", why="")


def _plain(parts: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted((replace(part, why="") for part in parts), key=lambda part: part.name))
