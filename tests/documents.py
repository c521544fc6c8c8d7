"""Whole documents for tests: from YAML, or from a schema, as the build makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from document_views import engines, model_view, table_view

from datamodel_pipeline.design import resolve
from datamodel_pipeline.design.sql_sites import sql_of
from datamodel_pipeline.documents import assemble
from datamodel_pipeline.documents.outline import sections
from datamodel_pipeline.documents.sections.table import build_table
from datamodel_pipeline.documents.templates import Templates
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.parsing import expressions
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import Schema
from datamodel_pipeline.spec import load
from datamodel_pipeline.spec.specs import EngineChoice, Entity, Model, Specs


def rendered(templates: Templates, name: str, data: object) -> str:
    """A fragment; a template that fails, fails the test."""
    text = templates.render(name, data)  # type: ignore[arg-type]
    assert isinstance(text, str), text
    return text


def label(choice: EngineChoice) -> str:
    """`postgresql 16`."""
    return f"{choice.product} {choice.version}".strip()


def view_of(files: Mapping[str, str]) -> ModelView:
    """The view of a model in YAML, which must be free of problems."""
    loaded = load.load_model({path: text.encode() for path, text in files.items()})
    assert loaded.specs is not None, loaded.diagnostics
    assert not loaded.diagnostics, loaded.diagnostics
    specs = loaded.specs
    products = tuple(choice.product for choice in specs.model.decisions.engines)
    written: dict[str, Written] = {}
    for entity in specs.entities:
        for site in sql_of(entity):
            reading = expressions.read(site.sql.text, site.sql.spelled, products)
            assert reading.written is not None, reading.problems
            written[site.sql.text] = reading.written
    schema, diagnostics = resolve.resolve(specs, written)
    assert not diagnostics, diagnostics
    return model_view(schema, engines([label(choice) for choice in specs.model.decisions.engines]), specs)


def fragments(view: ModelView, templates: Templates) -> dict[str, str]:
    """The rendered sections by name."""
    found = sections(view.specs.model.decisions.depth)
    return {section.name: rendered(templates, section.name, section.build(view)) for section in found}


def pages(view: ModelView, templates: Templates, used: Sequence[Engine]) -> dict[str, str]:
    """The rendered pages by table."""
    entities = {entity.name: entity for entity in view.specs.entities}
    return {
        table.name: rendered(
            templates,
            "table",
            build_table(table_view(view.schema, table, used, entities.get(table.entity) or Entity(name="X"))),
        )
        for table in view.schema.tables
    }


def document(view: ModelView, templates: Templates | None = None) -> str:
    """The whole document."""
    templates = templates or Templates()
    used = engines([f"{one.product} {one.label.rpartition(' ')[2]}" for one in view.engines])
    order = view.engines[0].order
    return assemble.document(view.specs.model, fragments(view, templates), pages(view, templates, used), order)


def of_schema(schema: Schema, products: Sequence[str], title: str = "Test") -> str:
    """The document of a schema without specs."""
    used = engines(products)
    view = model_view(schema, used)
    return document(ModelView(Specs(Model(id=1, slug="test", title=title)), schema, view.engines, "0" * 64, "0.0.0"))
