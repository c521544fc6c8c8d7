"""Retention and compliance: how rows end, the jobs that end them, and where personal data lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents.decided import row
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, cell, code, inline, text
from datamodel_pipeline.documents.sections.other_stores import STORES
from datamodel_pipeline.documents.sections.tables import ScriptRow
from datamodel_pipeline.documents.spoken import engine as engine_of
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.documents.wording import counted, listed, sentence
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.planning import erasure, retention
from datamodel_pipeline.schema.expressions import ColumnRef, Formula, Literal
from datamodel_pipeline.schema.tables import Origin, Role, Table
from datamodel_pipeline.spec.specs import Entity, Retention

ENDINGS = {
    "soft": "marked, and kept",
    "hard": "removed",
    "archival": "moved to the archive",
}
THEN = {"delete": "deleted", "archive": "moved to the archive", "anonymize": "anonymized"}


@dataclass(frozen=True, slots=True)
class EntityRow:
    """How one entity's rows end; `name` and `rule` are ready Markdown."""

    name: Markdown
    store: str
    deletes: str
    rule: Markdown


@dataclass(frozen=True, slots=True)
class Job:
    """One retention rule as SQL for every engine; `title` and `notes` are ready Markdown."""

    title: Markdown
    notes: tuple[Markdown, ...]
    scripts: tuple[ScriptRow, ...]


@dataclass(frozen=True, slots=True)
class PersonalRow:
    """One personal column; `table` is a link."""

    table: Markdown
    column: str
    meaning: str
    erased: Markdown


@dataclass(frozen=True, slots=True)
class RetentionData:
    """What `retention.md.j2` receives."""

    decision: str
    because: str
    entities: tuple[EntityRow, ...]
    jobs: tuple[Job, ...]
    personal: tuple[PersonalRow, ...]
    erasures: tuple[Job, ...]
    holds: bool
    archives: bool


def build(view: ModelView) -> RetentionData:
    """The section for a model."""
    engines = [(found.label, engine_of(found)) for found in view.engines]
    homes = _homes(view)
    decision = row(view.specs.model.decisions, "retention")
    return RetentionData(
        decision=sentence(decision.choice),
        because=sentence(decision.because),
        entities=tuple(_entity(view, entity, homes.get(entity.name)) for entity in view.specs.entities),
        jobs=_jobs(view, homes, engines),
        personal=tuple(one for table in view.schema.tables for one in _personal_rows(table, engines)),
        erasures=_erasures(view, engines),
        archives=any(table.origin is Origin.ARCHIVE and erasure.personal(table) for table in view.schema.tables),
        holds=any(entity.retention and entity.retention.legal_hold for entity in view.specs.entities),
    )


def _homes(view: ModelView) -> dict[str, Table]:
    """The table of every entity; an entity that shares its parent's table has that one."""
    own = {table.entity: table for table in view.schema.tables if table.origin is Origin.ENTITY}
    homes: dict[str, Table] = {}
    for entity in view.specs.entities:
        root, seen = entity, {entity.name}
        while root.name not in own and root.is_a and root.is_a.parent not in seen:
            seen.add(root.is_a.parent)
            parent = view.specs.entity(root.is_a.parent)
            if parent is None:
                break
            root = parent
        if root.name in own:
            homes[entity.name] = own[root.name]
    return homes


def _entity(view: ModelView, entity: Entity, table: Table | None) -> EntityRow:
    """One line of the list of entities."""
    name = f"{code(entity.name)} ({table_link(table.name)})" if table else code(entity.name)
    chosen = view.specs.model.decisions.deletes.of(entity.name)
    deletes = ENDINGS.get(chosen, chosen) if entity.store == "sql" else "by the application"
    rule = cell(_rule(entity.retention)) if entity.retention else _shared_rule(view, entity, table)
    return EntityRow(
        Markdown(name), "SQL" if entity.store == "sql" else STORES.get(entity.store, entity.store), deletes, rule
    )


def _shared_rule(view: ModelView, entity: Entity, table: Table | None) -> Markdown:
    """What holds for an entity without a rule: that of the entity whose table it shares, or nothing."""
    owner = view.specs.entity(table.entity) if table and table.entity != entity.name else None
    if owner and owner.retention:
        return Markdown(f"as {code(owner.name)}, whose table it shares")
    return Markdown("kept until deleted")


def _rule(rule: Retention) -> str:
    """`24 months after solved_at: deleted, unless legal_hold. Support contract 7.2.`"""
    words = f"{rule.keep} {rule.unit} after `{rule.after}`: {THEN.get(rule.then, rule.then)}"
    words += f", unless `{rule.legal_hold}`" if rule.legal_hold else ""
    return f"{words}. {sentence(rule.because)}".strip()


def _jobs(view: ModelView, homes: dict[str, Table], engines: Sequence[tuple[str, Engine]]) -> tuple[Job, ...]:
    """A job for every rule of an entity that has a table."""
    blockers = retention.referrers(view.schema.tables)
    jobs = []
    for entity in view.specs.entities:
        table, rule = homes.get(entity.name), entity.retention
        if table is None or rule is None:
            continue
        kind = _kind(entity, table)
        found = blockers.get(table.name, ())
        scripts = [
            ScriptRow(
                label,
                engine.product,
                retention.job(engine, table, rule, found, engine.expression(kind) if kind else ""),
            )
            for label, engine in engines
        ]
        title = f"{table_link(table.name)}, {text(_rule(rule))}"
        notes = _notes(table, rule, found)
        jobs.append(Job(Markdown(title), notes, tuple(script for script in scripts if script.sql)))
    return tuple(jobs)


def _kind(entity: Entity, table: Table) -> Formula | None:
    """The condition of an entity's rows in a table that it shares with its parent."""
    column = next((column for column in table.columns if column.role is Role.DISCRIMINATOR), None)
    if column is None or entity.name == table.entity:
        return None
    values = {value.replace("_", ""): value for value in column.type.values}
    value = values.get(entity.name.replace("_", "").lower(), "")
    return Formula((ColumnRef(column.name), " = ", Literal(value)))


def _notes(table: Table, rule: Retention, blockers: Sequence[retention.Referrer]) -> tuple[Markdown, ...]:
    """What an operator should know about one job."""
    notes = []
    if table.column(rule.after) is None:
        return (Markdown(f"{table_link(table.name)} has no column {inline(rule.after)}, so there is no SQL for this."),)
    if rule.then == "archive" and not table.archive_table:
        notes.append(
            "The schema has no archive for this table (`deletes: archival` makes one), so the job makes a plain one. "
            "No policy guards it: grant the application nothing on it."
        )
    if rule.then == "anonymize" and not erasure.personal(table):
        notes.append("No column is marked `personal`, so there is nothing to overwrite.")
    if rule.then != "anonymize" and blockers:
        names = sorted({blocker.table for blocker in blockers})
        waiting = listed([str(table_link(name)) for name in names])
        notes.append(f"Rows that {waiting} still refer to wait for a later run.")
    return tuple(map(Markdown, notes))


def _personal_rows(table: Table, engines: Sequence[tuple[str, Engine]]) -> tuple[PersonalRow, ...]:
    """The personal columns of one table with what erasure writes there."""
    values = dict(erasure.assignments(engines[0][1], table)) if engines else {}
    rows = []
    for column in table.columns:
        if column.personal:
            value = "computed again" if column.generated else code(values.get(column.name, "")) or "by hand"
            rows.append(PersonalRow(table_link(table.name), column.name, column.comment, Markdown(value)))
    return tuple(rows)


def _erasures(view: ModelView, engines: Sequence[tuple[str, Engine]]) -> tuple[Job, ...]:
    """For every kind of person the statements that forget one of them."""
    tables = tuple(table for table in view.schema.tables if table.origin is not Origin.ARCHIVE)
    holds = {e.name: e.retention.legal_hold for e in view.specs.entities if e.retention}
    children = erasure.kin(tables)
    jobs = []
    for subject in erasure.subjects(tables):
        scripts, reached = [], 0
        for label, engine in engines:
            places = erasure.reach(engine, subject, children)
            written = [erasure.statement(engine, place, holds.get(place.table.entity, "")) for place in places]
            reached = len(places)
            scripts.append(ScriptRow(label, engine.product, "\n\n".join(filter(None, written))))
        if reached:
            title = f"A person in {table_link(subject.name)}: {counted(reached, 'statement')}."
            jobs.append(Job(Markdown(title), (), tuple(script for script in scripts if script.sql)))
    return tuple(jobs)
