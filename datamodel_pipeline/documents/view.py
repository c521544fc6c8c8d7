"""What sections are given: the model, its neutral schema, and how each engine holds it."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.engines._engine import Loss, Statement
from datamodel_pipeline.planning.plan import Step
from datamodel_pipeline.schema.tables import Schema, Table
from datamodel_pipeline.spec.specs import Entity, Specs


@dataclass(frozen=True, slots=True)
class TableVariant:
    """One table on one engine: lowered, with its statements, and the columns as (name, SQL type) pairs in order."""

    product: str
    label: str
    table: Table
    types: tuple[tuple[str, str], ...]
    defaults: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, str], ...]
    statements: tuple[Statement, ...]
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    """One table: neutral, and on every engine of the model, in the order of the decisions."""

    table: Table
    entity: Entity
    variants: tuple[TableVariant, ...]


@dataclass(frozen=True, slots=True)
class EngineView:
    """A whole model on one engine: the order in which tables are made, and the (table, foreign key) pairs added after.

    `prelude` is what `Engine.prelude` gave for all tables, without repeats. `steps` holds every statement, with those
    that add deferred keys.
    """

    product: str
    label: str
    version_chosen: bool
    order: tuple[str, ...]
    deferred: tuple[tuple[str, str], ...] = ()
    losses: tuple[Loss, ...] = ()
    steps: tuple[Step, ...] = ()
    prelude: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelView:
    """A whole model. `spec_hash` is over the meaning of the specs; no clock, no path.

    A section finds here what it `sees` (`outline.Section`). Of large models that is not all: see `glance`.
    """

    specs: Specs
    schema: Schema
    engines: tuple[EngineView, ...]
    spec_hash: str
    tool_version: str
    source: str = ""
    """The folder of the specs, relative to the project."""
