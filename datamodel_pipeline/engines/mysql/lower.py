"""A neutral table fitted to MySQL.

In: a resolved table. Out: a table that MySQL holds exactly, so that it reads back equal, and what was lost on the way.
The order of the passes matters: columns before keys, keys before checks, all before indexes.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import isolation, through
from datamodel_pipeline.engines.mysql import columns, indexes, keys
from datamodel_pipeline.engines.mysql.words import PRODUCT, TITLE
from datamodel_pipeline.schema.expressions import Expression, Formula, Written
from datamodel_pipeline.schema.tables import Table

COLUMN_COMMENT = 1024
TABLE_COMMENT = 2048
"""Characters that comments may have (manual, "CREATE TABLE")."""


def lower(table: Table, version: tuple[int, ...]) -> Lowered:
    """The table as this version of MySQL can hold it."""
    return through(
        table,
        (
            _own_words,
            _primary_key,
            lambda one: columns.fit(one, version),
            keys.fit_foreign_keys,
            keys.fit_checks,
            keys.fit_generated,
            indexes.fit,
            _comments,
            lambda one: isolation(one, TITLE),
        ),
    )


def _settled(written: Expression) -> Expression:
    match written:
        case Written():
            return Written(written.spelling(PRODUCT), written.columns)
        case Formula():
            return written


def _own_words(table: Table) -> Lowered:
    """Expressions and options keep MySQL's spelling only."""
    checks = tuple(replace(check, expression=_settled(check.expression)) for check in table.checks)
    generated = tuple(
        replace(one, generated=replace(one.generated, expression=_settled(one.generated.expression)))
        if one.generated
        else one
        for one in table.columns
    )
    parts = tuple(
        replace(
            index,
            where=_settled(index.where) if index.where else None,
            parts=tuple(
                replace(part, expression=_settled(part.expression) if part.expression else None) for part in index.parts
            ),
        )
        for index in table.indexes
    )
    options = tuple(pair for pair in table.options if pair[0] == PRODUCT)
    return Lowered(replace(table, checks=checks, columns=generated, indexes=parts, options=options))


def _primary_key(table: Table) -> Lowered:
    """MySQL calls every primary key PRIMARY, whatever a statement says."""
    if not table.primary_key:
        return Lowered(table)
    why = f"{table.primary_key.why} MySQL calls every primary key PRIMARY.".strip()
    return Lowered(replace(table, primary_key=replace(table.primary_key, name="PRIMARY", why=why)))


def _comments(table: Table) -> Lowered:
    cut = [one.name for one in table.columns if len(one.comment) > COLUMN_COMMENT]
    losses = [
        Loss(table.name, f"column {name}", f"a comment has at most {COLUMN_COMMENT} characters", "the first of them")
        for name in cut
    ]
    if len(table.comment) > TABLE_COMMENT:
        what = f"a table's comment has at most {TABLE_COMMENT} characters"
        losses.append(Loss(table.name, "comment", what, "the first of them"))
    fitted = tuple(replace(one, comment=one.comment[:COLUMN_COMMENT]) for one in table.columns)
    return Lowered(replace(table, columns=fitted, comment=table.comment[:TABLE_COMMENT]), tuple(losses))
