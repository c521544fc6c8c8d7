"""Cross-cutting concerns: what holds for every table, and how each engine does it."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.concern import reason
from datamodel_pipeline.documents.concerns import concerns
from datamodel_pipeline.documents.markdown import Markdown
from datamodel_pipeline.documents.sections.tables import ScriptRow
from datamodel_pipeline.documents.view import ModelView


@dataclass(frozen=True, slots=True)
class ConcernRow:
    """One concern. `reason`, `paragraphs`, `engines` (label, how) and `example` are ready Markdown."""

    title: str
    reason: Markdown
    paragraphs: tuple[Markdown, ...]
    engines: tuple[tuple[str, Markdown], ...]
    example: Markdown
    scripts: tuple[ScriptRow, ...]


@dataclass(frozen=True, slots=True)
class CrossCuttingData:
    """What `cross_cutting.md.j2` receives."""

    concerns: tuple[ConcernRow, ...]


def build(view: ModelView) -> CrossCuttingData:
    """The concerns of a model."""
    rows = [
        ConcernRow(
            concern.title,
            reason(concern.decision) if concern.decision else Markdown(""),
            concern.paragraphs,
            concern.engines,
            concern.example,
            _merged(concern.scripts),
        )
        for concern in concerns(view)
    ]
    return CrossCuttingData(tuple(rows))


def _merged(scripts: tuple[ScriptRow, ...]) -> tuple[ScriptRow, ...]:
    """The scripts; where every engine has the same text, the first one stands for all of them."""
    same = len({script.sql for script in scripts}) == 1
    return (ScriptRow("", scripts[0].product, scripts[0].sql),) if same else scripts
