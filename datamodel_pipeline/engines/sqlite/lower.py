"""A neutral table fitted to SQLite.

In: a resolved table. Out: a table that SQLite holds exactly, so that it reads back equal, and what was lost on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from datamodel_pipeline.engines import _constants
from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import isolation, split_cleared, supported, through, with_expressions
from datamodel_pipeline.engines.sqlite import columns, types
from datamodel_pipeline.engines.sqlite.words import LIMIT, PRODUCT, TITLE, expression, settled
from datamodel_pipeline.schema.expressions import Expression
from datamodel_pipeline.schema.tables import Index, IndexPart, Origin, Table
from datamodel_pipeline.schema.types import Type

TRIGGER = "trigger"
"""The kind of a check that triggers make."""

MOMENT = re.compile(
    r"(?i)\b(?:date|time|datetime|julianday|strftime|unixepoch|timediff)\s*\((?:[^()]*'(?:now|localtime|utc)'|\s*\))"
    r"|\bcurrent_(?:date|time|timestamp)\b|\brandom(?:blob)?\s*\("
)
"""What SQLite refuses in a CHECK because its result changes ("non-deterministic use of …", at each insert)."""

QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
CASED = re.compile(r"\b(?:upper|lower)\s*\(", re.IGNORECASE)
LIKE = re.compile(r"\bLIKE\b", re.IGNORECASE)

WITHOUT_ROWID = ("without_rowid", "true")
STRICT = ("strict", "true")
SCANNED = ("brin", "hash")


def lower(table: Table) -> Lowered:
    """The table as SQLite can hold it."""
    return through(
        table,
        (
            _own_words,
            columns.fit,
            lambda one: split_cleared(one, LIMIT),
            _checks,
            _indexes,
            lambda one: Lowered(supported(one, one.foreign_keys, LIMIT)),
            _storage,
            lambda one: isolation(one, TITLE),
        ),
    )


def _own_words(table: Table) -> Lowered:
    """Expressions in SQLite's spelling, their constants in the form in which columns keep such values."""

    def own(written: Expression) -> Expression:
        return settled(_constants.settled(table, written, PRODUCT, _constant))

    options = tuple(pair for pair in table.options if pair[0] == PRODUCT)
    return Lowered(replace(with_expressions(table, own), options=options))


def _constant(kind: str, text: str) -> str:
    """The constant as `columns.FORMATS` keeps values of this kind."""
    if kind == "uuid":
        return f"'{text.lower()}'"
    if kind == "time":
        return f"'{found.isoformat('milliseconds')}'" if (found := _constants.clock(text)) else ""
    moment = _constants.instant(text)
    return f"'{moment.isoformat('T', 'milliseconds')}{'Z' if kind == 'timestamp' else ''}'" if moment else ""


def _checks(table: Table) -> Lowered:
    """Checks that depend on the present become triggers."""
    late = [
        check.name
        for check in table.checks
        if MOMENT.search(expression(check.expression)) and "'+0 days'" not in expression(check.expression)
    ]
    checks = tuple(replace(check, kind=TRIGGER) if check.name in late else check for check in table.checks)
    what = "SQLite refuses a CHECK whose result depends on the moment"
    losses = tuple(
        Loss(table.name, f"check {name}", what, "triggers that check each row when it is written") for name in late
    )
    return Lowered(replace(table, checks=checks), (*losses, *_loose(table)))


def _loose(table: Table) -> Iterable[Loss]:
    for check in table.checks:
        words = QUOTED.sub("''", expression(check.expression))
        if LIKE.search(words):
            what = "SQLite's LIKE takes ASCII letters of either case for equal"
            yield Loss(table.name, f"check {check.name}", what, "a looser check; GLOB is exact: write it for `sqlite:`")
    for subject, written in _authors_sql(table):
        if CASED.search(QUOTED.sub("''", expression(written))):
            what = "SQLite's upper and lower change the letters A to Z only, so Ä and ä stay apart"
            yield Loss(table.name, subject, what, "the expression as it is, exact for ASCII")


def _authors_sql(table: Table) -> Iterable[tuple[str, Expression]]:
    """Every expression whose meaning depends on what a function does, and what it belongs to."""
    yield from ((f"check {check.name}", check.expression) for check in table.checks)
    yield from ((f"column {one.name}", one.generated.expression) for one in table.columns if one.generated)
    for index in table.indexes:
        yield from ((f"index {index.name}", part.expression) for part in index.parts if part.expression)


def _indexes(table: Table) -> Lowered:
    losses: list[Loss] = []
    kept = [fitted for index in table.indexes if (fitted := _index(table, index, losses))]
    return Lowered(replace(table, indexes=tuple(kept)), tuple(losses))


def _index(table: Table, index: Index, losses: list[Loss]) -> Index | None:
    subject = f"index {index.name}"
    if index.method not in ("", "btree", *SCANNED):
        losses.append(Loss(table.name, subject, f"SQLite has no {index.method} indexes", "no index; see FTS5 for text"))
        return None
    if index.method in SCANNED:
        losses.append(Loss(table.name, subject, f"SQLite has no {index.method} indexes", "a B-tree index"))
    if index.include:
        instead = "the index without them" if index.unique else "they are the last columns of the key"
        losses.append(Loss(table.name, subject, "SQLite has no INCLUDE columns", instead))
    if any(part.nulls == ("first" if part.descending else "last") for part in index.parts):
        losses.append(Loss(table.name, subject, "SQLite sorts NULL below every value", "an index in that order"))
    classes = sorted({part.operator_class for part in index.parts if part.operator_class})
    if classes:
        what = f"SQLite has no operator classes ({', '.join(classes)})"
        losses.append(Loss(table.name, subject, what, "the column's own order"))
    return _plain(index)


def _plain(index: Index) -> Index:
    parts = [
        replace(part, nulls="", operator_class="", expression=settled(part.expression) if part.expression else None)
        for part in index.parts
    ]
    if not index.unique:
        parts += [IndexPart(column=name) for name in index.include if name not in index.columns]
    where = settled(index.where) if index.where else None
    return replace(index, parts=tuple(parts), include=(), method="", where=where)


def _storage(table: Table) -> Lowered:
    """STRICT unless a type forbids it; a junction is kept as its primary key alone."""
    written = dict(table.engine_options(PRODUCT))
    losses: list[Loss] = []
    loose = [column.name for column in table.columns if not types.is_strict(column.type)]
    if loose and "strict" not in written:
        what = f"a STRICT table has no type {types.sql(_type(table, loose[0]))}"
        losses.append(Loss(table.name, f"column {loose[0]}", what, "a table that is not STRICT"))
    options = [STRICT] if not loose and written.get("strict", "true").lower() == "true" else []
    if written.get("without_rowid", "true" if _is_pure_junction(table) else "false").lower() == "true":
        options.append(WITHOUT_ROWID)
    return Lowered(replace(table, options=((PRODUCT, tuple(options)),) if options else ()), tuple(losses))


def _type(table: Table, name: str) -> Type:
    return next(column.type for column in table.columns if column.name == name)


def _is_pure_junction(table: Table) -> bool:
    key = table.primary_key.columns if table.primary_key else ()
    return table.origin is Origin.JUNCTION and len(key) > 1 and not any(column.identity for column in table.columns)
