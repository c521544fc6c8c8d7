"""Unique keys and indexes as MySQL can hold them.

In: a table whose columns and keys are fitted. Out: the table with B-tree indexes only; predicates of unique indexes
become generated columns, long values become prefixes or digests, and every foreign key has an index.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import fresh, wrapped
from datamodel_pipeline.engines.mysql import functional, lengths, types
from datamodel_pipeline.engines.mysql.words import LIMIT, PRODUCT
from datamodel_pipeline.schema.expressions import Expression, is_null
from datamodel_pipeline.schema.tables import Column, Generated, Index, IndexPart, Key, Table
from datamodel_pipeline.schema.types import Type

NATIVE = ("", "btree", "fulltext", "spatial")
SCANNED = ("brin", "hash")
PLACES = ("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
          "geometrycollection", "geomcollection")  # fmt: skip


def fit(table: Table) -> Lowered:
    """The table with its unique keys and indexes fitted."""
    losses: list[Loss] = []
    keys: list[Key] = []
    indexes: list[Index] = []
    for key in table.unique_keys:
        as_index = Index(name=key.name, parts=tuple(IndexPart(column=name) for name in key.columns), unique=True)
        table, fitted, lost = lengths.digested(table, as_index, f"unique {key.name}")
        keys.append(replace(key, columns=fitted.columns))
        losses += lost
    for index in table.indexes:
        subject = f"index {index.name}"
        usable = _method(table, index, subject, losses)
        if usable and (plain := functional.fitted(table, usable, subject, losses)):
            plain = _ordered(table, plain, subject, losses)
            table, plain = _predicate(table, plain, subject, losses)
            table, fitted, lost = (
                lengths.digested(table, plain, subject) if plain.unique else lengths.prefixed(table, plain, subject)
            )
            losses += lost
            indexes.append(_included(table, index, fitted, losses))
    table = replace(table, unique_keys=tuple(keys), indexes=tuple(indexes))
    table = _as_keys(table)
    return Lowered(_supported(table), tuple(losses))


def _method(table: Table, index: Index, subject: str, losses: list[Loss]) -> Index | None:
    """The index as a B-tree, or None where a B-tree would serve nothing."""
    unusable = [part.column for part in index.parts if (one := table.column(part.column)) and one.type == Type("json")]
    if not unusable and (wrong := _wrong_type(table, index)):
        losses.append(Loss(table.name, subject, wrong, "no index"))
        return None
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


def _wrong_type(table: Table, index: Index) -> str:
    """Why the columns do not suit a FULLTEXT or SPATIAL index, or ""."""
    columns = [table.column(part.column) for part in index.parts]
    if index.method == "fulltext":
        texts = [one for one in columns if one and types.is_text(one.type)]
        if len(texts) < len(columns):
            return "a FULLTEXT index holds columns of text only (error 1283)"
        if len({dict(one.collation).get(PRODUCT, "") for one in texts}) > 1:
            return "the columns of a FULLTEXT index have one collation (error 1283)"
    if index.method == "spatial":
        spelled = [(one.type.spelling(PRODUCT) or "").split(" ")[0] if one else "" for one in columns]
        if len(columns) != 1 or spelled[0] not in PLACES:
            return "a SPATIAL index holds one column of a geometrical type (error 1687)"
        if columns[0] and columns[0].nullable:
            return "a SPATIAL index holds a column that is NOT NULL (error 1252)"
    return ""


def _ordered(table: Table, index: Index, subject: str, losses: list[Loss]) -> Index:
    """NULLs are the smallest values of MySQL; another place for them is lost. Operator classes have no meaning here."""
    if any(part.nulls == ("first" if part.descending else "last") for part in index.parts):
        losses.append(Loss(table.name, subject, "MySQL sorts NULL below every value", "an index in that order"))
    classes = sorted({part.operator_class for part in index.parts if part.operator_class})
    if classes:
        what = f"MySQL has no operator classes ({', '.join(classes)})"
        losses.append(Loss(table.name, subject, what, "the column's own order"))
    ordered = index.method == ""
    if not ordered and (index.unique or any(part.descending for part in index.parts)):
        losses.append(
            Loss(
                table.name,
                subject,
                f"a {index.method.upper()} index has no order and is not unique",
                "the index without either",
            )
        )
    return replace(
        index,
        unique=index.unique and ordered,
        parts=tuple(
            replace(part, nulls="", operator_class="", descending=part.descending and ordered) for part in index.parts
        ),
    )


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


def _included(table: Table, wanted: Index, fitted: Index, losses: list[Loss]) -> Index:
    """Payload columns become the last key columns where that changes nothing else."""
    if not wanted.include:
        return fitted
    subject = f"index {wanted.name}"
    parts = (*fitted.parts, *(IndexPart(column=name) for name in wanted.include if name not in fitted.columns))
    wide = replace(fitted, include=(), parts=parts)
    if fitted.unique or not lengths.fits(table, wide):
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
    for key in sorted(table.foreign_keys, key=lambda key: -len(key.columns)):  # a long one serves short ones too
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
