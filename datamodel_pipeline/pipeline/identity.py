"""What keeps the outputs of two models apart: their ids and slugs."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.diagnostics import Diagnostic, Location


@dataclass(frozen=True, slots=True)
class Identity:
    """A model by its task name, its folder, and what model.yaml calls it."""

    name: str
    folder: str
    id: int
    slug: str


def clash(mine: Identity, other: Identity, field: str) -> Diagnostic:
    """The error that `other` has the same id or slug."""
    what = f"{field} {getattr(mine, field)} is also the {field} of {other.folder}"
    why = "the output folder is named by id and slug, and the index lists models by them"
    place = Location(f"{mine.folder}/model.yaml")
    return Diagnostic(
        f"duplicate-model-{field}", what, why, f"give one of the two models another {field}", location=place
    )
