"""One concern that holds for every table, and the words that all concerns share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datamodel_pipeline.documents.decided import DecisionRow
from datamodel_pipeline.documents.markdown import Markdown, text
from datamodel_pipeline.documents.sections.tables import ScriptRow
from datamodel_pipeline.documents.view import ModelView

NOTHING = Markdown("")


@dataclass(frozen=True, slots=True)
class Concern:
    """One concern: what was decided and why (None where the build leaves no choice), how it is done, and an example.

    `paragraphs` and `engines` (label, how) are ready Markdown.
    """

    title: str
    decision: DecisionRow | None
    paragraphs: tuple[Markdown, ...]
    engines: tuple[tuple[str, Markdown], ...] = ()
    example: Markdown = NOTHING
    scripts: tuple[ScriptRow, ...] = ()


def per_engine(view: ModelView, words: Mapping[str, str]) -> tuple[tuple[str, Markdown], ...]:
    """(label, how) for every engine of the model that there are words for."""
    return tuple((one.label, Markdown(words[one.product])) for one in view.engines if one.product in words)


def reason(decision: DecisionRow) -> Markdown:
    """`Decided: soft. Because … (2026-09-03)`, for the head of a concern."""
    words = f"**Decided:** {text(decision.choice)}."
    words += f" {text(decision.because)}" if decision.because else ""
    return Markdown(words + (f" ({decision.decided})" if decision.decided else ""))
