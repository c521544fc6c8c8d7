"""What an author says is unique: an attribute, a relationship, or several together."""

from __future__ import annotations

from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import a, capital, listed, noun
from datamodel_pipeline.spec.specs import Entity


def add(sketch: Sketch) -> None:
    """Adds a unique key for each; under shared tenancy it starts with tenant_id."""
    if sketch.junction:
        for attribute in sketch.junction.relationship.attributes:
            if attribute.unique and attribute.name in sketch.named:
                sketch.add_unique((sketch.named[attribute.name],), _why(sketch, "link", (attribute.name,)))
        return
    for member in sketch.members:
        _add(sketch, member)


def _add(sketch: Sketch, member: Entity) -> None:
    for attribute in member.attributes:
        if attribute.unique and attribute.name in sketch.named:
            sketch.add_unique((sketch.named[attribute.name],), _why(sketch, member.name, (attribute.name,)))
    for relationship in member.relationships:
        if relationship.kind == "belongs_to" and relationship.unique and relationship.name in sketch.named:
            one, other = a(relationship.target), noun(member.name)
            why = f"{capital(one)} is the {noun(relationship.name)} of one {other} at most."
            sketch.add_unique((sketch.named[relationship.name],), why)
    for names in member.unique:
        columns = sketch.columns_of(names)
        if columns:
            sketch.add_unique(tuple(dict.fromkeys(columns)), _why(sketch, member.name, names))


def _why(sketch: Sketch, entity: str, names: tuple[str, ...]) -> str:
    said = listed([noun(name) for name in names])
    tenant = sketch.neighbours.tenant
    within = f" of one {noun(tenant.entity)}" if sketch.tenant_column and tenant else ""
    return f"No two {noun(entity)} rows{within} have the same {said}."
