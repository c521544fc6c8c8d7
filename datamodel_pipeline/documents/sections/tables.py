"""Table definitions: what comes before the tables' pages, and in which order those stand."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown
from datamodel_pipeline.documents.sections.table import TableData, build_table, script
from datamodel_pipeline.documents.view import EngineView, ModelView
from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.schema.tables import Origin, Table

__all__ = ["ScriptRow", "TableData", "TablesData", "build", "build_table", "ordered", "scripts"]


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """A piece of SQL for one engine."""

    engine: str
    product: str
    sql: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the list of tables; `link` leads to the page."""

    link: Markdown
    group: str
    description: str


@dataclass(frozen=True, slots=True)
class TablesData:
    """What `tables.md.j2` receives: the list of tables by group, and the SQL that must run before them."""

    tables: tuple[TableRow, ...]
    grouped: bool
    preludes: tuple[ScriptRow, ...]
    deferring: bool


def build(view: ModelView) -> TablesData:
    """The opening of the section."""
    tables = sorted(view.schema.tables, key=lambda table: (table.group, table.name))
    descriptions = {entity.name: entity.description for entity in view.specs.entities}
    found = tuple(TableRow(table_link(t.name), t.group, _first(t, descriptions.get(t.entity, ""))) for t in tables)
    return TablesData(
        tables=found,
        grouped=any(row.group for row in found),
        preludes=scripts(view, "prelude"),
        deferring=any(engine.deferred for engine in view.engines),
    )


def ordered(view: ModelView) -> tuple[Table, ...]:
    """The tables in the order of their pages: that of their creation, so that the SQL runs from top to bottom."""
    position = {name: number for number, name in enumerate(view.engines[0].order if view.engines else ())}
    last = len(position)
    return tuple(sorted(view.schema.tables, key=lambda table: (position.get(table.name, last), table.name)))


def scripts(view: ModelView, which: str) -> tuple[ScriptRow, ...]:
    """The `prelude` or `closing` SQL of every engine that has any."""
    return tuple(
        ScriptRow(engine.label, engine.product, script(statements))
        for engine in view.engines
        if (statements := _statements(engine, which))
    )


def _statements(engine: EngineView, which: str) -> tuple[Statement, ...]:
    """The statements before the tables, or those that add deferred keys after them."""
    if which == "prelude":
        return engine.prelude
    later = (step for step in engine.steps if engine.deferred and step.operation == "ADD FOREIGN KEY")
    return tuple(Statement("add_foreign_key", step.sql) for step in later)


def _first(table: Table, description: str) -> str:
    """The first paragraph of what the table is for."""
    own = description if table.origin is Origin.ENTITY else table.why
    return (table.comment or own).strip().split("\n\n")[0]
