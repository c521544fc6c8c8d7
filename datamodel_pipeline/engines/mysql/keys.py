"""Foreign keys and checks as MySQL can hold them.

In: a table whose columns are fitted. Out: the table with actions that MySQL carries out, and with checks that it takes:
those that it refuses as CHECK are of kind `trigger` and become triggers. It refuses to know indexes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import fresh, split_cleared, wrapped
from datamodel_pipeline.engines.mysql import shapes
from datamodel_pipeline.engines.mysql.words import LIMIT, PRODUCT, expression
from datamodel_pipeline.schema.tables import Action, Check, Column, ForeignKey, Key, Table

TRIGGER = "trigger"
"""The kind of a check that triggers make."""

VOLATILE = re.compile(
    r"(?i)\b(?:(?:now|sysdate|curdate|curtime|rand|uuid|uuid_short|connection_id|user|session_user|system_user|database"
    r"|schema|version|found_rows|last_insert_id|row_count|sleep|unix_timestamp|random_bytes|utc_date|utc_time"
    r"|utc_timestamp|localtime|localtimestamp)\s*\(|current_(?:timestamp|date|time|user|role)\b"
    r"|(?:localtime|localtimestamp|utc_date|utc_time|utc_timestamp)\b|@)"
)
"""Functions and variables that MySQL refuses in a CHECK (manual, "CHECK Constraints"; error 3814)."""

INSTANT = re.compile(r"'\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
MOVING = (Action.CASCADE, Action.SET_NULL)


def fit_foreign_keys(table: Table) -> Lowered:
    """The keys with actions that MySQL carries out."""
    split = split_cleared(table, LIMIT)
    keys: list[ForeignKey] = []
    losses = list(split.losses)
    for key in split.table.foreign_keys:
        fitted, lost = _action(split.table, key)
        keys.append(_own_row_last(table, fitted))
        losses += lost
    return Lowered(_with_referenced(replace(split.table, foreign_keys=tuple(keys))), tuple(losses))


def _own_row_last(table: Table, key: ForeignKey) -> ForeignKey:
    """A key to its own table with the columns at its end that are the same on both sides (tenant_id).

    MySQL 9.7 takes any inserted row whose first column of such a key equals its own referenced column for a row that
    refers to itself, and does not look for the referenced one (measured: (1, 777) is taken where only (1, 5) is there).
    """
    if key.ref_table != table.name:
        return key
    pairs = sorted(zip(key.columns, key.ref_columns, strict=True), key=lambda pair: pair[0] == pair[1])
    return replace(key, columns=tuple(own for own, _ in pairs), ref_columns=tuple(ref for _, ref in pairs))


def _with_referenced(table: Table) -> Table:
    """A foreign key wants a unique key over what it names, in its order."""
    for key in table.foreign_keys:
        there = {one.columns for one in (table.primary_key, *table.unique_keys) if one}
        if key.ref_table == table.name and key.ref_columns not in there:
            taken = (*(one.name for one in table.unique_keys), *(one.name for one in table.indexes))
            name = fresh(f"uniq_{table.name}_{'_'.join(key.ref_columns)}", taken, LIMIT)
            why = f"MySQL wants a unique key in the order in which {key.name} names its columns."
            table = replace(table, unique_keys=(*table.unique_keys, Key(name=name, columns=key.ref_columns, why=why)))
    return table


def _action(table: Table, key: ForeignKey) -> tuple[ForeignKey, list[Loss]]:
    losses: list[Loss] = []
    if reason := _refused_on_delete(table, key):
        losses.append(_lost(table, key, reason, "ON DELETE RESTRICT"))
        key = replace(key, on_delete=Action.RESTRICT)
    if reason := _refused_on_update(table, key):
        losses.append(_lost(table, key, reason, "ON UPDATE RESTRICT"))
        key = replace(key, on_update=Action.RESTRICT)
    return key, losses


def _refused_on_delete(table: Table, key: ForeignKey) -> str:
    """Why InnoDB does not take or carry out ON DELETE as it stands, or ""."""
    if key.on_delete is Action.SET_DEFAULT:
        return "InnoDB has no ON DELETE SET DEFAULT"
    if key.on_delete is Action.SET_NULL:
        for column in _columns(table, key.columns):
            if column.generated:
                return f"ON DELETE SET NULL cannot clear {column.name}, which is generated (error 3104)"
            if not column.nullable:
                return f"ON DELETE SET NULL cannot clear {column.name}, which is NOT NULL (error 1830)"
    return ""


def _refused_on_update(table: Table, key: ForeignKey) -> str:
    """Why InnoDB does not take or carry out ON UPDATE as it stands, or ""."""
    if key.on_update is Action.SET_DEFAULT:
        return "InnoDB has no ON UPDATE SET DEFAULT"
    if key.on_update in MOVING and key.ref_table == table.name:
        return f"InnoDB refuses ON UPDATE {key.on_update.sql} that comes back to its own table"
    if key.on_update in MOVING and any(column.generated for column in _columns(table, key.columns)):
        return "a generated column cannot follow its reference"
    return ""


def _columns(table: Table, names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(column for name in names if (column := table.column(name)))


def _lost(table: Table, key: ForeignKey, what: str, instead: str) -> Loss:
    return Loss(table.name, f"foreign key {key.name}", what, instead)


def fit_checks(table: Table) -> Lowered:
    """Checks that MySQL takes stay, others become triggers; a key gives way where that is enough."""
    numbered = {column.name for column in table.columns if column.identity}
    losses: list[Loss] = []
    checks: list[Check] = []
    for check in table.checks:
        named = set(check.expression.columns)
        reason = _refusal(table, check, named, numbered)
        if reason:
            checks.append(replace(check, kind=TRIGGER))
            losses.append(Loss(table.name, f"check {check.name}", *reason))
            continue
        losses += _zoned(table, check, named)
        table, given = _give_way(table, check, named)
        checks.append(_as_truth(check))
        losses += given
    return Lowered(replace(table, checks=tuple(checks)), tuple(losses))


def _zoned(table: Table, check: Check, named: set[str]) -> list[Loss]:
    """Measured on 9.7: in a session at +05:00, the constant is five hours earlier."""
    instants = any(column.type.name == "timestamp" for column in _columns(table, named))
    if not instants or not INSTANT.search(expression(check.expression)):
        return []
    what = "MySQL compares a constant with an instant in the time zone of the session"
    return [Loss(table.name, f"check {check.name}", what, "the constant in UTC: keep sessions at +00:00")]


def _as_truth(check: Check) -> Check:
    """A CHECK must be a comparison or the like; IS NOT FALSE is one, and lets NULL through as every CHECK does."""
    if shapes.is_truth(expression(check.expression)):
        return check
    return replace(check, expression=wrapped("(", check.expression, ") IS NOT FALSE", PRODUCT))


def _refusal(table: Table, check: Check, named: set[str], numbered: set[str]) -> tuple[str, str] | None:
    if named & numbered:
        column = min(named & numbered)
        return (
            f"MySQL refuses a CHECK on {column}, which it numbers itself (error 3818)",
            "triggers that check each row",
        )
    if VOLATILE.search(expression(check.expression)):
        return "MySQL refuses a CHECK whose result depends on the moment or the session (error 3814)", (
            "triggers that check each row when it is written"
        )
    cleared = {name for key in table.foreign_keys if key.on_delete is Action.SET_NULL for name in key.columns}
    if named & cleared:
        column = min(named & cleared)
        return f"MySQL refuses a CHECK on {column}, which ON DELETE SET NULL changes (error 3823)", (
            "triggers that check each row that is inserted or updated; they need not run for SET NULL itself"
        )
    return None


def _give_way(table: Table, check: Check, named: set[str]) -> tuple[Table, list[Loss]]:
    """ON UPDATE actions on checked columns become RESTRICT: keys hardly ever change, and the check stays exact."""
    losses: list[Loss] = []
    keys: list[ForeignKey] = []
    for key in table.foreign_keys:
        if key.on_update in MOVING and named & set(key.columns):
            what = f"MySQL refuses ON UPDATE {key.on_update.sql} on a column that check {check.name} uses (error 3823)"
            losses.append(
                _lost(table, key, what, "ON UPDATE RESTRICT: a referenced key cannot change while it is used")
            )
            key = replace(key, on_update=Action.RESTRICT)  # noqa: PLW2901
        keys.append(key)
    return replace(table, foreign_keys=tuple(keys)), losses


def fit_generated(table: Table) -> Lowered:
    """Generated columns whose sources MySQL accepts."""
    numbered = {column.name for column in table.columns if column.identity}
    moving = {
        name for key in table.foreign_keys if key.on_delete in MOVING or key.on_update in MOVING for name in key.columns
    }
    columns: list[Column] = []
    losses: list[Loss] = []
    for column in table.columns:
        sources = set(column.generated.expression.columns) if column.generated else set()
        if column.generated and sources & numbered:
            what = (
                f"MySQL cannot generate a column from {min(sources & numbered)}, which it numbers itself (error 3109)"
            )
            losses.append(Loss(table.name, f"column {column.name}", what, "a plain column that the application fills"))
            columns.append(replace(column, generated=None, nullable=True))
        elif column.generated and column.generated.stored and sources & moving:
            what = f"a STORED column cannot be made from {min(sources & moving)}, which a foreign key changes"
            losses.append(Loss(table.name, f"column {column.name}", what, "VIRTUAL: computed when read"))
            columns.append(replace(column, generated=replace(column.generated, stored=False)))
        else:
            columns.append(column)
    return Lowered(replace(table, columns=tuple(columns)), tuple(losses))
