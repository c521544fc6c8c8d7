"""Shared tenancy: tenant_id on every business table, in front of every key, and inside their foreign keys.

The strategies `schema` and `database` keep tenants apart outside the tables, so they add nothing here.
"""

from __future__ import annotations

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.primary_keys import COLUMN as ID
from datamodel_pipeline.design.primary_keys import key_type
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import a, capital, noun, nouns
from datamodel_pipeline.schema.tables import Action, Column, ForeignKey, Key, Role

COLUMN = "tenant_id"


def add_column(sketch: Sketch) -> None:
    """Adds `tenant_id` and its foreign key to the tables whose rows belong to one tenant."""
    tenant = sketch.neighbours.tenant
    if not sketch.scoped or tenant is None:
        return
    one, thing = noun(tenant.entity), nouns(sketch.root.name) if not sketch.junction else "links"
    sketch.tenant_column = COLUMN
    sketch.add(
        Column(
            name=COLUMN,
            type=key_type(tenant.key),
            role=Role.TENANT,
            why=f"The {one} that the row belongs to; every key starts with it, so no {one} meets another's {thing}.",
        )
    )
    sketch.foreign_keys.append(
        ForeignKey(
            name=naming.foreign_key(sketch.name, COLUMN, tenant.table),
            columns=(COLUMN,),
            ref_table=tenant.table,
            ref_columns=(ID,),
            on_delete=Action.RESTRICT,
            on_update=Action.NO_ACTION,
            why=f"{capital(a(tenant.entity))} cannot be deleted while it has {thing}: "
            f"its data is removed on purpose, table by table, never by one DELETE.",
        )
    )


def add_reference_key(sketch: Sketch) -> None:
    """Adds the key (tenant_id, id) where tables of the same tenant refer to this one."""
    if sketch.junction or not sketch.scoped or not sketch.neighbours.referenced:
        return
    columns = (COLUMN, ID)
    sketch.unique_keys.append(
        Key(
            name=naming.unique(sketch.name, columns),
            columns=columns,
            why=f"Foreign keys that name {a(sketch.root.name)} carry tenant_id and point here, "
            f"so nothing can refer to {a(sketch.root.name)} of another {noun(_tenant(sketch))}.",
        )
    )


def _tenant(sketch: Sketch) -> str:
    tenant = sketch.neighbours.tenant
    return tenant.entity if tenant else "tenant"
