"""Specs in, schema out: every unit's tables, made by the conventions in their order, with names that differ everywhere.

In: a unit's members, the entity map, the decisions, and what was read from the authors' SQL. Out: tables, and
diagnostics with `at`. It refuses to know files, engines' SQL, and how SQL is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datamodel_pipeline.design import archival, junctions
from datamodel_pipeline.design.conventions import CONVENTIONS
from datamodel_pipeline.design.entity_map import EntityMap, build, entry
from datamodel_pipeline.design.neighbours import Neighbours, reads
from datamodel_pipeline.design.settled import settle_names
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.sql_sites import SqlSite, sql_of
from datamodel_pipeline.design.words import a, capital, listed, nouns
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import Schema, Table
from datamodel_pipeline.spec.specs import Decisions, Entity, Specs

__all__ = ["Neighbours", "Resolved", "SqlSite", "reads", "resolve", "resolve_unit", "settle_names", "sql_of"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The tables of one unit (the entity's own first, then junctions, then archives), and what is wrong with it."""

    tables: tuple[Table, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def resolve_unit(
    members: tuple[Entity, ...], entity_map: EntityMap, decisions: Decisions, expressions: Mapping[str, Written]
) -> Resolved:
    """The tables of one unit. `members` are those of `entity_map.units()`, root first.

    Of the map it reads `reads(members, entity_map)` only; the decisions are in there already, as far as they matter.
    """
    del decisions
    neighbours = reads(members, entity_map)
    said: list[Diagnostic] = []
    own = Sketch(neighbours.own.table, members, neighbours, expressions, said, scoped=neighbours.own.scoped)
    own.why = _why(members, neighbours)
    sketches = [own, *junctions.sketches(members, neighbours, expressions, said)]
    for sketch in sketches:
        for add in CONVENTIONS:
            add(sketch)
    tables = [sketch.freeze() for sketch in sketches]
    by_deletion = neighbours.own.deletes == "archival"
    if by_deletion or any(member.retention and member.retention.then == "archive" for member in members):
        tables[0], archive = archival.with_archive(tables[0], by_deletion=by_deletion)
        tables.append(archive)
    return Resolved(tuple(tables), tuple(said))


def _why(members: tuple[Entity, ...], neighbours: Neighbours) -> str:
    root, *children = members
    if neighbours.parent:
        why = f"{capital(a(root.name))} is {a(neighbours.parent.entity)}; what only it has is kept here."
    else:
        why = root.description
    if not children:
        return why
    return f"{why} Also holds {listed([nouns(child.name) for child in children])}.".strip()


def resolve(specs: Specs, expressions: Mapping[str, Written]) -> tuple[Schema, tuple[Diagnostic, ...]]:
    """All tables of a model, by name, and everything that is wrong with its design."""
    decisions = specs.model.decisions
    entity_map, problems = build([entry(entity, decisions) for entity in specs.entities], decisions)
    entities = {entity.name: entity for entity in specs.entities}
    tables: list[Table] = []
    said = list(problems)
    for unit in entity_map.units():
        resolved = resolve_unit(tuple(entities[name] for name in unit.members), entity_map, decisions, expressions)
        tables += resolved.tables
        said += resolved.diagnostics
    return Schema(settle_names(tables)), tuple(said)
