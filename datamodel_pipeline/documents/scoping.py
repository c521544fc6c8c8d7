"""Which rows a query may see: the concerns of deleted rows and of other tenants' rows.

In: a view and its engines. Out: concerns with example SQL that runs as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from datamodel_pipeline.documents import decided
from datamodel_pipeline.documents.concern import NOTHING, Concern, per_engine
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, inline
from datamodel_pipeline.documents.sections.tables import ScriptRow
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.documents.wording import counted, listed
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.engines.postgresql.security import SETTING
from datamodel_pipeline.planning import examples
from datamodel_pipeline.schema.expressions import is_null
from datamodel_pipeline.schema.tables import Origin, Table

LIVE = {
    "postgresql": "partial unique indexes, `WHERE deleted_at IS NULL`",
    "mysql": "a generated column that is NULL for deleted rows, inside the unique key",
    "sqlite": "partial unique indexes, `WHERE deleted_at IS NULL`",
}
APART = {
    "postgresql": f"row-level security, enabled and forced, so that it binds the tables' owner too: a session sees and "
    f"writes the rows of the tenant in `{SETTING}` alone. Where that is not set, no row is seen and none can be "
    "written. Superusers and roles with BYPASSRLS are not bound",
    "mysql": "nothing but the application's own conditions: every query must name the tenant",
    "sqlite": "nothing but the application's own conditions: every query must name the tenant, or each tenant gets a "
    "file of its own",
}


def deletes(view: ModelView, engines: Sequence[tuple[str, Engine]]) -> Concern:
    """What DELETE means."""
    decision = decided.row(view.specs.model.decisions, "deletes")
    soft = [table for table in view.schema.tables if table.live_column]
    archival = view.specs.model.decisions.deletes
    archived = [t for t in view.schema.tables if t.archive_table and archival.of(t.entity) == "archival"]
    words = []
    if soft:
        words.append(
            f"{len(soft)} of {counted(len(view.schema.tables), 'table')} mark deleted rows with `deleted_at` "
            "and keep them. **Every query of such a table filters**: nothing in the database does it. "
            "Unique rules hold among live rows only, "
            "so a deleted row's values can be used again."
        )
    if archived:
        words.append(
            f"{listed([str(table_link(table.name)) for table in archived])} have an archive table beside them. "
            "**Every DELETE first copies the row there, in the same transaction**: nothing in the database does it."
        )
    if not words:
        words.append("A deleted row is gone. Foreign keys say what happens to the rows that refer to it.")
    scripts = tuple(ScriptRow(label, engine.product, _live_query(engine, soft[0])) for label, engine in engines if soft)
    example = Markdown(f"The live rows of {table_link(soft[0].name)}, newest first:") if soft else NOTHING
    how = per_engine(view, LIVE) if any(index.unique for table in soft for index in table.indexes) else ()
    return Concern("Deletes", decision, tuple(map(Markdown, words)), how, example, scripts)


def _live_query(engine: Engine, table: Table) -> str:
    """A page of live rows, of one tenant where there are tenants."""
    conditions = [f"{engine.quote(table.tenant_column)} = {_example(engine, table)}"] if table.tenant_column else []
    conditions.append(engine.expression(is_null(table.live_column)))
    order = "created_at" if table.column("created_at") else table.columns[0].name
    where = "\n  AND ".join(conditions)
    return f"SELECT *\nFROM {engine.quote(table.name)}\nWHERE {where}\nORDER BY {engine.quote(order)} DESC\nLIMIT 20;"


def _example(engine: Engine, table: Table) -> str:
    """A value for the tenant's column, in SQL."""
    return examples.key(engine, table.column(table.tenant_column))


def tenancy(view: ModelView, engines: Sequence[tuple[str, Engine]]) -> Concern | None:
    """How tenants are kept apart."""
    decisions = view.specs.model.decisions
    if decisions.tenancy.strategy == "none":
        return None
    decision = decided.row(decisions, "tenancy")
    scoped = [table for table in view.schema.tables if table.tenant_column]
    if not scoped:
        place = {"schema": "schema", "database": "database"}.get(decisions.tenancy.strategy, "place")
        words = f"Each tenant has a {place} of its own with all these tables; no column names the tenant."
        return Concern("Tenancy", decision, (Markdown(words), Markdown("Every migration runs once for each tenant.")))
    words = (
        f"{len(scoped)} of {counted(len(view.schema.tables), 'table')} carry {inline(scoped[0].tenant_column)}. "
        "Unique keys and composite indexes start with it, and foreign keys between such tables carry it, "
        "so a row cannot refer to another tenant's row."
    )
    example = next((table for table in scoped if table.origin is Origin.ENTITY), scoped[0])
    scripts = tuple(ScriptRow(label, engine.product, _tenant_query(engine, example)) for label, engine in engines)
    say = Markdown("One request of one tenant, here the tenant with the imagined key 42:")
    return Concern("Tenancy", decision, (Markdown(words),), per_engine(view, APART), say, scripts)


def _tenant_query(engine: Engine, table: Table) -> str:
    """How the application reads one tenant's rows."""
    if engine.product == "postgresql":
        setting = f"SET LOCAL {SETTING} = '{examples.plain(table.column(table.tenant_column))}';"
        return f"BEGIN;\n{setting}\nSELECT count(*) FROM {engine.quote(table.name)};\nCOMMIT;"
    condition = f"{engine.quote(table.tenant_column)} = {_example(engine, table)}"
    return f"SELECT count(*) FROM {engine.quote(table.name)} WHERE {condition};"
