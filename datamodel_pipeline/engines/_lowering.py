"""What MySQL and SQLite need alike when a neutral table is fitted to an engine.

In: tables, expressions and names. Out: new tables with what was lost. It refuses to know any engine's SQL: whatever is
spelled differently is given by the caller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.schema.expressions import Expression, Formula, Written
from datamodel_pipeline.schema.tables import Action, Check, ForeignKey, Index, IndexPart, Table

Pass = Callable[[Table], Lowered]
"""One step of the fitting."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A check that stands in for what a type alone does not enforce; its name is made from column and kind."""

    column: str
    kind: str
    expression: Expression
    why: str


def through(table: Table, passes: Iterable[Pass]) -> Lowered:
    """The table after all passes, with the losses of all."""
    losses: tuple[Loss, ...] = ()
    for one in passes:
        step = one(table)
        table, losses = step.table, losses + step.losses
    return Lowered(table, losses)


def shorten(name: str, limit: int) -> str:
    """The name cut to `limit` characters, its end replaced by a digest of the whole, so that it stays unique."""
    if len(name) <= limit:
        return name
    digest = hashlib.blake2b(name.encode(), digest_size=4).hexdigest()
    return f"{name[: limit - 9].rstrip('_')}_{digest}"


def fresh(wanted: str, taken: Iterable[str], limit: int) -> str:
    """The wanted name, shortened, with a number where it is taken already (names are compared without case)."""
    known = {name.lower() for name in taken}
    name, number = shorten(wanted, limit), 2
    while name.lower() in known:
        name, number = shorten(f"{wanted}_{number}", limit), number + 1
    return name


def wrapped(before: str, expression: Expression, after: str, product: str) -> Expression:
    """The expression between two texts, keeping the columns that it names."""
    match expression:
        case Formula(parts):
            return Formula((before, *parts, after))
        case Written():
            return Written(f"{before}{expression.spelling(product)}{after}", expression.columns)


def with_expressions(table: Table, own: Callable[[Expression], Expression]) -> Table:
    """The table with every expression of its checks, generated columns and indexes put through `own`."""
    checks = tuple(replace(check, expression=own(check.expression)) for check in table.checks)
    columns = tuple(
        replace(one, generated=replace(one.generated, expression=own(one.generated.expression)))
        if one.generated
        else one
        for one in table.columns
    )
    indexes = tuple(
        replace(
            index,
            where=own(index.where) if index.where else None,
            parts=tuple(
                replace(part, expression=own(part.expression)) if part.expression else part for part in index.parts
            ),
        )
        for index in table.indexes
    )
    return replace(table, checks=checks, columns=columns, indexes=indexes)


def with_checks(table: Table, wanted: Iterable[Wanted], limit: int) -> Table:
    """The table with these checks added, except those whose condition it has already."""
    checks = list(table.checks)
    for one in wanted:
        if any(check.expression == one.expression for check in checks):
            continue
        name = fresh(f"check_{table.name}_{one.column}_{one.kind}", (check.name for check in checks), limit)
        checks.append(Check(name=name, expression=one.expression, kind=one.kind, why=one.why))
    return table if len(checks) == len(table.checks) else replace(table, checks=tuple(checks))


def has_enum_check(table: Table, column: str) -> bool:
    """Whether a check of kind enum speaks of this column alone."""
    return any(check.kind == "enum" and set(check.expression.columns) == {column} for check in table.checks)


def isolation(table: Table, title: str) -> Lowered:
    """Says that tenants are not kept apart by the engine itself."""
    if not table.tenant_column:
        return Lowered(table)
    loss = Loss(
        table.name,
        "row-level security",
        f"{title} has no row-level security, so nothing stops a query that forgets its tenant",
        f"the application filters every query by {table.tenant_column}; foreign keys that carry {table.tenant_column} "
        "still refuse references across tenants",
        general=True,
    )
    return Lowered(table, (loss,))


def supported(table: Table, keys: Iterable[ForeignKey], limit: int) -> Table:
    """An index for each of these foreign keys that nothing leads with: the fitting made them, so none is there yet."""
    for key in keys:
        if not _leads(table, key.columns):
            name = fresh(f"idx_{table.name}_on_{'_'.join(key.columns)}", (one.name for one in table.indexes), limit)
            why = f"Deleting a row of {key.ref_table} finds its rows here with this."
            index = Index(name=name, parts=tuple(IndexPart(column=one) for one in key.columns), why=why)
            table = replace(table, indexes=(*table.indexes, index))
    return table


def _leads(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether a key or an ordered index over all rows begins with these columns."""
    whole = [index for index in table.indexes if index.where is None and index.method in ("", "btree")]
    heads = [key.columns for key in (table.primary_key, *table.unique_keys) if key]
    heads += [tuple(part.column for part in index.parts) for index in whole]
    return any(head[: len(columns)] == columns for head in heads)


def split_cleared(table: Table, limit: int) -> Lowered:
    """ON DELETE SET NULL of some columns of a key becomes two keys: one clears, the other keeps the columns together.

    The clearing key has only the cleared columns; the second has all and NO ACTION, which finds nothing to refuse once
    the first has cleared the row (measured on SQLite 3.40 and 3.54 and MySQL 9.7, with and without native keys).
    """
    keys: list[ForeignKey] = []
    losses: list[Loss] = []
    names = {key.name for key in table.foreign_keys}
    for key in table.foreign_keys:
        if not key.cleared or set(key.cleared) == set(key.columns) or key.on_delete is not Action.SET_NULL:
            keys.append(replace(key, cleared=()) if key.cleared else key)
            continue
        pairs = [pair for pair in zip(key.columns, key.ref_columns, strict=True) if pair[0] in key.cleared]
        clearing = replace(
            key, columns=tuple(own for own, _ in pairs), ref_columns=tuple(ref for _, ref in pairs), cleared=()
        )
        rest = fresh(f"{key.name}_whole", names, limit)
        names.add(rest)
        keys += [clearing, _whole(key, rest)]
        if key.on_update is Action.CASCADE:
            losses.append(_kept(table, key))
    return Lowered(replace(table, foreign_keys=tuple(keys)), tuple(losses))


def companion(table: Table, key: ForeignKey) -> ForeignKey | None:
    """The second key that `split_cleared` made beside this one, or None. The two are added to a table together."""
    if key.on_delete is not Action.SET_NULL:
        return None
    own = set(zip(key.columns, key.ref_columns, strict=True))
    for other in table.foreign_keys:
        pairs = set(zip(other.columns, other.ref_columns, strict=True))
        resting = other.on_delete is Action.NO_ACTION and other.on_update is Action.NO_ACTION
        if resting and other.ref_table == key.ref_table and own < pairs:
            return other
    return None


def _whole(key: ForeignKey, name: str) -> ForeignKey:
    others = ", ".join(column for column in key.columns if column not in key.cleared)
    return replace(
        key,
        name=name,
        on_delete=Action.NO_ACTION,
        on_update=Action.NO_ACTION,
        cleared=(),
        why=f"keeps {others} of both rows equal, while {key.name} clears only {', '.join(key.cleared)}",
    )


def _kept(table: Table, key: ForeignKey) -> Loss:
    others = ", ".join(column for column in key.columns if column not in key.cleared)
    return Loss(
        table.name,
        f"foreign key {key.name}",
        f"SET NULL cannot clear only {', '.join(key.cleared)} of a key, so the key is written as two",
        f"as declared, but a change of {others} in a referenced row of {key.ref_table} is refused, not cascaded",
    )
