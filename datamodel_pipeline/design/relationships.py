"""belongs_to: a column that names another table's row, and the foreign key that keeps it true."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.entity_map import Reference
from datamodel_pipeline.design.primary_keys import COLUMN as ID
from datamodel_pipeline.design.primary_keys import DOCUMENT_ID, key_type
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import a, capital, noun, nouns
from datamodel_pipeline.diagnostics import Diagnostic, Severity
from datamodel_pipeline.schema.tables import Action, Column, ForeignKey, Role
from datamodel_pipeline.spec.specs import Entity, Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What a foreign key does when the row that it names is deleted or gets another key."""

    on_delete: Action
    on_update: Action = Action.NO_ACTION


def add(sketch: Sketch) -> None:
    """Adds column and foreign key of every belongs_to of the table's members."""
    if sketch.junction:
        return
    for member in sketch.members:
        for relationship in member.relationships:
            target = sketch.neighbours.target(relationship.target)
            if relationship.kind == "belongs_to" and target is not None:
                _belongs_to(sketch, member, relationship, target)


def _belongs_to(sketch: Sketch, member: Entity, relationship: Relationship, target: Reference) -> None:
    at = (member.name, "relationships", relationship.name)
    if _is_the_tenant(sketch, relationship, target):
        sketch.named[relationship.name] = sketch.tenant_column
        sketch.said.append(_tenant_twice(member, relationship, at))
        return
    child = member is not sketch.root
    column = naming.reference(relationship.name)
    if column in {attribute.name for attribute in member.attributes}:
        return  # `spec.check_entity` reports it
    added = sketch.add(
        Column(
            name=column,
            type=key_type(target.key) if target.store == "sql" or target.key == "uuid" else DOCUMENT_ID,
            nullable=relationship.optional or child,
            role=Role.FOREIGN_KEY if target.store == "sql" else Role.ATTRIBUTE,
            comment=relationship.description,
            renamed_from=naming.reference(relationship.renamed_from) if relationship.renamed_from else "",
            why=_column_why(member, relationship, target),
        ),
        at,
    )
    if not added:
        return
    sketch.named[relationship.name] = column
    if child and not relationship.optional:
        sketch.required.setdefault(member.name, []).append(column)
    if target.store == "sql":
        default = Action.SET_NULL if relationship.optional else Action.RESTRICT
        actions = actions_of(sketch, relationship, default, at, required=not relationship.optional)
        why = _key_why(relationship, member, target, actions.on_delete)
        refer(sketch, column, target, actions, why)


def refer(sketch: Sketch, column: str, target: Reference, actions: Actions, why: str) -> None:
    """Adds the foreign key of a column; between rows of one tenant it carries tenant_id."""
    together = bool(sketch.tenant_column) and target.scoped and column != sketch.tenant_column
    sketch.foreign_keys.append(
        ForeignKey(
            name=naming.foreign_key(sketch.name, column, target.table),
            columns=(sketch.tenant_column, column) if together else (column,),
            ref_table=target.table,
            ref_columns=(sketch.tenant_column, ID) if together else (ID,),
            on_delete=actions.on_delete,
            on_update=actions.on_update,
            cleared=(column,) if together and actions.on_delete is Action.SET_NULL else (),
            why=why,
        )
    )


def _is_the_tenant(sketch: Sketch, relationship: Relationship, target: Reference) -> bool:
    """Whether the author wrote down what tenant_id says already: a required reference named after the tenant."""
    named_after = relationship.name in {naming.snake(target.entity), "tenant"}
    return (
        bool(sketch.tenant_column) and target == sketch.neighbours.tenant and named_after and not relationship.optional
    )


def _tenant_twice(member: Entity, relationship: Relationship, at: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(
        "tenant-written-twice",
        f"{member.name}.{relationship.name} is what tenant_id says already; it makes no column of its own",
        why=f"Shared tenancy gives every {noun(member.name)} its {noun(relationship.target)}.",
        fix=f"Remove {relationship.name}, or, if it means another {noun(relationship.target)}, give it another name.",
        severity=Severity.INFO,
        at=at,
    )


def actions_of(
    sketch: Sketch, relationship: Relationship, default: Action, at: tuple[str, ...], *, required: bool
) -> Actions:
    """What the author asks for, or the default; what the column cannot do is reported."""
    on_delete = Action(relationship.on_delete) if relationship.on_delete else default
    on_update = Action(relationship.on_update) if relationship.on_update else Action.NO_ACTION
    way_out = ", or make it optional" if relationship.kind == "belongs_to" else ""
    for key, action in (("on_delete", on_delete), ("on_update", on_update)):
        if action is Action.SET_DEFAULT or (action is Action.SET_NULL and required):
            missing = "no default" if action is Action.SET_DEFAULT else "no room for NULL: it is required"
            sketch.say(
                "impossible-action",
                f"{at[0]}.{relationship.name} says `{key}: {action.value}`, but its column has {missing}",
                why=f"Deleting {a(relationship.target)} that is named here would always fail.",
                fix=f"Write `{key}: restrict` or `{key}: cascade`{way_out}.",
                at=(*at, key),
            )
    return Actions(on_delete=on_delete, on_update=on_update)


def _column_why(member: Entity, relationship: Relationship, target: Reference) -> str:
    role = _role(relationship, target)
    if target.store != "sql":
        return (
            f"The id of {role}, a document in {target.store}: no foreign key reaches another store, "
            f"so the application keeps it true."
        )
    may = "may have" if relationship.optional else "has"
    return f"{capital(a(member.name))} {may} one {noun(target.entity)}{_as(relationship, target)}."


def _role(relationship: Relationship, target: Reference) -> str:
    word = noun(relationship.name)
    return f"its {word}" if word == noun(target.entity) else f"its {word}, {a(target.entity)}"


def _as(relationship: Relationship, target: Reference) -> str:
    word = noun(relationship.name)
    return "" if word == noun(target.entity) else f" as {word}"


def _key_why(relationship: Relationship, member: Entity, target: Reference, action: Action) -> str:
    """What the foreign key does when its target goes, in the reader's words."""
    one, many = a(target.entity), f"{nouns(member.name)} that name it{_as(relationship, target)}"
    match action:
        case Action.CASCADE:
            said = f"Deleting {one} deletes the {many}"
        case Action.SET_NULL:
            said = f"Deleting {one} keeps the {many}, and clears that"
        case _:
            said = f"{capital(one)} cannot be deleted while there are {many}"
    if target.deletes == "soft":
        return f"{said}; soft deletion keeps the row, so only erasing the {noun(target.entity)} does this."
    return f"{said}."
