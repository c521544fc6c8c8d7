"""Names that must differ beyond one table: PostgreSQL and SQLite keep indexes and tables in one name space, MySQL has
one for foreign keys and one for checks. One rule for all: no two names of a schema are the same, letter case aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from datamodel_pipeline.design.naming import distinguished
from datamodel_pipeline.schema.tables import Check, ForeignKey, Index, Key, Table

Named = TypeVar("Named", Key, Check, ForeignKey, Index)


def settle_names(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The tables by name, every later use of a name that is taken replaced by one made from what it names."""
    ordered = sorted(tables, key=lambda table: table.name)
    taken = {table.name.lower() for table in ordered}
    return tuple(_settled(table, taken) for table in ordered)


def _settled(table: Table, taken: set[str]) -> Table:
    parts: list[Key | Check | ForeignKey | Index] = [
        *table.unique_keys,
        *table.indexes,
        *table.foreign_keys,
        *table.checks,
    ]
    names = [part.name.lower() for part in parts]
    names += [table.primary_key.name.lower()] if table.primary_key else []
    if len(set(names)) == len(names) and taken.isdisjoint(names):
        taken.update(names)
        return table
    return replace(
        table,
        primary_key=_free((table.primary_key,), table, taken)[0] if table.primary_key else None,
        unique_keys=_free(table.unique_keys, table, taken),
        indexes=_free(table.indexes, table, taken),
        foreign_keys=_free(table.foreign_keys, table, taken),
        checks=_free(table.checks, table, taken),
    )


def _free(items: tuple[Named, ...], table: Table, taken: set[str]) -> tuple[Named, ...]:
    return tuple(_renamed(item, table, taken) for item in items)


def _renamed(item: Named, table: Table, taken: set[str]) -> Named:
    name, by = item.name, f"{table.name}|{replace(item, why='')!r}"
    while name.lower() in taken:
        name = distinguished(item.name, by)
        by += "|"
    taken.add(name.lower())
    return item if name == item.name else replace(item, name=name)
