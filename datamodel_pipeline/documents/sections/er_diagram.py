"""ER diagram: the pictures, and the tables that no picture would help with."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.diagrams import Diagram, diagrams, related
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown
from datamodel_pipeline.documents.view import ModelView


@dataclass(frozen=True, slots=True)
class ErDiagramData:
    """What `er_diagram.md.j2` receives. `unrelated` are links to tables without any relation."""

    diagrams: tuple[Diagram, ...]
    unrelated: tuple[Markdown, ...]


def build(view: ModelView) -> ErDiagramData:
    """The diagrams of a model, tables in schema order."""
    tables = view.schema.tables
    drawn = {table.name for table in related(tables)}
    return ErDiagramData(diagrams(tables), tuple(table_link(t.name) for t in tables if t.name not in drawn))
