"""Specs as the build uses them: every shorthand written out, every default filled in, nothing about files.

Two spec texts that mean the same give equal values here (a comment or a reordered key changes nothing), so the build
can stop early by comparing them. Where things stand in the files is kept beside, in `load.Marks`.
"""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.schema.types import Type

FORMAT = 1
"""The spec format that this version reads and writes."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """A product ("postgresql", "mysql", "sqlite") and a version as written ("16", "8.0"; "" = the newest known)."""

    product: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class PerEntity:
    """A choice for all entities, with exceptions: (entity, choice) pairs sorted by entity."""

    default: str
    exceptions: tuple[tuple[str, str], ...] = ()

    def of(self, entity: str) -> str:
        """The choice for this entity."""
        return next((choice for name, choice in self.exceptions if name == entity), self.default)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """`strategy` none | shared | schema | database; `tenant` the tenant's entity (shared, and optional otherwise).

    `shared_entities` are the entities that belong to no tenant (reference data such as Country or Plan).
    """

    strategy: str = "none"
    tenant: str = ""
    shared_entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why and when a decision was taken. `decision` is its key in model.yaml; `decided` is YYYY-MM-DD or ""."""

    decision: str
    because: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The cross-cutting decisions of a model, defaults filled in."""

    engines: tuple[EngineChoice, ...] = (EngineChoice("postgresql"),)
    migration: str = "greenfield"
    tenancy: Tenancy = Tenancy()
    deletes: PerEntity = PerEntity("hard")
    retention: str = "none"
    depth: str = "production"
    primary_keys: PerEntity = PerEntity("bigint")
    language: str = "en"
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """model.yaml. `date` is the date as written there ("" when absent), never a clock's."""

    id: int
    slug: str
    title: str
    summary: str = ""
    date: str = ""
    owners: tuple[str, ...] = ()
    decisions: Decisions = Decisions()

    @property
    def folder(self) -> str:
        """The name of the output folder and, with an ending, of the document: `01-blog`."""
        return f"{self.id:02d}-{self.slug}"


@dataclass(frozen=True, slots=True)
class Literal:
    """A default as the author wrote it: a scalar, checked against the attribute's type."""

    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL as the author wrote it. `spelled` holds (engine product, SQL) pairs where engines were given their own.

    `neutral` is False when there is no text for the engines that `spelled` leaves out; `text` is then one of `spelled`.
    """

    text: str
    spelled: tuple[tuple[str, str], ...] = ()
    neutral: bool = True


@dataclass(frozen=True, slots=True)
class Generation:
    """A generated attribute: its expression, stored on disk or computed when read."""

    expression: Sql
    stored: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute. `default` is None when there is none; `Sql` covers `default: {sql: ...}`, now() and the like."""

    name: str
    type: Type
    optional: bool = False
    unique: bool = False
    default: Literal | Sql | None = None
    check: Sql | None = None
    generated: Generation | None = None
    collation: tuple[tuple[str, str], ...] = ()
    personal: bool = False
    description: str = ""
    renamed_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """One relationship, seen from its owner.

    `kind` is belongs_to, many_to_many, has_many or has_one. `unique` makes a belongs_to one-to-one. `attributes` is the
    payload of a many_to_many. `inverse` names the belongs_to that a has_many / has_one mirrors ("" = found by type).
    `on_delete` and `on_update` are "" when the author left them to the build.
    """

    name: str
    kind: str
    target: str
    optional: bool = False
    unique: bool = False
    on_delete: str = ""
    on_update: str = ""
    attributes: tuple[Attribute, ...] = ()
    inverse: str = ""
    description: str = ""
    renamed_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexKey:
    """One part of a declared index: an attribute, relationship or convention column by name, or an SQL expression."""

    name: str = ""
    expression: Sql | None = None
    descending: bool = False
    nulls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredIndex:
    """An index that the author asks for."""

    keys: tuple[IndexKey, ...]
    name: str = ""
    unique: bool = False
    where: Sql | None = None
    include: tuple[str, ...] = ()
    method: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Inheritance:
    """`is_a`: the parent entity and how the two are stored: single_table or table_per_type."""

    parent: str
    strategy: str = "single_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long rows are kept: `keep` counts `unit`s (days, weeks, months, years) after the attribute or column `after`.

    `then` is delete, archive or anonymize. `legal_hold` names a boolean attribute that stops it while true.
    """

    keep: int
    unit: str
    after: str = "created_at"
    then: str = "delete"
    because: str = ""
    legal_hold: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity file.

    Attributes, relationships, checks and indexes stand in the author's order (it is the column order). `unique` and
    index keys name attributes or relationships. `store` is sql, mongodb or dynamodb. `options` holds
    (engine product, ((option, value), …)).
    """

    name: str
    description: str = ""
    group: str = ""
    attributes: tuple[Attribute, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    checks: tuple[tuple[str, Sql], ...] = ()
    indexes: tuple[DeclaredIndex, ...] = ()
    is_a: Inheritance | None = None
    store: str = "sql"
    table: str = ""
    options: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    expected_rows: int | None = None
    retention: Retention | None = None
    renamed_from: str = ""


@dataclass(frozen=True, slots=True)
class Specs:
    """A whole model: model.yaml and its entities, sorted by name."""

    model: Model
    entities: tuple[Entity, ...] = ()

    def entity(self, name: str) -> Entity | None:
        """The entity of that name, or None."""
        return next((entity for entity in self.entities if entity.name == name), None)
