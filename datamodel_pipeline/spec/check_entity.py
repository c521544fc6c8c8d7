"""What is wrong inside of one entity, once it has been read: names that collide, types no engine has, odd retention.

In: one `Entity` and the decisions of its model. Out: diagnostics with `at`. It knows no other entity.
"""

from __future__ import annotations

from collections.abc import Iterator

from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.outline import CONVENTION_COLUMNS
from datamodel_pipeline.spec.specs import Attribute, Decisions, Entity, Relationship, Sql

_MOMENTS = ("date", "timestamp", "datetime")
_SYSTEM_COLUMNS = ("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid")
"""PostgreSQL's manual, "System Columns"."""


def check_entity(entity: Entity, decisions: Decisions | None) -> tuple[Diagnostic, ...]:
    """The diagnostics of one entity. Without decisions (model.yaml is broken), what depends on them is not asked."""
    return (
        *_collisions(entity),
        *_renames(entity),
        *_repeats(entity),
        *_retention(entity),
        *(_engines(entity, decisions) if decisions else ()),
        *(_conventions(entity, decisions) if decisions else ()),
    )


def _collisions(entity: Entity) -> Iterator[Diagnostic]:
    attributes = {attribute.name for attribute in entity.attributes}
    references = {f"{one.name}_id": one.name for one in entity.relationships if one.kind == "belongs_to"}
    for attribute in entity.attributes:
        if relationship := references.get(attribute.name):
            yield Diagnostic(
                "name-collision",
                f"attribute `{attribute.name}` is also the column of the relationship `{relationship}`",
                why=f"the build makes the column {attribute.name} for `{relationship}`",
                fix=f"remove the attribute: the relationship `{relationship}` is enough",
                at=(entity.name, "attributes", attribute.name),
            )
    for one in entity.relationships:
        if one.name in attributes:
            yield Diagnostic(
                "name-collision",
                f"`{one.name}` is both an attribute and a relationship",
                why="unique rules and indexes could not say which is meant",
                fix=f"rename one of them, for example the attribute to `{one.name}_name`",
                at=(entity.name, "relationships", one.name),
            )


def _conventions(entity: Entity, decisions: Decisions) -> Iterator[Diagnostic]:
    """Attributes that are called like columns that the build makes for this entity."""
    deletes = decisions.deletes.of(entity.name)
    tenant = decisions.tenancy.strategy == "shared" and entity.name not in decisions.tenancy.shared_entities
    archived = deletes == "archival" or (entity.retention is not None and entity.retention.then == "archive")
    present = {"deleted_at": deletes == "soft", "archived_at": archived, "tenant_id": tenant}
    if entity.store != "sql":
        return
    for attribute in entity.attributes:
        if attribute.name in CONVENTION_COLUMNS and present.get(attribute.name, True):
            yield Diagnostic(
                "convention-column",
                f"the build makes the column `{attribute.name}` itself",
                why="keys, timestamps, soft deletes and tenancy follow from the decisions in model.yaml",
                fix="remove the attribute, or rename it where it means something else",
                at=(entity.name, "attributes", attribute.name),
            )


def _renames(entity: Entity) -> Iterator[Diagnostic]:
    members: tuple[tuple[str, tuple[Attribute | Relationship, ...]], ...] = (
        ("attributes", entity.attributes),
        ("relationships", entity.relationships),
    )
    for section, items in members:
        present = {item.name for item in items}
        claimed: dict[str, str] = {}
        for item in items:
            before = item.renamed_from
            at = (entity.name, section, item.name, "renamed_from")
            if before and before in present:
                what = f"`{item.name}` is renamed from `{before}`, which is still there"
                yield Diagnostic("bad-rename", what, fix=f"remove `{before}`, or this `renamed_from`", at=at)
            elif before and before in claimed:
                what = f"`{item.name}` and `{claimed[before]}` are both renamed from `{before}`"
                yield Diagnostic("bad-rename", what, fix="one thing can become one other; remove one of the two", at=at)
            claimed.setdefault(before, item.name)


def _repeats(entity: Entity) -> Iterator[Diagnostic]:
    seen: dict[frozenset[str], int] = {}
    single = {attribute.name for attribute in entity.attributes if attribute.unique}
    for row, names in enumerate(entity.unique):
        at = (entity.name, "unique", str(row))
        columns = frozenset(names)
        if len(columns) < len(names):
            yield Diagnostic("bad-unique", "a name stands twice in this rule", fix="remove the repeat", at=at)
        elif columns in seen:
            what = f"the rule [{', '.join(names)}] stands twice"
            yield Diagnostic("bad-unique", what, fix="remove one of the two", at=at)
        elif len(names) == 1 and names[0] in single:
            what = f"`{names[0]}` is unique already"
            yield Diagnostic("bad-unique", what, fix=f"remove [{names[0]}], or `unique: true` at the attribute", at=at)
        seen.setdefault(columns, row)


def _retention(entity: Entity) -> Iterator[Diagnostic]:
    rule = entity.retention
    if rule is None:
        return
    types = {attribute.name: attribute.type for attribute in entity.attributes}
    references = {one.name for one in entity.relationships}
    moment = types.get(rule.after)
    if rule.after in references or (moment and moment.name and moment.name not in _MOMENTS):
        what = f"`after: {rule.after}` is no moment: it is {moment or 'a relationship'}"
        fix = f"name a date or timestamp: {_listed(types, _MOMENTS) or 'created_at'}"
        yield Diagnostic("bad-retention", what, fix=fix, at=(entity.name, "retention", "after"))
    hold = types.get(rule.legal_hold)
    if rule.legal_hold in references or (hold and hold.name and hold.name != "boolean"):
        what = f"`legal_hold: {rule.legal_hold}` is no boolean: it is {hold or 'a relationship'}"
        fix = f"name a boolean attribute{': ' + _listed(types, ('boolean',)) if _listed(types, ('boolean',)) else ''}"
        yield Diagnostic("bad-retention", what, fix=fix, at=(entity.name, "retention", "legal_hold"))


def _listed(types: dict[str, Type], names: tuple[str, ...]) -> str:
    return ", ".join(name for name, type_ in types.items() if type_.name in names)


def _engines(entity: Entity, decisions: Decisions) -> Iterator[Diagnostic]:
    """Types and SQL that are written for some engines only, and not for all of the model's."""
    if entity.store != "sql":
        return
    products = [choice.product for choice in decisions.engines]
    for at, attribute in attributes_of(entity):
        if "postgresql" in products and attribute.name in _SYSTEM_COLUMNS:
            what = f"PostgreSQL keeps the column name `{attribute.name}` for itself, in every table"
            yield Diagnostic(
                "bad-name", what, fix=f"rename the attribute, for example to `{attribute.name}_value`", at=at
            )
        if not attribute.type.name:
            lacking = [product for product in products if attribute.type.spelling(product) is None]
            if lacking:
                fix = f"add `{lacking[0]}: …`, or `else: text` with a neutral type"
                yield _lacks(f"the type of `{attribute.name}`", lacking, fix, (*at, "type"))
    for at, sql in sql_sites(entity):
        spelled = {product for product, _ in sql.spelled}
        lacking = [product for product in products if product not in spelled]
        if not sql.neutral and lacking:
            yield _lacks("this SQL", lacking, f"add `{lacking[0]}: …`, or `else: …` for all others", at)


def _lacks(subject: str, lacking: list[str], fix: str, at: tuple[str, ...]) -> Diagnostic:
    what = f"{subject} is not spelled for {' and '.join(lacking)}"
    return Diagnostic("unspelled-engine", what, why="every engine of the model gets its own schema", fix=fix, at=at)


def attributes_of(entity: Entity) -> Iterator[tuple[tuple[str, ...], Attribute]]:
    """Every attribute with its path: the entity's own, and those that its many_to_many pairs carry."""
    for attribute in entity.attributes:
        yield (entity.name, "attributes", attribute.name), attribute
    for one in entity.relationships:
        for attribute in one.attributes:
            yield (entity.name, "relationships", one.name, "attributes", attribute.name), attribute


def sql_sites(entity: Entity) -> Iterator[tuple[tuple[str, ...], Sql]]:
    """Every piece of SQL in the entity with its path."""
    for at, attribute in attributes_of(entity):
        if attribute.check:
            yield (*at, "check"), attribute.check
        if isinstance(attribute.default, Sql):
            yield (*at, "default"), attribute.default
        if attribute.generated:
            yield (*at, "generated", "as"), attribute.generated.expression
    for name, sql in entity.checks:
        yield (entity.name, "checks", name), sql
    for row, index in enumerate(entity.indexes):
        at = (entity.name, "indexes", str(row))
        if index.where:
            yield (*at, "where"), index.where
        for column, key in enumerate(index.keys):
            if key.expression:
                yield (*at, "on", str(column)), key.expression
