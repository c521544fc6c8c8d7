"""What one entity shows to the others, and how entities are related by inheritance and by mirrored relationships.

In: an entity and the model's decisions. Out: its `EntityEntry`, and answers about several entries together. It refuses
to know columns and diagnostics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datamodel_pipeline.design import naming
from datamodel_pipeline.spec.specs import Decisions, Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relationship as other entities see it. `payload`: a many_to_many with attributes of its own."""

    name: str
    kind: str
    target: str
    inverse: str = ""
    unique: bool = False
    payload: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityEntry:
    """All of one entity that other entities' tables may depend on; inheritance is not applied yet.

    `archives`: its retention moves rows to an archive, whatever a deletion does.
    """

    name: str
    table: str
    key: str
    deletes: str
    tenant_scoped: bool
    store: str = "sql"
    parent: str = ""
    strategy: str = ""
    group: str = ""
    renamed_from: str = ""
    archives: bool = False
    links: tuple[Link, ...] = ()


def entry(entity: Entity, decisions: Decisions) -> EntityEntry:
    """The entity's projection under these decisions."""
    tenancy = decisions.tenancy
    apart = entity.name == tenancy.tenant or entity.name in tenancy.shared_entities
    return EntityEntry(
        name=entity.name,
        table=entity.table or naming.table(entity.name),
        key=decisions.primary_keys.of(entity.name),
        deletes=decisions.deletes.of(entity.name),
        tenant_scoped=tenancy.strategy == "shared" and not apart,
        store=entity.store,
        parent=entity.is_a.parent if entity.is_a else "",
        strategy=entity.is_a.strategy if entity.is_a else "",
        group=entity.group,
        renamed_from=entity.renamed_from,
        archives=entity.retention is not None and entity.retention.then == "archive",
        links=tuple(
            Link(
                name=r.name,
                kind=r.kind,
                target=r.target,
                inverse=r.inverse,
                unique=r.unique,
                payload=bool(r.attributes),
            )
            for r in entity.relationships
        ),
    )


class Kin:
    """Who inherits from whom: every walk ends, whatever cycles the author wrote."""

    def __init__(self, entries: Mapping[str, EntityEntry]) -> None:
        self.entries = entries

    def parent(self, name: str) -> EntityEntry | None:
        """The parent that counts: known, stored in SQL, and not the entity's own descendant."""
        own = self.entries[name]
        parent = self.entries.get(own.parent)
        if not parent or parent.store != "sql" or own.store != "sql" or self.circular(name):
            return None
        return parent

    def circular(self, name: str) -> bool:
        """Whether the entity is its own ancestor."""
        seen, above = {name}, self.entries[name].parent
        while above in self.entries and above not in seen:
            seen.add(above)
            above = self.entries[above].parent
        return above == name

    def root(self, name: str) -> EntityEntry:
        """The entity whose table holds this one's rows."""
        while (own := self.entries[name]).strategy == "single_table" and (parent := self.parent(name)):
            name = parent.name
        return own

    def top(self, name: str) -> EntityEntry:
        """The first ancestor: its key, tenancy and deletion are those of all that inherit from it."""
        while parent := self.parent(name):
            name = parent.name
        return self.entries[name]


def mirrored(entries: Mapping[str, EntityEntry], owner: EntityEntry, link: Link) -> bool:
    """Whether this many_to_many is the other side of one that already makes the junction table.

    `inverse` says so. Without it, two entities that name each other once each mean one relationship; the side with
    attributes makes the table, else the entity first in the alphabet.
    """
    target = entries.get(link.target)
    if target is None or target.name == owner.name:
        return False
    back = [other for other in target.links if other.kind == "many_to_many" and other.target == owner.name]
    if link.inverse:
        named = next((other for other in back if other.name == link.inverse), None)
        return named is not None and (named.inverse != link.name or _second(owner, link, target, named))
    forth = [other for other in owner.links if other.kind == "many_to_many" and other.target == target.name]
    return len(back) == len(forth) == 1 and not back[0].inverse and _second(owner, link, target, back[0])


def _second(owner: EntityEntry, link: Link, other: EntityEntry, back: Link) -> bool:
    if link.payload != back.payload:
        return back.payload
    return other.name < owner.name
