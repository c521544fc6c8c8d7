"""A neutral table as PostgreSQL can hold it.

In: a table in neutral words, and the major version. Out: the table whose columns, keys and indexes the catalog gives
back exactly, and everything that was lost on the way.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import supported
from datamodel_pipeline.engines.postgresql import words
from datamodel_pipeline.engines.postgresql.columns import ColumnLowering
from datamodel_pipeline.engines.postgresql.defaults import Defaults
from datamodel_pipeline.engines.postgresql.indexes import lower_index
from datamodel_pipeline.engines.postgresql.keys import lower_foreign_key
from datamodel_pipeline.engines.postgresql.options import lower_options
from datamodel_pipeline.schema.tables import Table


def lower(table: Table, major: int) -> Lowered:
    """The lowered table and its losses, in the order columns, foreign keys, indexes, options."""
    lowering = ColumnLowering(table, Defaults(major))
    columns = tuple(map(lowering.lowered, table.columns))
    losses: list[Loss] = lowering.losses
    foreign_keys, indexes = [], []
    for key in table.foreign_keys:
        lowered_key, lost = lower_foreign_key(table, key, major)
        foreign_keys.append(lowered_key)
        losses += lost
    for index in table.indexes:
        lowered_index, lost = lower_index(table, index)
        indexes.append(lowered_index)
        losses += lost
    own, lost = lower_options(table, major)
    losses += lost
    checks = tuple(replace(check, expression=words.settled(check.expression)) for check in table.checks)
    lowered = replace(
        table,
        columns=columns,
        checks=(*checks, *lowering.checks),
        foreign_keys=tuple(foreign_keys),
        indexes=tuple(indexes),
        options=((words.PRODUCT, own),) if own else (),
    )
    made = [key for key, before in zip(foreign_keys, table.foreign_keys, strict=True) if key.columns != before.columns]
    lowered = supported(lowered, made, words.LIMIT)
    named = tuple(replace(index, name=words.shorten(index.name)) for index in lowered.indexes)
    return Lowered(replace(lowered, indexes=named), tuple(losses))
