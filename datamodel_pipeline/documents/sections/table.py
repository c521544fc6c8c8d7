"""A table's page: everything about one table, on every engine of the model. It reads nothing but its own view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents import operations
from datamodel_pipeline.documents.headings import of_table
from datamodel_pipeline.documents.markdown import Markdown, inline, text
from datamodel_pipeline.documents.sections.table_columns import ColumnRow, column_rows, type_headings
from datamodel_pipeline.documents.sections.table_rules import (
    CheckRow,
    EngineChecks,
    EngineIndexes,
    ForeignKeyRow,
    IndexRow,
    check_rows,
    engine_checks,
    engine_indexes,
    foreign_key_rows,
    index_rows,
)
from datamodel_pipeline.documents.view import TableVariant, TableView
from datamodel_pipeline.documents.wording import rows, sentence
from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.planning import creation
from datamodel_pipeline.schema.tables import Origin, Table

NAME = "table"


@dataclass(frozen=True, slots=True)
class LossRow:
    """What an engine cannot express, and what it gets instead."""

    engine: str
    subject: str
    what: str
    instead: str


@dataclass(frozen=True, slots=True)
class MigrationRow:
    """How one engine makes the table. `sql` is complete and runs as it stands; `product` marks its fence."""

    engine: str
    product: str
    operations: str
    lock: str
    why: str
    sql: str


@dataclass(frozen=True, slots=True)
class TableData:
    """What `table.md.j2` receives.

    `facts` are short Markdown phrases. `type_headings` has one entry where all engines use the same types. `losses`
    has what is special to this table; what an engine does differently on every table is told once for all of them.
    `folded` says whether the SQL of several engines is folded away.
    """

    heading: str
    name: str
    description: str
    facts: tuple[Markdown, ...]
    type_headings: tuple[str, ...]
    columns: tuple[ColumnRow, ...]
    indexes: tuple[IndexRow, ...]
    foreign_keys: tuple[ForeignKeyRow, ...]
    checks: tuple[CheckRow, ...]
    engine_checks: tuple[EngineChecks, ...]
    engine_indexes: tuple[EngineIndexes, ...]
    losses: tuple[LossRow, ...]
    migrations: tuple[MigrationRow, ...]
    folded: bool


def build_table(view: TableView) -> TableData:
    """The page of one table."""
    headings = type_headings(view)
    return TableData(
        heading=of_table(view.table.name),
        name=view.table.name,
        description=_description(view),
        facts=_facts(view.table, _description(view)),
        type_headings=headings,
        columns=column_rows(view, headings),
        indexes=index_rows(view),
        foreign_keys=foreign_key_rows(view),
        checks=check_rows(view),
        engine_checks=engine_checks(view),
        engine_indexes=engine_indexes(view),
        losses=tuple(
            LossRow(v.label, loss.subject, sentence(loss.what), loss.instead.strip().rstrip(".") + ".")
            for v in view.variants
            for loss in v.losses
            if not loss.general
        ),
        migrations=tuple(_migration(variant) for variant in view.variants),
        folded=len(view.variants) > 1,
    )


def script(statements: Sequence[Statement]) -> str:
    """The statements as one script: every one closed by a semicolon, a blank line where the kind changes."""
    parts: list[str] = []
    for number, statement in enumerate(statements):
        apart = number and (statement.kind != statements[number - 1].kind or "\n" in statement.sql)
        parts += ["", statement.sql + ";"] if apart else [statement.sql + ";"]
    return "\n".join(parts)


def _description(view: TableView) -> str:
    """What the table holds: its comment, else what its entity is."""
    table = view.table
    if table.comment:
        return table.comment
    return view.entity.description if table.origin is Origin.ENTITY else ""


def _facts(table: Table, description: str) -> tuple[Markdown, ...]:
    """The line under the description."""
    origin = {
        Origin.ENTITY: f"Entity {inline(table.entity)}" if table.entity else "",
        Origin.JUNCTION: f"Junction table of {inline(table.entity)}" if table.entity else "Junction table",
        Origin.ARCHIVE: f"Archive of {inline(table.entity)}" if table.entity else "Archive",
    }[table.origin]
    facts = [origin, f"group {text(table.group)}" if table.group else ""]
    facts += [rows(table.expected_rows)] if table.expected_rows else []
    facts += [f"renamed from {inline(table.renamed_from)}"] if table.renamed_from else []
    if table.tenant_column:
        facts.append(f"one tenant's rows by {inline(table.tenant_column)}")
    if table.live_column:
        facts.append(f"deleted softly: queries filter {inline(f'{table.live_column} IS NULL')}")
    if table.why and table.why.rstrip(".") != description.rstrip("."):
        facts.append(text(table.why.rstrip(".")))
    return tuple(Markdown(fact) for fact in facts if fact)


def _migration(variant: TableVariant) -> MigrationRow:
    """The statements of one engine with the strongest thing to know about their locks."""
    found = creation.steps(variant.product, variant.table, variant.statements)
    told = next((step for step in found if step.safety != "safe"), found[0] if found else None)
    lock, why = (told.lock, told.why) if told else ("", "")
    return MigrationRow(variant.label, variant.product, operations.told(found), lock, why, script(variant.statements))
