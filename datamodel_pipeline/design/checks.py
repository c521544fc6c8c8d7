"""Checks that an author wrote, and a last look at every column that an author's SQL names."""

from __future__ import annotations

import re
from typing import Final

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.inheritance import among, descendants
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import noun, nouns
from datamodel_pipeline.schema.expressions import ColumnRef, Formula, Literal, Written
from datamodel_pipeline.schema.tables import Check
from datamodel_pipeline.spec.specs import Attribute, Entity

_RANGE: Final = re.compile(r"\bbetween\b|<=|>=|<(?!>)|(?<!<)>", re.IGNORECASE)


def add(sketch: Sketch) -> None:
    """Adds the checks of attributes and of entities; a single_table child's entity checks bind its own rows only."""
    if sketch.junction:
        at = (sketch.junction.owner.name, "relationships", sketch.junction.relationship.name, "attributes")
        for attribute in sketch.junction.relationship.attributes:
            _of_attribute(sketch, attribute, (*at, attribute.name))
        return
    for member in sketch.members:
        for attribute in member.attributes:
            _of_attribute(sketch, attribute, (member.name, "attributes", attribute.name))
        for name, sql in member.checks:
            written = sketch.written(sql, (member.name, "checks", name))
            if written:
                _of_entity(sketch, member, name, written)


def _of_attribute(sketch: Sketch, attribute: Attribute, at: tuple[str, ...]) -> None:
    column = sketch.named.get(attribute.name)
    if not attribute.check or not column:
        return
    written = sketch.written(attribute.check, (*at, "check"))
    if written:
        kind = "range" if _RANGE.search(written.text) else "rule"
        why = f"The database refuses any other {noun(attribute.name)}."
        name = naming.check(sketch.name, column, kind)
        sketch.checks.append(Check(name=name, expression=written, kind=kind, why=why))


def _of_entity(sketch: Sketch, member: Entity, name: str, written: Written) -> None:
    only = member is not sketch.root
    expression = _for_kind(sketch, member, written) if only else written
    why = f"{noun(name).capitalize()}: true for every {noun(member.name)}, whoever writes it."
    if only:
        why += f" Rows that are no {nouns(member.name)} are not bound by it."
    sketch.checks.append(
        Check(name=naming.check(sketch.name, naming.snake(name)), expression=expression, kind="rule", why=why)
    )


def _for_kind(sketch: Sketch, member: Entity, written: Written) -> Written:
    """The author's condition, for rows of this child only."""
    return combined(among(sketch, descendants(sketch, member), others=True), "OR", written)


def combined(formula: Formula, operator: str, written: Written) -> Written:
    """A convention's condition and an author's as one, in every spelling. The formula has text and plain names only."""
    prefix = "".join(_plain(part) for part in formula.parts)
    return Written(
        text=f"{prefix} {operator} ({written.text})",
        columns=tuple(dict.fromkeys((*formula.columns, *written.columns))),
        spelled=tuple((engine, f"{prefix} {operator} ({sql})") for engine, sql in written.spelled),
    )


def _plain(part: str | ColumnRef | Literal) -> str:
    if isinstance(part, ColumnRef):
        return part.name
    return f"'{part.value}'" if isinstance(part, Literal) else part


def look_up(sketch: Sketch) -> None:
    """Reports every column that an author's SQL names and the table does not have."""
    there = {column.name for column in sketch.columns.values()}
    for mention in sketch.mentions:
        for name in mention.columns:
            if name not in there and name.lower() not in sketch.columns:
                sketch.unknown_column(name, mention.at)
