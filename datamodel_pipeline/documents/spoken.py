"""From a view to the engine that it was made with, for sections that write SQL of their own."""

from __future__ import annotations

from datamodel_pipeline.documents.view import EngineView
from datamodel_pipeline.engines import registry
from datamodel_pipeline.engines._engine import Engine


def engine(view: EngineView) -> Engine:
    """The engine of this view; its label ends with the version. Raises LookupError for an engine that is not ours."""
    return registry.engine(view.product, view.label.rpartition(" ")[2])
