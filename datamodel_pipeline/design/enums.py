"""An enum is text with a CHECK, never a native type: a value is added without rewriting a table or a type."""

from __future__ import annotations

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import listed
from datamodel_pipeline.schema.expressions import one_of
from datamodel_pipeline.schema.tables import Check

SHOWN = 8
"""Longer lists are not repeated in the reason."""


def add(sketch: Sketch) -> None:
    """Adds `check_{table}_{column}_enum` for every enum column."""
    for column in sketch.columns.values():
        values = column.type.values
        if column.type.name != "enum":
            continue
        said = listed(values, last="or") if len(values) <= SHOWN else f"one of the {len(values)} values listed"
        sketch.checks.append(
            Check(
                name=naming.check(sketch.name, column.name, "enum"),
                expression=one_of(column.name, values),
                kind="enum",
                why=f"The {column.name.replace('_', ' ')} is {said}; the database refuses anything else.",
            )
        )
