"""Every table says when a row was made and when it last changed."""

from __future__ import annotations

from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import a
from datamodel_pipeline.schema.expressions import CurrentTimestamp
from datamodel_pipeline.schema.tables import Column, Role
from datamodel_pipeline.schema.types import Type

TIMESTAMP = Type("timestamp")
CREATED_AT = "created_at"
UPDATED_AT = "updated_at"


def add(sketch: Sketch) -> None:
    """Adds `created_at` and `updated_at`; the latter is touched by every update."""
    thing = "the link" if sketch.junction else a(sketch.root.name)
    for name, role, why in (
        (CREATED_AT, Role.CREATED_AT, f"When {thing} was stored; set once, by the database."),
        (UPDATED_AT, Role.UPDATED_AT, f"When {thing} last changed; kept by the database, so no writer can forget it."),
    ):
        sketch.add(Column(name=name, type=TIMESTAMP, default=CurrentTimestamp(), role=role, why=why))
    sketch.touch_column = UPDATED_AT
