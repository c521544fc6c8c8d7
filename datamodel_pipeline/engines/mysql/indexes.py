"""Unique keys and indexes as MySQL can hold them.

In: a table whose columns and keys are fitted. Out: the table with B-tree indexes only; predicates of unique indexes
become generated columns, long values become prefixes or digests, and every foreign key has an index.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import fresh, wrapped
from datamodel_pipeline.engines.mysql import types
from datamodel_pipeline.engines.mysql.words import LIMIT, PRODUCT
from datamodel_pipeline.schema.expressions import ColumnRef, Expression, Formula, is_null
from datamodel_pipeline.schema.tables import Column, Generated, Index, IndexPart, Key, Table
from datamodel_pipeline.schema.types import Type

KEY = 3072
"""Bytes that an index entry may have (manual, "InnoDB Limits")."""

PREFIXES = (255, 64, 16)
"""Characters of a long text that an index keeps; the first length with which the index fits."""

NATIVE = ("", "btree", "fulltext", "spatial")
SCANNED = ("brin", "hash")
DIGEST = Type("binary", (32,))


def fit(table: Table) -> Lowered:
    """The table with its unique keys and indexes fitted."""
    losses: list[Loss] = []
    keys: list[Key] = []
    indexes: list[Index] = []
    for key in table.unique_keys:
        as_index = Index(name=key.name, parts=tuple(IndexPart(column=name) for name in key.columns), unique=True)
        table, fitted, lost = _unique(table, as_index, f"unique {key.name}")
        keys.append(replace(key, columns=fitted.columns))
        losses += lost
    for index in table.indexes:
        subject = f"index {index.name}"
        if plain := _method(table, index, subject, losses):
            plain = _ordered(table, plain, subject, losses)
            table, plain = _predicate(table, plain, subject, losses)
            table, fitted, lost = _unique(table, plain, subject) if plain.unique else _prefixed(table, plain, subject)
            losses += lost
            indexes.append(_included(table, index, fitted, losses))
    table = replace(table, unique_keys=tuple(keys), indexes=tuple(indexes))
    table = _as_keys(table)
    return Lowered(_supported(table), (*losses, *_collated(table)))


def _method(table: Table, index: Index, subject: str, losses: list[Loss]) -> Index | None:
    """The index as a B-tree, or None where a B-tree would serve nothing."""
    unusable = [part.column for part in index.parts if (one := table.column(part.column)) and one.type == Type("json")]
    if index.method in NATIVE and not unusable:
        return replace(index, method="" if index.method == "btree" else index.method)
    if index.method in SCANNED and not unusable:
        losses.append(Loss(table.name, subject, f"InnoDB has no {index.method} indexes", "a B-tree index"))
        return replace(index, method="")
    if unusable:
        what = f"MySQL cannot index the JSON column {unusable[0]} as a whole"
        advice = "no index; index a generated column of the value that is searched"
    else:
        what = f"MySQL has no {index.method} indexes"
        advice = "no index; see FULLTEXT and SPATIAL for text and places"
    losses.append(Loss(table.name, subject, what, advice))
    return None


def _ordered(table: Table, index: Index, subject: str, losses: list[Loss]) -> Index:
    """NULLs are the smallest values of MySQL; another place for them is lost. Operator classes have no meaning here."""
    if any(part.nulls == ("first" if part.descending else "last") for part in index.parts):
        losses.append(Loss(table.name, subject, "MySQL sorts NULL below every value", "an index in that order"))
    classes = sorted({part.operator_class for part in index.parts if part.operator_class})
    if classes:
        what = f"MySQL has no operator classes ({', '.join(classes)})"
        losses.append(Loss(table.name, subject, what, "the column's own order"))
    return replace(index, parts=tuple(replace(part, nulls="", operator_class="") for part in index.parts))


def _predicate(table: Table, index: Index, subject: str, losses: list[Loss]) -> tuple[Table, Index]:
    if index.where is None:
        return table, index
    if not index.unique:
        losses.append(Loss(table.name, subject, "MySQL has no partial indexes", "an index over all rows"))
        return table, replace(index, where=None)
    table, marker = _marked(table, index.where, index.name)
    return table, replace(index, where=None, parts=(*index.parts, IndexPart(column=marker)))


def _marked(table: Table, where: Expression, index: str) -> tuple[Table, str]:
    """A column that is 1 where the predicate holds and NULL elsewhere: NULLs never collide, so only those rows do."""
    expression = wrapped("CASE WHEN ", where, " THEN 1 END", PRODUCT)
    for column in table.columns:
        if column.generated == Generated(expression, stored=False):
            return table, column.name
    live = next((name for name in where.columns if where == is_null(name)), "")
    name = fresh(f"{live}_live" if live else f"{index}_when", (column.name for column in table.columns), LIMIT)
    why = "1 for the rows that must be unique, NULL for the others: MySQL has no partial unique indexes"
    column = Column(
        name=name, type=Type("boolean"), nullable=True, generated=Generated(expression, stored=False), why=why
    )
    return replace(table, columns=(*table.columns, column)), name


def _size(table: Table, part: IndexPart) -> int:
    column = table.column(part.column)
    return types.key_bytes(column.type, part.prefix) if column else types.key_bytes(Type("string", (64,)))


def _long(table: Table, part: IndexPart) -> bool:
    column = table.column(part.column)
    return column is not None and not part.prefix and (types.is_unlimited(column.type) or _size(table, part) > KEY // 3)


def _fits(table: Table, index: Index) -> bool:
    unlimited = any(
        (one := table.column(part.column)) and types.is_unlimited(one.type) and not part.prefix for part in index.parts
    )
    return index.method != "" or (not unlimited and sum(_size(table, part) for part in index.parts) <= KEY)


def _prefixed(table: Table, index: Index, subject: str) -> tuple[Table, Index, list[Loss]]:
    """A plain index holds only the beginning of long values; it still finds rows, only less exactly."""
    if _fits(table, index):
        return table, index, []
    for prefix in PREFIXES:
        parts = tuple(replace(part, prefix=prefix) if _long(table, part) else part for part in index.parts)
        cut = replace(index, parts=parts)
        if _fits(table, cut):
            break
    long = ", ".join(part.column for part in cut.parts if part.prefix)
    what = f"an index entry has at most {KEY} bytes"
    return table, cut, [Loss(table.name, subject, what, f"an index over the first {prefix} characters of {long}")]


def _unique(table: Table, index: Index, subject: str) -> tuple[Table, Index, list[Loss]]:
    """A unique index cannot hold beginnings only: long values are compared by their SHA-256 digest."""
    losses: list[Loss] = []
    while not _fits(table, index):
        long = max(
            (part for part in index.parts if _long(table, part)), key=lambda part: _size(table, part), default=None
        )
        if long is None:
            break
        table, digest = _digested(table, long.column)
        index = replace(index, parts=tuple(IndexPart(column=digest) if part is long else part for part in index.parts))
        what = f"an index entry has at most {KEY} bytes, too few for {long.column}"
        instead = f"{digest}, its SHA-256 digest, is unique; it tells upper from lower case"
        losses.append(Loss(table.name, subject, what, instead))
    return table, index, losses


def _digested(table: Table, source: str) -> tuple[Table, str]:
    made = Generated(Formula(("UNHEX(SHA2(", ColumnRef(source), ", 256))")), stored=False)
    for column in table.columns:
        if column.generated == made:
            return table, column.name
    name = fresh(f"{source}_sha256", (column.name for column in table.columns), LIMIT)
    why = f"stands for {source} in unique keys"
    column = Column(name=name, type=DIGEST, nullable=True, generated=made, why=why)
    return replace(table, columns=(*table.columns, column)), name


def _included(table: Table, wanted: Index, fitted: Index, losses: list[Loss]) -> Index:
    """Payload columns become the last key columns where that changes nothing else."""
    if not wanted.include:
        return fitted
    subject = f"index {wanted.name}"
    parts = (*fitted.parts, *(IndexPart(column=name) for name in wanted.include if name not in fitted.columns))
    wide = replace(fitted, include=(), parts=parts)
    if fitted.unique or not _fits(table, wide):
        losses.append(Loss(table.name, subject, "MySQL has no INCLUDE columns", "the index without them"))
        return replace(fitted, include=())
    losses.append(Loss(table.name, subject, "MySQL has no INCLUDE columns", "they are the last columns of the key"))
    return wide


def _as_keys(table: Table) -> Table:
    """A unique index over whole columns in ascending order is a unique key: MySQL makes no difference."""
    alike = [
        index
        for index in table.indexes
        if index.unique and all(part.column and part == IndexPart(column=part.column) for part in index.parts)
    ]
    keys = [Key(name=index.name, columns=index.columns, why=index.why) for index in alike]
    rest = tuple(index for index in table.indexes if index not in alike)
    return replace(table, unique_keys=(*table.unique_keys, *keys), indexes=rest)


def _supported(table: Table) -> Table:
    """MySQL makes an index for a foreign key, and wants one for a numbered column; both are said, not left to it."""
    for key in table.foreign_keys:
        if not _leads(table, key.columns):
            parts = tuple(IndexPart(column=name) for name in key.columns)
            why = f"MySQL keeps an index for foreign key {key.name}"
            table = replace(table, indexes=(*table.indexes, Index(name=key.name, parts=parts, why=why)))
    for column in table.columns:
        if column.identity and not _leads(table, (column.name,)):
            name = fresh(f"idx_{table.name}_on_{column.name}", (index.name for index in table.indexes), LIMIT)
            part = IndexPart(column=column.name)
            index = Index(name=name, parts=(part,), why="AUTO_INCREMENT needs an index that begins with it")
            table = replace(table, indexes=(*table.indexes, index))
    return table


def _leads(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether an index begins with these columns, ascending and whole."""
    heads = [key.columns for key in (table.primary_key, *table.unique_keys) if key]
    for index in table.indexes:
        whole = [part.column if not (part.prefix or part.descending) else "" for part in index.parts]
        heads.append(tuple(whole) if not index.method else ())
    return any(head[: len(columns)] == columns for head in heads)


def _collated(table: Table) -> list[Loss]:
    keys = [key.columns for key in table.unique_keys] + [index.columns for index in table.indexes if index.unique]
    names = dict.fromkeys(name for columns in keys for name in columns)
    loose = [name for name in names if (one := table.column(name)) and types.is_text(one.type) and not one.collation]
    if not loose:
        return []
    what = (
        "the collation utf8mb4_0900_ai_ci finds 'A', 'a' and 'á' equal, so unique values may not differ in these alone"
    )
    instead = "write `collation: {mysql: utf8mb4_0900_bin}` where the exact text counts"
    return [Loss(table.name, f"unique {', '.join(loose)}", what, instead)]
