"""The index of all models: one line a model, with a link to its document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datamodel_pipeline import MARK
from datamodel_pipeline.documents.markdown import Markdown, cell
from datamodel_pipeline.spec.specs import Model

EMPTY = "No models yet. A model is a folder in `specs/`: `model.yaml`, and a file per entity in `entities/`.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What the index says about a model. `date` is the one in the spec ("" where there is none), never a clock's."""

    id: int
    slug: str
    title: str
    summary: str
    date: str
    engines: tuple[str, ...]
    tables: int
    folder: str


def card(model: Model, engines: Iterable[str], tables: int) -> ModelCard:
    """The card of a model. `engines` are labels."""
    return ModelCard(
        id=model.id,
        slug=model.slug,
        title=model.title,
        summary=model.summary,
        date=model.date,
        engines=tuple(engines),
        tables=tables,
        folder=model.folder,
    )


def document(cards: Iterable[ModelCard]) -> Markdown:
    """The index, models by id."""
    head = f"<!-- {MARK} from all specs: edit those, not this file. -->\n\n# Data models\n"
    rows = [_row(one) for one in sorted(cards, key=lambda one: (one.id, one.slug))]
    if not rows:
        return Markdown(f"{head}\n{EMPTY}")
    table = ["| Id | Model | Summary | Date | Engines | Tables |", "| ---: | --- | --- | --- | --- | ---: |", *rows]
    return Markdown("\n".join([head, *table]) + "\n")


def _row(one: ModelCard) -> str:
    """One line of the table."""
    link = f"[{cell(one.title)}]({one.folder}/{one.folder}.md)"
    cells = [str(one.id), link, cell(one.summary), cell(one.date), cell(", ".join(one.engines)), str(one.tables)]
    return f"| {' | '.join(cells)} |"
