"""The conventions, in the order in which they are applied to every table. To add one: a module here, and a line below.

The order of the first half is the order of the columns; the second half reads what the first has added.
"""

from __future__ import annotations

from collections.abc import Callable

from datamodel_pipeline.design import (
    attributes,
    checks,
    enums,
    indexes,
    inheritance,
    junctions,
    primary_keys,
    relationships,
    soft_delete,
    tenancy,
    timestamps,
    uniques,
)
from datamodel_pipeline.design.sketch import Sketch

Convention = Callable[[Sketch], None]
"""Adds to the table what one decision asks for."""

CONVENTIONS: tuple[Convention, ...] = (
    primary_keys.add,
    tenancy.add_column,
    inheritance.add_discriminator,
    inheritance.add_parent_key,
    junctions.add_ends,
    attributes.add,
    relationships.add,
    timestamps.add,
    soft_delete.add_column,
    enums.add,
    checks.add,
    inheritance.require,
    uniques.add,
    soft_delete.unique_among_live,
    tenancy.add_reference_key,
    indexes.add_declared,
    soft_delete.add_live_index,
    indexes.add_for_foreign_keys,
    checks.look_up,
)
