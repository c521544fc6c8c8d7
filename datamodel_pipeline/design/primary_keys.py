"""Every table but a bare junction has one surrogate key, `id`, of the type that the model decided."""

from __future__ import annotations

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import a, capital
from datamodel_pipeline.schema.expressions import NewUuid
from datamodel_pipeline.schema.tables import Column, Key, Role
from datamodel_pipeline.schema.types import Type

COLUMN = "id"
"""The name of the surrogate key's column."""

DOCUMENT_ID = Type("string", (64,))
"""What holds the id of a document in another store: long enough for an ObjectId, a UUID and most composite keys."""


def key_type(key: str) -> Type:
    """The column type of a key of this kind (`bigint` or `uuid`)."""
    return Type(key)


def add(sketch: Sketch) -> None:
    """Adds `id` and the primary key over it."""
    if sketch.junction and sketch.junction.bare:
        return
    own, parent = sketch.neighbours.own, sketch.neighbours.parent
    inherits = parent is not None and sketch.junction is None
    numbered = own.key != "uuid"
    sketch.add(
        Column(
            name=COLUMN,
            type=key_type(own.key),
            identity=numbered and not inherits,
            default=None if numbered or inherits else NewUuid(),
            role=Role.PRIMARY_KEY,
            why=_why(sketch, uuid=not numbered),
        )
    )
    thing = sketch.root.name if not sketch.junction else "link"
    sketch.primary_key = Key(
        name=naming.primary_key(sketch.name), columns=(COLUMN,), why=f"{capital(a(thing))} is found by its id."
    )


def _why(sketch: Sketch, *, uuid: bool) -> str:
    parent = sketch.neighbours.parent
    if sketch.junction:
        return "The link has attributes of its own, so it can be named by itself, in the API and in logs."
    if parent:
        return f"{capital(a(sketch.root.name))} is {a(parent.entity)}: both rows have the same id."
    if uuid:
        return (
            f"Identifies {a(sketch.root.name)}; made without asking a counter, so it tells nobody how many there are."
        )
    return f"Identifies {a(sketch.root.name)}; numbered by the database, without meaning, so it never has to change."
