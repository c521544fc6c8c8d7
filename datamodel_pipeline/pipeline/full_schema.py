"""A model's whole schema on one engine, also on one that the model has not decided for. Nothing is remembered.

In: a project, one of its models and an engine. Out: the SQL, which is the text of schema.sql where the model names that
engine, and every finding on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from datamodel_pipeline.diagnostics import Diagnostic, has_errors, ordered
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.pipeline.graph import Node, Outcome, bring_up_to_date
from datamodel_pipeline.pipeline.inspection import findings, forgetful
from datamodel_pipeline.pipeline.model_build import ModelBuild
from datamodel_pipeline.pipeline.project import Project
from datamodel_pipeline.spec.specs import EngineChoice, Model


@dataclass(frozen=True, slots=True)
class FullSchema:
    """The SQL ("" when there are errors) and every finding."""

    sql: str
    findings: tuple[Diagnostic, ...]


def full_schema(project: Project, model: str, engine: Engine) -> FullSchema:
    """The model's schema for this engine. The project must have been scanned."""
    forgetful(project)
    build = project.build(model)
    if build.mapping.model is None or has_errors(build.problems):
        return FullSchema("", build.problems)
    build.mapping.model = decided_for(build.mapping.model, engine)
    outcome = Outcome()
    bring_up_to_date(_needed(build, engine), outcome)
    if outcome.diagnostics:
        return FullSchema("", ordered(outcome.diagnostics))
    return FullSchema(build.publishing.schema_sql(engine).decode(), findings(build, [engine]))


def decided_for(model: Model, engine: Engine) -> Model:
    """The model with this engine among its engines, in the place of another version of the same product."""
    choice = EngineChoice(engine.product, engine.version)
    chosen = model.decisions.engines
    engines = tuple(choice if one.product == engine.product else one for one in chosen)
    if choice not in engines:
        engines = (*engines, choice)
    return replace(model, decisions=replace(model.decisions, engines=engines))


def _needed(build: ModelBuild, engine: Engine) -> list[Node]:
    """The nodes up to the SQL of this engine."""
    groups = {f"{build.name}.{stage}" for stage in ("specs", "map", "tables", "order", engine.product)}
    return [node for node in build.nodes(full=True) if node.group in groups]
