"""The validated form of an entity file to an entity: shorthands written out, defaults filled in, nothing about files.

In: `EntityForm`. Out: `specs.Entity`. Nothing can be wrong here any more.
"""

from __future__ import annotations

from datamodel_pipeline.spec.attribute_model import AttributeForm
from datamodel_pipeline.spec.models import EntityForm, IndexForm, RetentionForm
from datamodel_pipeline.spec.relationship_model import RelationshipForm
from datamodel_pipeline.spec.scalars import Real
from datamodel_pipeline.spec.specs import (
    Attribute,
    DeclaredIndex,
    Entity,
    Generation,
    Inheritance,
    Relationship,
    Retention,
)


def entity(form: EntityForm) -> Entity:
    """The entity that the form means."""
    return Entity(
        name=form.entity,
        description=form.description,
        group=form.group,
        attributes=tuple(_attribute(name, attribute) for name, attribute in form.attributes.items()),
        relationships=tuple(_relationship(name, one) for name, one in form.relationships.items()),
        unique=tuple(tuple(names) for names in form.unique),
        checks=tuple(form.checks.items()),
        indexes=tuple(map(_index, form.indexes)),
        is_a=Inheritance(form.is_a.entity, form.is_a.strategy) if form.is_a else None,
        store=form.store,
        table=form.table,
        options=_options(form.options),
        expected_rows=form.expected_rows,
        retention=_retention(form.retention) if form.retention else None,
        renamed_from=form.renamed_from,
    )


def _attribute(name: str, form: AttributeForm) -> Attribute:
    generated = form.generated
    return Attribute(
        name=name,
        type=form.type.type,
        optional=form.optional or form.type.optional,
        unique=form.unique,
        default=form.default,
        check=form.check,
        generated=Generation(generated.expression, stored=generated.stored) if generated else None,
        collation=tuple(sorted(form.collation.items())),
        personal=form.personal,
        description=form.description,
        renamed_from=form.renamed_from,
    )


def _relationship(name: str, form: RelationshipForm) -> Relationship:
    return Relationship(
        name=name,
        kind=form.kind,
        target=form.target,
        optional=form.may_be_null,
        unique=form.unique,
        on_delete=form.on_delete,
        on_update=form.on_update,
        attributes=tuple(_attribute(key, attribute) for key, attribute in form.attributes.items()),
        inverse=form.inverse,
        description=form.description,
        renamed_from=form.renamed_from,
    )


def _index(form: IndexForm) -> DeclaredIndex:
    return DeclaredIndex(
        keys=tuple(form.on),
        name=form.name,
        unique=form.unique,
        where=form.where,
        include=tuple(form.include),
        method="" if form.method == "btree" else form.method,
        because=form.because,
    )


def _retention(form: RetentionForm) -> Retention:
    count, unit = form.keep
    return Retention(
        keep=count,
        unit=unit,
        after=form.after,
        then=form.then,
        because=form.because,
        legal_hold=form.legal_hold,
    )


def _options(
    options: dict[str, dict[str, str | int | float | bool]],
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Engines and options sorted: their order means nothing."""
    return tuple(
        (engine, tuple((name, _written(value)) for name, value in sorted(pairs.items())))
        for engine, pairs in sorted(options.items())
        if pairs
    )


def _written(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.text if isinstance(value, Real) else str(value)
