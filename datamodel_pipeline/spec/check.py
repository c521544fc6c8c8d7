"""What is wrong between the entities of a model: names that lead nowhere, inverses without their other side.

In: a `Model` and entities, or their outlines. Out: diagnostics with `at`. The part over outlines is cheap, so that a
build asks it for the whole model and `check_entity` for the edited entity only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.spec.check_entity import check_entity
from datamodel_pipeline.spec.outline import EntityOutline, RelationshipOutline, Use, outline
from datamodel_pipeline.spec.specs import Decisions, Entity, Model
from datamodel_pipeline.spec.suggest import closest, did_you_mean

_MOST = 100
"""Names of one entity that are looked up when they are unknown; nobody mends more at once."""

Outlines = Mapping[str, EntityOutline]


def check_model(model: Model, entities: Iterable[Entity]) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with these entities together, and with each alone."""
    listed = tuple(entities)
    found = [one for entity in listed for one in check_entity(entity, model.decisions)]
    return (*found, *check_outlines(model.decisions, {entity.name: outline(entity) for entity in listed}))


def check_outlines(decisions: Decisions, outlines: Outlines) -> tuple[Diagnostic, ...]:
    """What is wrong between the entities, from their outlines by name."""
    found = list(_decisions(decisions, outlines))
    for one in outlines.values():
        found.extend(_parent(one, outlines))
        found.extend(_rename(one, outlines))
        found.extend(_uses(one, outlines))
        for relationship in one.relationships:
            found.extend(_relationship(one, relationship, outlines))
    return tuple(found)


def _unknown(name: str, outlines: Outlines, at: tuple[str, ...], role: str) -> Diagnostic:
    what = f"{role} `{name}` is no entity of this model"
    file = f"entities/{_snake(name)}.yaml"
    near = closest(name, outlines)
    fix = f"did you mean `{near}`?" if near else f"add {file} with `entity: {name}`"
    return Diagnostic("unknown-entity", what, fix=fix, at=at)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _decisions(decisions: Decisions, outlines: Outlines) -> Iterator[Diagnostic]:
    at = ("model", "decisions")
    tenancy = decisions.tenancy
    if tenancy.tenant and tenancy.tenant not in outlines:
        yield _unknown(tenancy.tenant, outlines, (*at, "tenancy", "tenant"), "the tenant")
    for position, name in enumerate(tenancy.shared_entities):
        here = (*at, "tenancy", "shared_entities", str(position))
        if name not in outlines:
            yield _unknown(name, outlines, here, "the shared entity")
        elif name == tenancy.tenant:
            what = f"`{name}` is the tenant itself and cannot be shared"
            yield Diagnostic("bad-decision", what, fix="remove it from shared_entities", at=here)
    for key, choice in (("deletes", decisions.deletes), ("primary_keys", decisions.primary_keys)):
        for name, _ in choice.exceptions:
            if name not in outlines:
                yield _unknown(name, outlines, (*at, key, name), f"`{key}`:")


def _parent(one: EntityOutline, outlines: Outlines) -> Iterator[Diagnostic]:
    at = (one.name, "is_a", "entity")
    if one.parent == one.name:
        yield Diagnostic("bad-inheritance", f"`{one.name}` cannot be its own parent", fix="name another entity", at=at)
    elif one.parent and one.parent not in outlines:
        yield _unknown(one.parent, outlines, at, "the parent")


def _rename(one: EntityOutline, outlines: Outlines) -> Iterator[Diagnostic]:
    if one.renamed_from in outlines:
        what = f"`{one.name}` is renamed from `{one.renamed_from}`, which is still there"
        fix = f"remove the entity `{one.renamed_from}`, or this `renamed_from`"
        yield Diagnostic("bad-rename", what, fix=fix, at=(one.name, "renamed_from"))


def _family(one: EntityOutline, outlines: Outlines) -> tuple[EntityOutline, ...]:
    """The entity, its parent, the parent's parent, …; a cycle ends where it began."""
    family = [one]
    while (parent := outlines.get(family[-1].parent)) and parent not in family:
        family.append(parent)
    return tuple(family)


def _uses(one: EntityOutline, outlines: Outlines) -> Iterator[Diagnostic]:
    if not one.uses:
        return
    family = _family(one, outlines)
    if not all(member.complete for member in family) or family[-1].parent:
        return
    names = {name for member in family for name in member.names}
    references = {f"{r.name}_id": r.name for member in family for r in member.relationships if r.kind == "belongs_to"}
    unknown = [use for use in one.uses if use.name not in names]
    for use in unknown[:_MOST]:
        if use.name in references:
            what = f"`{use.name}` is a column, and names here are those of the spec"
            yield Diagnostic("unknown-name", what, fix=f"write the relationship: `{references[use.name]}`", at=use.at)
        else:
            yield _unknown_name(one, use, names)


def _unknown_name(one: EntityOutline, use: Use, names: set[str]) -> Diagnostic:
    what = f"`{use.name}` is no attribute or relationship of {one.name}"
    fix = did_you_mean(use.name, names) or f"declare `{use.name}` below `attributes:`"
    return Diagnostic("unknown-name", what, fix=fix, at=use.at)


def _relationship(one: EntityOutline, relationship: RelationshipOutline, outlines: Outlines) -> Iterator[Diagnostic]:
    at = (one.name, "relationships", relationship.name)
    target = outlines.get(relationship.target)
    if target is None:
        yield _unknown(relationship.target, outlines, (*at, relationship.kind), f"`{relationship.name}`:")
        return
    if relationship.kind in ("has_many", "has_one"):
        yield from _inverse(one, relationship, target, outlines)


def _inverse(
    one: EntityOutline, relationship: RelationshipOutline, target: EntityOutline, outlines: Outlines
) -> Iterator[Diagnostic]:
    """A has_many or has_one must have its belongs_to on the other side, and exactly one that it can mean."""
    at = (one.name, "relationships", relationship.name)
    own = {member.name for member in _family(one, outlines)}
    others = _family(target, outlines)
    if relationship.doubtful or not all(member.complete for member in others):
        return
    back = {r.name: r for member in others for r in member.relationships if r.kind == "belongs_to" and r.target in own}
    if any(r.doubtful for r in back.values()):
        return
    exact = [r for r in back.values() if r.target == one.name]
    if len(exact) == 1 and not relationship.inverse:
        back = {exact[0].name: exact[0]}
    if relationship.inverse:
        if relationship.inverse not in back:
            yield _wrong_inverse(one, relationship, back, at)
    elif not back:
        unique = ", unique: true" if relationship.kind == "has_one" else ""
        what = f"`{relationship.name}`: {target.name} has no belongs_to {one.name}"
        fix = f"write in {target.name}: relationships: {{{_snake(one.name)}: {{belongs_to: {one.name}{unique}}}}}"
        yield Diagnostic("missing-inverse", what, why=f"`{relationship.kind}` only mirrors it", fix=fix, at=at)
    elif len(back) > 1:
        what = f"`{relationship.name}`: {target.name} has several belongs_to {one.name}: {', '.join(sorted(back))}"
        fix = "say which: " + " or ".join(f"`inverse: {name}`" for name in sorted(back))
        yield Diagnostic("ambiguous-inverse", what, fix=fix, at=at)
    meant = back.get(relationship.inverse) or (next(iter(back.values())) if len(back) == 1 else None)
    if relationship.kind == "has_one" and meant and not meant.unique:
        what = f"`{relationship.name}`: has_one needs `{meant.name}` in {target.name} to be unique"
        fix = f"write in {target.name}: {meant.name}: {{belongs_to: {one.name}, unique: true}}, or has_many here"
        yield Diagnostic("bad-inverse", what, fix=fix, at=at)


def _wrong_inverse(
    one: EntityOutline, relationship: RelationshipOutline, back: Mapping[str, RelationshipOutline], at: tuple[str, ...]
) -> Diagnostic:
    what = f"`{relationship.inverse}` is no belongs_to {one.name} of {relationship.target}"
    fix = did_you_mean(relationship.inverse, back) or f"add it in {relationship.target}"
    return Diagnostic("bad-inverse", what, fix=fix, at=(*at, "inverse"))
