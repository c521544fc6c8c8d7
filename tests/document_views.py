"""Views for tests: tables lowered by the real engines, as the build makes them."""

from __future__ import annotations

from collections.abc import Sequence

from datamodel_pipeline.documents.view import EngineView, ModelView, TableVariant, TableView
from datamodel_pipeline.engines import registry
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.planning import creation
from datamodel_pipeline.schema.tables import Schema, Table
from datamodel_pipeline.spec.specs import Decisions, EngineChoice, Entity, Model, Specs


def engines(products: Sequence[str]) -> tuple[Engine, ...]:
    """`postgresql 16` → the engine."""
    return tuple(registry.engine(*registry.parse(text)) for text in products)


def variant(engine: Engine, table: Table, deferred: frozenset[str] = frozenset()) -> TableVariant:
    """The table on one engine."""
    lowered = engine.lower(table)
    held = lowered.table
    return TableVariant(
        product=engine.product,
        label=engine.label,
        table=held,
        types=tuple((column.name, engine.type_sql(column.type)) for column in held.columns),
        defaults=tuple((column.name, sql) for column in held.columns if (sql := engine.default_sql(column))),
        checks=tuple((check.name, engine.expression(check.expression)) for check in held.checks),
        statements=engine.create(held, deferred=deferred),
        losses=lowered.losses,
    )


def deferred_on(engine: Engine, made: creation.Creation, table: str) -> frozenset[str]:
    """The keys of this table that this engine adds later."""
    if not engine.defers_foreign_keys():
        return frozenset()
    return frozenset(key for name, key in made.deferred if name == table)


def table_view(schema: Schema, table: Table, used: Sequence[Engine], entity: Entity | None = None) -> TableView:
    """One table on several engines."""
    made = creation.order(schema.tables)
    variants = tuple(variant(engine, table, deferred_on(engine, made, table.name)) for engine in used)
    return TableView(table, entity or Entity(name=table.entity or "X"), variants)


def engine_view(schema: Schema, engine: Engine) -> EngineView:
    """A whole schema on one engine."""
    made = creation.order(schema.tables)
    variants = {t.name: variant(engine, t, deferred_on(engine, made, t.name)) for t in schema.tables}
    lowered = [variants[name].table for name in made.order]
    deferred = made.deferred if engine.defers_foreign_keys() else ()
    steps = [s for t in lowered for s in creation.steps(engine.product, t, variants[t.name].statements)]
    for name, key_name in deferred:
        table = variants[name].table
        for key in table.foreign_keys:
            if key.name == key_name and (statement := engine.add_foreign_key(table, key)):
                steps += creation.steps(engine.product, table, [statement])
    return EngineView(
        product=engine.product,
        label=engine.label,
        version_chosen=True,
        order=made.order,
        deferred=deferred,
        losses=tuple(loss for name in made.order for loss in variants[name].losses),
        steps=tuple(steps),
        prelude=engine.prelude(lowered),
    )


def model_view(schema: Schema, used: Sequence[Engine], specs: Specs | None = None) -> ModelView:
    """A whole model."""
    choices = tuple(EngineChoice(engine.product, engine.version) for engine in used)
    specs = specs or Specs(Model(id=1, slug="test", title="Test", decisions=Decisions(engines=choices)))
    views = tuple(engine_view(schema, engine) for engine in used)
    return ModelView(specs, schema, views, "0" * 64, "0.0.0")
