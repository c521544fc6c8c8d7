"""Foreign keys added last: the keys that close a circle, after the pages of all tables."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.sections.tables import ScriptRow, scripts
from datamodel_pipeline.documents.view import ModelView


@dataclass(frozen=True, slots=True)
class ClosingKeysData:
    """What `closing_keys.md.j2` receives; without scripts the section is left out."""

    scripts: tuple[ScriptRow, ...]
    all_engines: bool


def build(view: ModelView) -> ClosingKeysData:
    """The keys of every engine that defers any."""
    found = scripts(view, "closing")
    return ClosingKeysData(found, len(found) == len(view.engines))
