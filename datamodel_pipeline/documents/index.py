"""The index of all models: one line a model, with links to its document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents.view import ModelView

NAME = "index"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One model. `document` is relative to the index; `date` is the one in the spec ("" where there is none)."""

    id: int
    title: str
    summary: str
    date: str
    engines: tuple[str, ...]
    tables: int
    document: str


@dataclass(frozen=True, slots=True)
class IndexData:
    """What `index.md.j2` receives, models by id."""

    models: tuple[IndexEntry, ...]


def entry(view: ModelView) -> IndexEntry:
    """The line of one model."""
    model = view.specs.model
    return IndexEntry(
        id=model.id,
        title=model.title,
        summary=model.summary,
        date=model.date,
        engines=tuple(engine.label for engine in view.engines),
        tables=len(view.schema.tables),
        document=f"{model.folder}/{model.folder}.md",
    )


def build(entries: Sequence[IndexEntry]) -> IndexData:
    """The index of these models."""
    return IndexData(tuple(sorted(entries, key=lambda entry: (entry.id, entry.document))))
