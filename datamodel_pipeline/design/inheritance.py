"""is_a. single_table: the child's attributes are columns of the parent's table, and `kind` says whose row it is.
table_per_type: the child has its own table, whose primary key is the parent's."""

from __future__ import annotations

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.primary_keys import COLUMN as ID
from datamodel_pipeline.design.relationships import Actions, refer
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import a, capital, listed, noun, nouns
from datamodel_pipeline.schema.expressions import ColumnRef, Formula, Literal
from datamodel_pipeline.schema.tables import Action, Check, Column, Role
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.specs import Entity


def kind_of(entity: Entity) -> str:
    """The value that the discriminator has in this entity's rows."""
    return naming.snake(entity.name)


def descendants(sketch: Sketch, entity: Entity) -> tuple[Entity, ...]:
    """The entity and the members of its table that inherit from it, in the members' order."""
    family = {entity.name}
    for _ in sketch.members:
        family |= {member.name for member in sketch.members if member.is_a and member.is_a.parent in family}
    return tuple(member for member in sketch.members if member.name in family)


def add_discriminator(sketch: Sketch) -> None:
    """Adds the column that says whose row it is, under a name that no attribute uses."""
    if sketch.junction or len(sketch.members) == 1:
        return
    taken = {attribute.name.lower() for member in sketch.members for attribute in member.attributes}
    options = ("kind", naming.short(f"{naming.snake(sketch.root.name)}_kind"), "row_kind", "discriminator")
    name = next(option for option in (*options, naming.digest(sketch.name)) if option not in taken)
    members = listed([noun(member.name) for member in sketch.members], last="or")
    sketch.kind_column = name
    sketch.add(
        Column(
            name=name,
            type=Type("enum", values=tuple(kind_of(member) for member in sketch.members)),
            role=Role.DISCRIMINATOR,
            why=f"Says which the row is: {members}. They share one table.",
        )
    )


def add_parent_key(sketch: Sketch) -> None:
    """Adds the foreign key from a table_per_type child's primary key to its parent's table."""
    parent = sketch.neighbours.parent
    if sketch.junction or parent is None:
        return
    why = f"{capital(a(sketch.root.name))} is {a(parent.entity)}: its row here goes with the row in {parent.table}."
    refer(sketch, ID, parent, Actions(on_delete=Action.CASCADE), why)


def among(sketch: Sketch, entities: tuple[Entity, ...], *, others: bool = False) -> Formula:
    """`kind IN (…)` or, for the rows of all others, `kind NOT IN (…)`; a single value is compared with = or <>."""
    column, kinds = ColumnRef(sketch.kind_column), [kind_of(entity) for entity in entities]
    if len(kinds) == 1:
        return Formula((column, " <> " if others else " = ", Literal(kinds[0])))
    parts: list[str | ColumnRef | Literal] = [column, " NOT IN (" if others else " IN ("]
    for position, kind in enumerate(kinds):
        parts += [", ", Literal(kind)] if position else [Literal(kind)]
    return Formula((*parts, ")"))


def require(sketch: Sketch) -> None:
    """Adds the checks that a child's rows have what the child requires; the columns are nullable for the others."""
    for member in sketch.members:
        columns = sketch.required.get(member.name)
        if not columns or sketch.junction:
            continue
        parts: list[str | ColumnRef | Literal] = [
            *among(sketch, descendants(sketch, member), others=True).parts,
            " OR ",
        ]
        terms: list[str | ColumnRef | Literal] = []
        for column in columns:
            terms += [" AND "] if terms else []
            terms += [ColumnRef(column), " IS NOT NULL"]
        parts += ["(", *terms, ")"] if len(columns) > 1 else terms
        sketch.checks.append(
            Check(
                name=naming.check(sketch.name, naming.snake(member.name), "required"),
                expression=Formula(tuple(parts)),
                kind="required",
                why=f"{capital(a(member.name))} needs {listed(columns)}; rows that are no {nouns(member.name)} "
                f"leave {'it' if len(columns) == 1 else 'them'} empty.",
            )
        )
