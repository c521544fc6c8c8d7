"""The JSON Schemas of all kinds of files that a user writes. In: nothing. Out: JSON Schemas by kind."""

from __future__ import annotations

from datamodel_pipeline.spec.decision_models import ModelForm
from datamodel_pipeline.spec.json_schema import Form, JsonSchema, schema
from datamodel_pipeline.spec.models import EntityForm

KINDS: dict[str, Form] = {"model": ModelForm, "entity": EntityForm}
"""The kinds of files; each further kind is one line here."""


def schemas() -> dict[str, JsonSchema]:
    """Every JSON Schema by the kind of its file. The values are fresh and may be changed."""
    return {kind: schema(form) for kind, form in KINDS.items()}
