"""Metadata: from what, and with what, the document was built. No clock: the same specs give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.spec.specs import FORMAT


@dataclass(frozen=True, slots=True)
class MetadataData:
    """What `metadata.md.j2` receives. `spec_hash` changes when the meaning of the specs does, not with comments."""

    id: int
    slug: str
    date: str
    owners: tuple[str, ...]
    spec_hash: str
    tool_version: str
    format: int


def build(view: ModelView) -> MetadataData:
    """The facts as the view holds them."""
    model = view.specs.model
    return MetadataData(
        id=model.id,
        slug=model.slug,
        date=model.date,
        owners=model.owners,
        spec_hash=view.spec_hash,
        tool_version=view.tool_version,
        format=FORMAT,
    )
