"""Sections of large models see less than there is; what they build of it is what they would build of everything."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import strategies
from document_views import engines, model_view
from hypothesis import HealthCheck, given, settings
from projects import build as built

from datamodel_pipeline.documents import glance
from datamodel_pipeline.documents.outline import OUTLINE, Section
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.pipeline.project import Project
from datamodel_pipeline.schema.tables import Schema
from datamodel_pipeline.spec.specs import Model, Specs

SPECS = Path(__file__).parent.parent / "specs"
MODELS = sorted(path.parent.name for path in SPECS.glob("*/model.yaml"))


@pytest.fixture(autouse=True)
def every_model_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "WHOLE", 0)


def made(section: Section, view: ModelView, left_out: int) -> object:
    """The section's data, of a view that lacks so many columns."""
    data = section.build(view)
    return section.amended(data, left_out) if section.counts else data


@pytest.mark.parametrize("model", MODELS)
def test_sections_need_no_more_than_they_see(model: str, tmp_path: Path) -> None:
    shutil.copytree(SPECS / model, tmp_path / "specs" / model)
    assert built(tmp_path).diagnostics == []
    project = Project(tmp_path)
    project.scan()
    build = project.build(model)
    entities = [build.reading.entity(task) for task in build.reading.entity_tasks]
    whole = replace(
        build.sections.view,
        specs=Specs(
            build.mapping.model, tuple(sorted((one for one in entities if one), key=lambda entity: entity.name))
        ),
        schema=Schema(
            tuple(
                sorted(
                    (table for unit in build.mapping.units for table in build.variants.tables_of(unit.name)),
                    key=lambda table: table.name,
                )
            )
        ),
        spec_hash=build.mapping.key,
    )
    for section in OUTLINE:
        seen = made(section, build.sections.view_of(section.name), build.tables.left_out())
        assert seen == section.build(whole), section.name
    left_out = sum(len(table.columns) for table in whole.schema.tables) - sum(
        len(table.columns) for table in build.sections.view.schema.tables
    )
    assert build.tables.left_out() == left_out > 0
    project.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.schemas())
def test_any_schema_looks_the_same_at_a_glance(schema: Schema) -> None:
    used = engines(["postgresql 16", "mysql 8.4", "sqlite"])
    specs = Specs(Model(id=1, slug="test", title="Test"))
    whole = ModelView(specs, schema, model_view(schema, used).engines, "0" * 64, "0.0.0")
    glances = [glance.glance(table, ()) for table in schema.tables]
    tables, left_out = tuple(one.table for one in glances), sum(one.left_out for one in glances)
    for section in OUTLINE:
        seen = made(section, replace(whole, schema=Schema(tables)), left_out)
        assert seen == section.build(whole), section.name
