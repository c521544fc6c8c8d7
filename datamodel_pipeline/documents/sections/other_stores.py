"""Entities in other stores: what the model keeps outside the SQL engines, told from the specs, without SQL."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.spec.specs import Attribute, Entity

STORES = {"mongodb": "MongoDB", "dynamodb": "DynamoDB"}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One attribute, or one relationship as the reference that the document holds."""

    name: str
    type: str
    optional: bool
    personal: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """One entity and where it is kept."""

    name: str
    store: str
    description: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class OtherStoresData:
    """What `other_stores.md.j2` receives; without entities the section is left out."""

    entities: tuple[StoredEntity, ...]


def build(view: ModelView) -> OtherStoresData:
    """The entities that no SQL engine holds, by name."""
    return OtherStoresData(tuple(_stored(entity) for entity in view.specs.entities if entity.store != "sql"))


def _stored(entity: Entity) -> StoredEntity:
    """One entity."""
    fields = [_field(attribute) for attribute in entity.attributes]
    for relationship in entity.relationships:
        if relationship.kind == "belongs_to":
            meaning = relationship.description or f"The id of the {relationship.target}."
            name = f"{relationship.name}_id"
            fields.append(FieldRow(name, f"key of {relationship.target}", relationship.optional, False, meaning))
    return StoredEntity(entity.name, STORES.get(entity.store, entity.store), entity.description, tuple(fields))


def _field(attribute: Attribute) -> FieldRow:
    """One attribute."""
    return FieldRow(attribute.name, str(attribute.type), attribute.optional, attribute.personal, attribute.description)
