"""SQL that ends the life of rows: batches that delete, archive or anonymize what a rule says is too old.

In: an engine, neutral tables, a rule. Out: SQL that runs as it stands; a scheduler repeats it until it changes no row.
A batch is small so that its locks are short. It refuses to know documents and files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.planning.erasure import assignments, remaining
from datamodel_pipeline.schema.tables import Action, ForeignKey, Table
from datamodel_pipeline.spec.specs import Retention

BATCH = 1000
"""Rows per run: some ten milliseconds of locks on all our engines."""

INCOMING = (Action.RESTRICT, Action.NO_ACTION)
"""What makes a referencing row keep the referenced one alive."""


@dataclass(frozen=True, slots=True)
class Referrer:
    """A foreign key of another table (or of the table itself) that refuses the deletion of referenced rows."""

    table: str
    key: ForeignKey


def referrers(tables: Sequence[Table]) -> dict[str, tuple[Referrer, ...]]:
    """For every table the keys that refuse a deletion there. Keys to the tenant are not asked: tenants don't expire."""
    found: dict[str, tuple[Referrer, ...]] = {}
    for table in tables:
        for key in table.foreign_keys:
            if key.on_delete in INCOMING and key.columns != (table.tenant_column,):
                found[key.ref_table] = (*found.get(key.ref_table, ()), Referrer(table.name, key))
    return found


def job(engine: Engine, table: Table, rule: Retention, blockers: Sequence[Referrer], kind: str = "") -> str:
    """One batch of the rule on this engine, or "" where the table lacks the rule's column.

    `kind` is a further condition (the discriminator of an entity that shares its table), already in SQL.
    """
    if table.column(rule.after) is None:
        return ""
    conditions = [_too_old(engine, table, rule), *([kind] if kind else [])]
    if rule.legal_hold and table.column(rule.legal_hold):
        conditions.append(f"{engine.quote(rule.legal_hold)} IS NOT TRUE")
    match rule.then:
        case "anonymize":
            return _anonymize(engine, table, rule, conditions)
        case "archive":
            conditions += [_unreferenced(engine, table, blocker) for blocker in blockers]
            return _archive(engine, table, rule, conditions)
        case _:
            conditions += [_unreferenced(engine, table, blocker) for blocker in blockers]
            return _delete(engine, table, rule, conditions)


def cutoff(engine: Engine, keep: int, unit: str, type_name: str = "timestamp") -> str:
    """The instant before which rows are too old."""
    match engine.product:
        case "postgresql":
            return f"now() - INTERVAL '{keep} {unit}'"
        case "mysql":
            return f"CURRENT_TIMESTAMP - INTERVAL {keep} {unit.rstrip('s').upper()}"
        case _:
            keep, unit = (keep * 7, "days") if unit == "weeks" else (keep, unit)
            shape = "%Y-%m-%d" if type_name == "date" else SQLITE_SHAPES.get(type_name, SQLITE_SHAPES["timestamp"])
            return f"strftime('{shape}', 'now', '-{keep} {unit}')"


SQLITE_SHAPES: Mapping[str, str] = {"timestamp": "%Y-%m-%dT%H:%M:%fZ", "datetime": "%Y-%m-%dT%H:%M:%f"}
"""How SQLite tables hold instants as text."""


def _too_old(engine: Engine, table: Table, rule: Retention) -> str:
    """`solved_at < now() - …`; a NULL is never too old."""
    column = table.column(rule.after)
    limit = cutoff(engine, rule.keep, rule.unit, column.type.name if column else "timestamp")
    return f"{engine.quote(rule.after)} < {limit}"


def _unreferenced(engine: Engine, table: Table, blocker: Referrer) -> str:
    """Rows that others still need are left for a later run, or one of them would stop the whole batch."""
    child = engine.quote(blocker.table)
    alias, own = ("child", "child") if blocker.table == table.name else ("", child)
    pairs = zip(blocker.key.columns, blocker.key.ref_columns, strict=True)
    matches = [f"{own}.{engine.quote(a)} = {engine.quote(table.name)}.{engine.quote(b)}" for a, b in pairs]
    source = f"{child} AS {alias}" if alias else child
    return f"NOT EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join(matches)})"


def _batch(engine: Engine, table: Table, rule: Retention, conditions: Sequence[str], indent: str) -> str:
    """The SELECT of the keys of one batch, oldest first."""
    keys = ", ".join(map(engine.quote, _key(engine, table)))
    where = f"\n{indent}  AND ".join(conditions)
    lines = [f"SELECT {keys}", f"FROM {engine.quote(table.name)}", f"WHERE {where}"]
    lines += [f"ORDER BY {engine.quote(rule.after)}", f"LIMIT {BATCH}"]
    return f"\n{indent}".join(lines)


def _key(engine: Engine, table: Table) -> tuple[str, ...]:
    """What names a row: its primary key, else the engine's own row number."""
    if table.primary_key:
        return table.primary_key.columns
    return ("ctid",) if engine.product == "postgresql" else ("rowid",)


def _in_batch(engine: Engine, table: Table, rule: Retention, conditions: Sequence[str]) -> str:
    """`WHERE id IN (batch)`; MySQL wants LIMIT and the table itself one SELECT deeper."""
    columns = [engine.quote(name) for name in _key(engine, table)]
    left = columns[0] if len(columns) == 1 else f"({', '.join(columns)})"
    if engine.product == "mysql":
        inner = _batch(engine, table, rule, conditions, " " * 8)
        return f"WHERE {left} IN (\n    SELECT {', '.join(columns)} FROM (\n        {inner}\n    ) AS batch\n)"
    return f"WHERE {left} IN (\n    {_batch(engine, table, rule, conditions, ' ' * 4)}\n)"


def _delete(engine: Engine, table: Table, rule: Retention, conditions: Sequence[str]) -> str:
    """One DELETE."""
    name = engine.quote(table.name)
    simple = engine.product == "mysql" and not any("AS child" in condition for condition in conditions)
    if simple:
        where = "\n  AND ".join(conditions)
        return f"DELETE FROM {name}\nWHERE {where}\nORDER BY {engine.quote(rule.after)}\nLIMIT {BATCH};"
    return f"DELETE FROM {name}\n{_in_batch(engine, table, rule, conditions)};"


def _archive(engine: Engine, table: Table, rule: Retention, conditions: Sequence[str]) -> str:
    """Moves a batch to the archive: one statement on PostgreSQL, one transaction elsewhere."""
    name, archive = engine.quote(table.name), engine.quote(table.archive_table or f"{table.name[:50]}_archive")
    made = (
        "" if table.archive_table else f"CREATE TABLE IF NOT EXISTS {archive} AS SELECT * FROM {name} WHERE FALSE;\n\n"
    )
    columns = ", ".join(engine.quote(column.name) for column in table.columns)
    if engine.product == "postgresql":
        gone = f"DELETE FROM {name}\n{_in_batch(engine, table, rule, conditions)}\nRETURNING *"
        inner = gone.replace("\n", "\n    ")
        return f"{made}WITH gone AS (\n    {inner}\n)\nINSERT INTO {archive} ({columns})\nSELECT {columns} FROM gone;"
    begin = "START TRANSACTION" if engine.product == "mysql" else "BEGIN IMMEDIATE"
    keys = ", ".join(engine.quote(key) for key in _key(engine, table))
    left = f"({keys})" if "," in keys else keys
    where = "\n  AND ".join(conditions)
    copy = f"INSERT INTO {archive} ({columns})\nSELECT {columns}\nFROM {name}\nWHERE {where}"
    copy += f"\nORDER BY {engine.quote(rule.after)}\nLIMIT {BATCH};"
    gone = f"DELETE FROM {name}\nWHERE {where}\n  AND {left} IN (SELECT {keys} FROM {archive});"
    return f"{made}{begin};\n{copy}\n{gone}\nCOMMIT;"


def _anonymize(engine: Engine, table: Table, rule: Retention, conditions: Sequence[str]) -> str:
    """Overwrites the personal columns of a batch; rows that have been overwritten are not touched again."""
    changes = assignments(engine, table)
    if not changes:
        return ""
    left = remaining(engine, table)
    settings = ",\n    ".join(f"{engine.quote(name)} = {value}" for name, value in changes)
    every = [*conditions, *([left] if left else [])]
    return f"UPDATE {engine.quote(table.name)}\nSET {settings}\n{_in_batch(engine, table, rule, every)};"
