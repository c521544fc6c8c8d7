"""many_to_many: a junction table with one foreign key to each side.

Without attributes the pair is its key. With attributes it has a key of its own, and the pair is unique.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from datamodel_pipeline.design import naming, tenancy
from datamodel_pipeline.design.entity_map import Reference
from datamodel_pipeline.design.neighbours import Neighbours
from datamodel_pipeline.design.primary_keys import key_type
from datamodel_pipeline.design.relationships import Actions, actions_of, refer
from datamodel_pipeline.design.sketch import Junction, Sketch
from datamodel_pipeline.design.words import a, capital, noun, nouns
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import Action, Column, Key, Origin, Role
from datamodel_pipeline.spec.specs import Entity

CASCADE = Actions(on_delete=Action.CASCADE)


class _End(NamedTuple):
    """One side of a junction: its entity, that entity's former name, and what its foreign key does."""

    entity: str
    former: str
    actions: Actions


def sketches(
    members: tuple[Entity, ...], neighbours: Neighbours, expressions: Mapping[str, Written], said: list[Diagnostic]
) -> Iterator[Sketch]:
    """An empty sketch for every junction table that the members make."""
    tables = dict(neighbours.junctions)
    for member in members:
        for relationship in member.relationships:
            name = tables.get((member.name, relationship.name))
            target = neighbours.target(relationship.target)
            if not name or target is None:
                continue
            sketch = Sketch(name, members, neighbours, expressions, said)
            sketch.origin = Origin.JUNCTION
            sketch.junction = Junction(member, relationship, neighbours.own, target)
            ends = (neighbours.own, target)
            sketch.scoped = any(end.scoped for end in ends) or _joins_tenant(ends, neighbours.tenant)
            sketch.why = (
                f"{capital(a(member.name))} can have many {noun(naming.plural(relationship.name))}, "
                f"and {a(target.entity)} can be linked to many {nouns(member.name)}."
            )
            yield sketch


def _joins_tenant(ends: tuple[Reference, Reference], tenant: Reference | None) -> bool:
    """Whether the table joins the tenant itself with something that all tenants share."""
    return tenant is not None and ends.count(tenant) == 1


def add_ends(sketch: Sketch) -> None:
    """Adds the two reference columns, their foreign keys, and the key over the pair."""
    junction = sketch.junction
    if junction is None:
        return
    source, target = junction.source, junction.target
    first = naming.reference(junction.owner.name)
    second = naming.reference(junction.relationship.target)
    if first == second:
        second = naming.reference(naming.singular(junction.relationship.name))
    if first == second:
        second = naming.reference(f"other_{junction.relationship.name}")
    first, second = _tenant_end(sketch, source, target, first), _tenant_end(sketch, target, source, second)
    at = (junction.owner.name, "relationships", junction.relationship.name)
    _end(sketch, first, source, _End(junction.owner.name, junction.owner.renamed_from, CASCADE), at)
    asked = actions_of(sketch, junction.relationship, Action.CASCADE, at, required=True)
    _end(sketch, second, target, _End(junction.relationship.target, target.renamed_from, asked), at)
    sketch.named.setdefault(naming.snake(junction.owner.name), first)
    sketch.named.setdefault(junction.relationship.name, second)
    _pair(sketch, junction, first, second)


def _tenant_end(sketch: Sketch, end: Reference, other: Reference, column: str) -> str:
    """The end that is the tenant itself is tenant_id, where the other end does not say which tenant it is."""
    is_tenant = bool(sketch.tenant_column) and end == sketch.neighbours.tenant and not other.scoped
    return tenancy.COLUMN if is_tenant else column


def _end(sketch: Sketch, column: str, end: Reference, told: _End, at: tuple[str, ...]) -> None:
    if column == sketch.tenant_column:
        return
    former, thing = naming.reference(told.former) if told.former else "", noun(told.entity)
    sketch.add(
        Column(
            name=column,
            type=key_type(end.key),
            role=Role.FOREIGN_KEY,
            renamed_from=former if former != column else "",
            why=f"The {thing} of the pair.",
        ),
        at,
    )
    if told.actions.on_delete is Action.CASCADE:
        why = f"A link means nothing without its {thing}, so it goes with it."
    else:
        why = f"{capital(a(told.entity))} cannot be deleted while it has links."
    refer(sketch, column, end, told.actions, why)


def _pair(sketch: Sketch, junction: Junction, first: str, second: str) -> None:
    columns = sketch.scoped_columns((first, second))
    thing, other = noun(junction.owner.name), noun(junction.relationship.target)
    why = f"The same {thing} and {other} are linked once only; it also finds all links of {a(junction.owner.name)}."
    if junction.bare:
        sketch.primary_key = Key(name=naming.primary_key(sketch.name), columns=columns, why=why)
    else:
        sketch.add_unique((first, second), why)
