"""Primary keys, unique keys and foreign keys on PostgreSQL.

In: keys of one table. Out: keys that the catalog gives back exactly, what was lost, and their SQL.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss
from datamodel_pipeline.engines.postgresql.words import quote, quote_all
from datamodel_pipeline.schema.tables import Action, ForeignKey, Key, Table

COLUMN_LIST_SINCE = 15
"""The first major version that knows ON DELETE SET NULL (columns)."""


def lower_foreign_key(table: Table, key: ForeignKey, major: int) -> tuple[ForeignKey, list[Loss]]:
    """The foreign key as this major version holds it."""
    losses: list[Loss] = []
    lowered = _with_possible_actions(table, key, losses)
    if lowered.on_delete is not Action.SET_NULL or set(lowered.cleared) == set(lowered.columns):
        lowered = replace(lowered, cleared=())
    if lowered.cleared and major < COLUMN_LIST_SINCE:
        return _narrowed(table, lowered, losses), losses
    return lowered, losses


def _with_possible_actions(table: Table, key: ForeignKey, losses: list[Loss]) -> ForeignKey:
    """PostgreSQL refuses actions that would write to a generated column."""
    generated = [column.name for column in table.columns if column.generated and column.name in key.columns]
    if not generated:
        return key
    on_delete, on_update = key.on_delete, key.on_update
    if on_delete in (Action.SET_NULL, Action.SET_DEFAULT):
        losses.append(
            _loss(table, key, f"ON DELETE {on_delete.sql} cannot write generated columns", "ON DELETE NO ACTION")
        )
        on_delete = Action.NO_ACTION
    if on_update not in (Action.NO_ACTION, Action.RESTRICT):
        losses.append(
            _loss(table, key, f"ON UPDATE {on_update.sql} cannot write generated columns", "ON UPDATE NO ACTION")
        )
        on_update = Action.NO_ACTION
    return replace(key, on_delete=on_delete, on_update=on_update, cleared=())


def _narrowed(table: Table, key: ForeignKey, losses: list[Loss]) -> ForeignKey:
    """The key over the cleared columns alone; what the others guarded is lost."""
    kept = [position for position, name in enumerate(key.columns) if name in key.cleared]
    left_out = ", ".join(name for name in key.columns if name not in key.cleared)
    columns = tuple(key.columns[position] for position in kept)
    ref_columns = tuple(key.ref_columns[position] for position in kept)
    what = f"ON DELETE SET NULL for some columns of a key exists from PostgreSQL {COLUMN_LIST_SINCE} on"
    instead = (
        f"a foreign key ({', '.join(columns)}) to {key.ref_table} ({', '.join(ref_columns)}); "
        f"that {left_out} is the same on both sides is left to the application"
    )
    losses.append(_loss(table, key, what, instead))
    return replace(key, columns=columns, ref_columns=ref_columns, cleared=())


def _loss(table: Table, key: ForeignKey, what: str, instead: str) -> Loss:
    return Loss(table.name, f"foreign key {key.name}", what, instead)


def key_sql(kind: str, key: Key) -> str:
    """`CONSTRAINT … PRIMARY KEY (…)` or `CONSTRAINT … UNIQUE (…)`."""
    return f"CONSTRAINT {quote(key.name)} {kind} ({quote_all(key.columns)})"


def foreign_key_sql(key: ForeignKey, indent: str) -> str:
    """The constraint on three lines, all but the first starting with `indent`."""
    cleared = f" ({quote_all(key.cleared)})" if key.cleared else ""
    return (
        f"CONSTRAINT {quote(key.name)}\n"
        f"{indent}FOREIGN KEY ({quote_all(key.columns)})"
        f" REFERENCES {quote(key.ref_table)} ({quote_all(key.ref_columns)})\n"
        f"{indent}ON DELETE {key.on_delete.sql}{cleared} ON UPDATE {key.on_update.sql}"
    )
