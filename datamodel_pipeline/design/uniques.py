"""What an author says is unique: an attribute, a relationship, or several together."""

from __future__ import annotations

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.inheritance import among, descendants
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import listed, noun, nouns
from datamodel_pipeline.schema.expressions import Formula, is_null
from datamodel_pipeline.schema.tables import Index, IndexPart
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
            role, target = noun(relationship.name), noun(relationship.target)
            said = "" if role == target else f" as {role}"
            why = f"One {noun(member.name)} at most names the same {target}{said}."
            sketch.add_unique((sketch.named[relationship.name],), why)
    for names in member.unique:
        columns = tuple(dict.fromkeys(sketch.columns_of(names) or ()))
        shared = [column for column in columns if not sketch.columns[column.lower()].nullable]
        if columns and member is not sketch.root and len(shared) == len(columns):
            sketch.indexes.append(_among_own(sketch, member, columns, _why(sketch, member.name, names)))
        elif columns:
            sketch.add_unique(columns, _why(sketch, member.name, names))


def _among_own(sketch: Sketch, member: Entity, columns: tuple[str, ...], why: str) -> Index:
    """What a single_table child says of columns that all rows have binds its own rows only."""
    where = among(sketch, descendants(sketch, member))
    if sketch.live_column:
        where = Formula((*where.parts, " AND ", *is_null(sketch.live_column).parts))
    columns = sketch.scoped_columns(columns)
    name = naming.unique(sketch.name, (*columns, naming.snake(member.name)))
    return Index(name=name, parts=tuple(IndexPart(column=c) for c in columns), unique=True, where=where, why=why)


def _why(sketch: Sketch, entity: str, names: tuple[str, ...]) -> str:
    said = listed([noun(name) for name in names])
    tenant = sketch.neighbours.tenant
    within = f" of one {noun(tenant.entity)}" if sketch.tenant_column and tenant else ""
    return f"No two {nouns(entity)}{within} have the same {said}."
