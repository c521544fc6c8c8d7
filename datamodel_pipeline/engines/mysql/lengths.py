"""Index entries that are too long for InnoDB.

In: an index over columns of canonical types. Out: the index over prefixes, or, where it must be unique, over digests in
columns of their own; and what is lost. It refuses to know why the index is there.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss
from datamodel_pipeline.engines._lowering import fresh
from datamodel_pipeline.engines.mysql import types
from datamodel_pipeline.engines.mysql.words import LIMIT
from datamodel_pipeline.schema.expressions import ColumnRef, Formula
from datamodel_pipeline.schema.tables import Column, Generated, Index, IndexPart, Table
from datamodel_pipeline.schema.types import Type

KEY = 3072
"""Bytes that an index entry may have (manual, "InnoDB Limits")."""

PREFIXES = (255, 64, 16)
"""Characters of a long text that an index keeps; the first length with which the index fits."""

DIGEST = Type("binary", (32,))


def _size(table: Table, part: IndexPart) -> int:
    column = table.column(part.column)
    return types.key_bytes(column.type, part.prefix) if column else types.key_bytes(Type("string", (64,)))


def _long(table: Table, part: IndexPart) -> bool:
    column = table.column(part.column)
    return column is not None and not part.prefix and (types.is_unlimited(column.type) or _size(table, part) > KEY // 3)


def _weight(table: Table, part: IndexPart) -> int:
    """How much is won by a digest in its place; an unlimited column cannot stay at all."""
    column = table.column(part.column)
    return KEY + 1 if column and types.is_unlimited(column.type) else _size(table, part)


def fits(table: Table, index: Index) -> bool:
    """Whether an entry of the index is short enough, and no unlimited column stands in it whole."""
    unlimited = any(
        (one := table.column(part.column)) and types.is_unlimited(one.type) and not part.prefix for part in index.parts
    )
    return index.method != "" or (not unlimited and sum(_size(table, part) for part in index.parts) <= KEY)


def prefixed(table: Table, index: Index, subject: str) -> tuple[Table, Index, list[Loss]]:
    """A plain index holds only the beginning of long values; it still finds rows, only less exactly."""
    if fits(table, index):
        return table, index, []
    for prefix in PREFIXES:
        parts = tuple(replace(part, prefix=prefix) if _long(table, part) else part for part in index.parts)
        cut = replace(index, parts=parts)
        if fits(table, cut):
            break
    long = ", ".join(part.column for part in cut.parts if part.prefix)
    what = f"an index entry has at most {KEY} bytes"
    return table, cut, [Loss(table.name, subject, what, f"an index over the first {prefix} characters of {long}")]


def digested(table: Table, index: Index, subject: str) -> tuple[Table, Index, list[Loss]]:
    """A unique index cannot hold beginnings only: long values are compared by their SHA-256 digest."""
    losses: list[Loss] = []
    while not fits(table, index):
        candidates = [part for part in index.parts if _long(table, part)]
        if not candidates:
            break
        long = max(candidates, key=lambda part: _weight(table, part))
        table, digest = _digest_of(table, long.column)
        index = replace(index, parts=tuple(IndexPart(column=digest) if part is long else part for part in index.parts))
        what = f"an index entry has at most {KEY} bytes, too few for {long.column}"
        instead = f"{digest}, its SHA-256 digest, is unique"
        losses.append(Loss(table.name, subject, what, instead))
    return table, index, losses


def _digest_of(table: Table, source: str) -> tuple[Table, str]:
    made = Generated(Formula(("UNHEX(SHA2(", ColumnRef(source), ", 256))")), stored=False)
    for column in table.columns:
        if column.generated == made:
            return table, column.name
    name = fresh(f"{source}_sha256", (column.name for column in table.columns), LIMIT)
    why = f"stands for {source} in unique keys"
    column = Column(name=name, type=DIGEST, nullable=True, generated=made, why=why)
    return replace(table, columns=(*table.columns, column)), name
