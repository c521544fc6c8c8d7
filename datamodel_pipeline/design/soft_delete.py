"""Soft deletion: a row is marked, not removed; what must be unique is unique among the rows that are left."""

from __future__ import annotations

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.timestamps import CREATED_AT, TIMESTAMP
from datamodel_pipeline.design.words import a, nouns
from datamodel_pipeline.schema.expressions import is_null
from datamodel_pipeline.schema.tables import Column, Index, IndexPart, Key, Role

COLUMN = "deleted_at"


def applies(sketch: Sketch) -> bool:
    """Links of a junction table are removed for good: a link has nothing to undelete that its two ends do not have."""
    return sketch.neighbours.own.deletes == "soft" and sketch.junction is None


def add_column(sketch: Sketch) -> None:
    """Adds `deleted_at`."""
    if not applies(sketch):
        return
    sketch.live_column = COLUMN
    sketch.add(
        Column(
            name=COLUMN,
            type=TIMESTAMP,
            nullable=True,
            role=Role.DELETED_AT,
            why=f"NULL while {a(sketch.root.name)} is live; every query filters on that.",
        )
    )


def unique_among_live(sketch: Sketch) -> None:
    """Turns every unique key into a unique index over live rows: a deleted row's values are free to be used again."""
    if applies(sketch):
        sketch.indexes += [_among_live(key) for key in sketch.unique_keys]
        sketch.unique_keys = []


def _among_live(key: Key) -> Index:
    parts = tuple(IndexPart(column=column) for column in key.columns)
    why = f"{key.why.rstrip('.')}, among the rows that are not deleted." if key.why else ""
    return Index(name=key.name, parts=parts, unique=True, where=is_null(COLUMN), why=why)


def add_live_index(sketch: Sketch) -> None:
    """Adds the partial index that lists live rows by age."""
    if not applies(sketch) or sketch.neighbours.parent is not None:
        return
    columns = sketch.scoped_columns((CREATED_AT,))
    sketch.indexes.append(
        Index(
            name=naming.index(sketch.name, columns),
            parts=tuple(IndexPart(column=column) for column in columns),
            where=is_null(COLUMN),
            why=f"Lists of {nouns(sketch.root.name)} show the live ones, by age; deleted rows take no room in it.",
        )
    )
