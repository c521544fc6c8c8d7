"""Attributes become columns: NOT NULL unless optional, booleans with a default, conventions' names kept free."""

from __future__ import annotations

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.known_defaults import known
from datamodel_pipeline.design.primary_keys import COLUMN as ID
from datamodel_pipeline.design.primary_keys import key_type
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.soft_delete import COLUMN as DELETED_AT
from datamodel_pipeline.design.tenancy import COLUMN as TENANT_ID
from datamodel_pipeline.design.timestamps import CREATED_AT, TIMESTAMP, UPDATED_AT
from datamodel_pipeline.design.words import article, noun, nouns
from datamodel_pipeline.diagnostics import Diagnostic, Severity
from datamodel_pipeline.schema.expressions import Default, Formula, Literal
from datamodel_pipeline.schema.tables import Column, Generated, Origin
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.specs import Attribute, Entity, Sql

FALSE = Literal(False)
EVERYWHERE = frozenset({ID, CREATED_AT, UPDATED_AT})


def add(sketch: Sketch) -> None:
    """Adds a column for every attribute of the table's members, or of a junction's payload."""
    junction = sketch.junction
    if junction:
        at = (junction.owner.name, "relationships", junction.relationship.name, "attributes")
        for attribute in junction.relationship.attributes:
            _add(sketch, junction.owner, attribute, (*at, attribute.name))
        return
    for member in sketch.members:
        for attribute in member.attributes:
            _add(sketch, member, attribute, (member.name, "attributes", attribute.name))


def _add(sketch: Sketch, member: Entity, attribute: Attribute, at: tuple[str, ...]) -> None:
    child = sketch.junction is None and member is not sketch.root
    if _is_conventional(sketch, attribute, at):
        return
    column = _column(sketch, member, attribute, at, child=child)
    if not _shared(sketch, column) and not sketch.add(column, at):
        return
    sketch.named[attribute.name] = column.name
    if child and not attribute.optional and not attribute.generated:
        sketch.required.setdefault(member.name, []).append(column.name)


def _shared(sketch: Sketch, column: Column) -> bool:
    """Whether a sibling has made the same column already: two children that mean the same keep it together."""
    there = sketch.columns.get(column.name.lower())
    return there is not None and there.nullable and bool(sketch.kind_column) and _same(there, column)


def _same(one: Column, other: Column) -> bool:
    def told(column: Column) -> tuple[object, ...]:
        return column.name, column.type, column.nullable, column.default, column.generated, column.role

    return told(one) == told(other)


def _column(sketch: Sketch, member: Entity, attribute: Attribute, at: tuple[str, ...], *, child: bool) -> Column:
    generated = None
    if attribute.generated and (made := sketch.written(attribute.generated.expression, (*at, "generated", "as"))):
        generated = Generated(made, stored=attribute.generated.stored)
    former = attribute.renamed_from
    return Column(
        name=naming.short(attribute.name),
        type=attribute.type,
        nullable=attribute.optional or child,
        default=None if attribute.generated else _default(sketch, attribute, (*at, "default")),
        generated=generated,
        collation=attribute.collation,
        personal=attribute.personal,
        comment=attribute.description,
        renamed_from=naming.short(former) if former else "",
        why=_why(sketch, member, attribute, child=child),
    )


def _default(sketch: Sketch, attribute: Attribute, at: tuple[str, ...]) -> Default | None:
    given = attribute.default
    if given is None:
        return FALSE if attribute.type.name == "boolean" else None
    if isinstance(given, Sql):
        if found := known(given, attribute.type):
            return found
        written = sketch.written(given, at)
        if written and written.columns:
            sketch.say(
                "default-names-column",
                f"the default of {at[0]}.{attribute.name} names the column {written.columns[0]}",
                why="A default is computed before the row exists.",
                fix=f"Make it generated instead: `{attribute.name}: {{..., generated: {given.text}}}`.",
                at=at,
            )
        return written
    if isinstance(given.value, float):
        return Formula((repr(given.value),))
    return Literal(given.value)


def _why(sketch: Sketch, member: Entity, attribute: Attribute, *, child: bool) -> str:
    """What the build decided about the column; "" where it is as the author wrote it."""
    thing = noun(member.name) if sketch.junction is None else "link"
    one = f"{article(thing)} {thing}"
    if child:
        filled = attribute.default is not None or attribute.type.name == "boolean"
        elsewhere = "its default, which means nothing," if filled else "NULL"
        return f"Only {nouns(member.name)} have it; {elsewhere} in all other rows of {sketch.name}."
    if attribute.generated:
        return "Computed by the database from other columns, so it cannot disagree with them."
    if attribute.default is None and attribute.type.name == "boolean" and not attribute.optional:
        return f"False unless the writer says otherwise, so that {one} has it only on purpose."
    return ""


def _is_conventional(sketch: Sketch, attribute: Attribute, at: tuple[str, ...]) -> bool:
    """Whether a convention makes this column; the author's is then left out, reported if `spec.check` cannot know."""
    theirs = _conventions(sketch).get(attribute.name.lower())
    if theirs is None:
        return False
    if sketch.junction is None and (at[0] == sketch.root.name or attribute.name in EVERYWHERE):
        return True
    same = attribute.type.name == theirs.name
    sketch.said.append(
        Diagnostic(
            "conventional-column",
            f"{at[0]}.{attribute.name} is added by the build, as {theirs}; this attribute is left out",
            why="The decisions of model.yaml make the columns that all tables have, so that no table differs.",
            fix=f"Remove {attribute.name} from the attributes." if same else _other_way(attribute, theirs, at[0]),
            severity=Severity.WARNING if same else Severity.ERROR,
            at=at,
        )
    )
    return True


def _other_way(attribute: Attribute, theirs: Type, entity: str) -> str:
    if attribute.name.lower() == ID and attribute.type.name in {"bigint", "uuid"}:
        return f"Remove it, and decide the key's type in model.yaml: `primary_keys: {{{entity}: {attribute.type}}}`."
    return f"Remove it, or, if it means something else than {theirs}, give it another name."


def _conventions(sketch: Sketch) -> dict[str, Type]:
    own, tenant = sketch.neighbours.own, sketch.neighbours.tenant
    taken = {ID: key_type(own.key), CREATED_AT: TIMESTAMP, UPDATED_AT: TIMESTAMP}
    if sketch.tenant_column and tenant:
        taken[TENANT_ID] = key_type(tenant.key)
    if own.deletes == "soft" and sketch.origin is Origin.ENTITY:
        taken[DELETED_AT] = TIMESTAMP
    return taken
