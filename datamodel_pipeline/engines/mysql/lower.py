"""A neutral table fitted to MySQL.

In: a resolved table. Out: a table that MySQL holds exactly, so that it reads back equal, and what was lost on the way.
The order of the passes matters: columns before keys, keys before checks, all before indexes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from datamodel_pipeline.engines import _constants
from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import isolation, through, with_expressions
from datamodel_pipeline.engines.mysql import columns, indexes, keys, options
from datamodel_pipeline.engines.mysql.words import PRODUCT, TITLE
from datamodel_pipeline.schema.expressions import Expression, Formula, Written
from datamodel_pipeline.schema.tables import Table

COLUMN_COMMENT = 1024
TABLE_COMMENT = 2048
"""Characters that comments may have (manual, "CREATE TABLE")."""

BEYOND = re.compile("[\U00010000-\U0010ffff]")
"""What the catalog's utf8mb3 cannot hold; constants in defaults and checks are not concerned (measured on 9.7)."""


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


def _constant(kind: str, text: str) -> str:
    """The constant as MySQL compares it: an instant in UTC without a zone, a UUID as its 16 bytes."""
    if kind == "uuid":
        return f"UUID_TO_BIN('{text}', 1)"
    moment = _constants.instant(text) if kind == "timestamp" and len(text) > len("2026-01-31") else None
    return f"'{moment.isoformat(' ')}'" if moment else ""


def _own_words(table: Table) -> Lowered:
    """Expressions and options keep MySQL's spelling only."""

    def own(written: Expression) -> Expression:
        match written:
            case Written() if "uuid_to_bin" in written.spelling(PRODUCT).lower():
                return Written(written.spelling(PRODUCT), written.columns)
            case Written():
                plain = Written(written.spelling(PRODUCT), written.columns)
                return _constants.settled(table, plain, PRODUCT, _constant)
            case Formula():
                return written

    chosen = options.fitted(table.engine_options(PRODUCT))
    return Lowered(replace(with_expressions(table, own), options=((PRODUCT, chosen),) if chosen else ()))


def _primary_key(table: Table) -> Lowered:
    """MySQL calls every primary key PRIMARY, whatever a statement says."""
    if not table.primary_key:
        return Lowered(table)
    why = f"{table.primary_key.why} MySQL calls every primary key PRIMARY.".strip()
    return Lowered(replace(table, primary_key=replace(table.primary_key, name="PRIMARY", why=why)))


def _comments(table: Table) -> Lowered:
    losses: list[Loss] = []
    fitted = []
    for column in table.columns:
        comment, what = _comment(column.comment, COLUMN_COMMENT)
        losses += [Loss(table.name, f"comment of column {column.name}", *one) for one in what]
        fitted.append(column if comment == column.comment else replace(column, comment=comment))
    comment, what = _comment(table.comment, TABLE_COMMENT)
    losses += [Loss(table.name, "comment", *one) for one in what]
    return Lowered(replace(table, columns=tuple(fitted), comment=comment), tuple(losses))


def _comment(comment: str, limit: int) -> tuple[str, list[tuple[str, str]]]:
    """The comment that the catalog keeps, and what it does not keep."""
    losses = []
    if len(comment) > limit:
        losses.append((f"the comment has more than {limit} characters", "the first of them"))
    kept = BEYOND.sub("?", comment[:limit])
    if kept != comment[:limit]:
        losses.append(("MySQL's catalog keeps characters up to U+FFFF, so no emoji", "question marks in their place"))
    return kept, losses
