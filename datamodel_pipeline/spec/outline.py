"""The little of an entity that other entities' checks read, so that one edited file does not need all others in full.

In: an `Entity`, and the names of what could not be read. Out: an `EntityOutline`, small, comparable and picklable. It
knows names and who relates to whom, no types.
"""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.spec.specs import Entity

CONVENTION_COLUMNS = ("id", "created_at", "updated_at", "deleted_at", "archived_at", "tenant_id")
"""Columns that the build makes itself: indexes and retention may name them, attributes may not be called so."""


@dataclass(frozen=True, slots=True)
class RelationshipOutline:
    """A relationship's name, kind, target, the inverse that it names, and whether it is one-to-one.

    `doubtful` when parts of it could not be read.
    """

    name: str
    kind: str
    target: str
    inverse: str = ""
    unique: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A name that the entity uses and does not have itself: where, and which. A parent may have it."""

    at: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityOutline:
    """One entity for others. `complete` is False when parts of its file could not be read: names may be missing."""

    name: str
    attributes: tuple[str, ...] = ()
    relationships: tuple[RelationshipOutline, ...] = ()
    parent: str = ""
    uses: tuple[Use, ...] = ()
    store: str = "sql"
    renamed_from: str = ""
    complete: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its attributes and relationships."""
        return (*self.attributes, *(relationship.name for relationship in self.relationships))


def outline(
    entity: Entity,
    broken: tuple[str, ...] = (),
    doubtful: frozenset[str] = frozenset(),
    *,
    complete: bool = True,
) -> EntityOutline:
    """The outline. `broken` names what could not be read, `doubtful` the relationships that were read in part."""
    attributes = (*(attribute.name for attribute in entity.attributes), *broken)
    relationships = tuple(
        RelationshipOutline(one.name, one.kind, one.target, one.inverse, one.unique, one.name in doubtful)
        for one in entity.relationships
    )
    own = {*attributes, *(one.name for one in relationships)}
    return EntityOutline(
        name=entity.name,
        attributes=attributes,
        relationships=relationships,
        parent=entity.is_a.parent if entity.is_a else "",
        uses=tuple(use for use in _uses(entity) if use.name not in own),
        store=entity.store,
        renamed_from=entity.renamed_from,
        complete=complete,
    )


def _uses(entity: Entity) -> list[Use]:
    """Every name of an attribute, relationship or convention column that the entity uses; the latter are left out."""
    uses = [
        Use((entity.name, "unique", str(row), str(column)), name)
        for row, names in enumerate(entity.unique)
        for column, name in enumerate(names)
    ]
    for row, index in enumerate(entity.indexes):
        at = (entity.name, "indexes", str(row))
        uses += [Use((*at, "on", str(column)), key.name) for column, key in enumerate(index.keys) if key.name]
        uses += [Use((*at, "include", str(column)), name) for column, name in enumerate(index.include)]
    if entity.retention:
        uses.append(Use((entity.name, "retention", "after"), entity.retention.after))
        if entity.retention.legal_hold:
            uses.append(Use((entity.name, "retention", "legal_hold"), entity.retention.legal_hold))
    return [use for use in uses if use.name not in CONVENTION_COLUMNS]
