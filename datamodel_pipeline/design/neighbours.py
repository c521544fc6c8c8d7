"""The part of the entity map that one unit's tables are made from: nothing else of other entities can change them.

In: a unit's members and the map. Out: `Neighbours`, equal for equal results, so that it can stand in a cache key.
"""

from __future__ import annotations

from typing import NamedTuple

from datamodel_pipeline.design.entity_map import EntityMap, Reference
from datamodel_pipeline.spec.specs import Entity


class Neighbours(NamedTuple):
    """What a unit reads of the map.

    `own` is the root; `parent` what a table_per_type root inherits from; `tenant` is there when a table of the unit may
    carry tenant_id; `targets` and `junctions` are those of the members' relationships; `referenced` says that a
    (tenant_id, id) key is needed.
    """

    own: Reference
    parent: Reference | None
    tenant: Reference | None
    targets: tuple[tuple[str, Reference | None], ...]
    junctions: tuple[tuple[tuple[str, str], str], ...]
    referenced: bool

    def target(self, entity: str) -> Reference | None:
        """The entity that a relationship names, or None when there is none of that name."""
        return next((reference for name, reference in self.targets if name == entity), None)


def reads(members: tuple[Entity, ...], entity_map: EntityMap) -> Neighbours:
    """Exactly what `resolve_unit` reads of the map for these members (root first)."""
    own = entity_map.references[members[0].name]
    links = [(member.name, link) for member in members for link in member.relationships]
    making = [link for _, link in links if link.kind in {"belongs_to", "many_to_many"}]
    targets = tuple((name, entity_map.references.get(name)) for name in sorted({link.target for link in making}))
    junctions = []
    for member, link in links:
        if table := entity_map.junctions.get((member, link.name)):
            junctions.append(((member, link.name), table))
    parent = entity_map.parents.get(own.entity)
    tenant = entity_map.references.get(entity_map.tenant)
    near = (own, *(reference for _, reference in targets if reference))
    concerned = any(reference.scoped or reference == tenant for reference in near)
    return Neighbours(
        own=own,
        parent=entity_map.references[parent] if parent else None,
        tenant=tenant if concerned else None,
        targets=targets,
        junctions=tuple(junctions),
        referenced=own.entity in entity_map.referenced,
    )
