"""Indexes on PostgreSQL.

In: indexes of one table. Out: indexes that the catalog gives back exactly, what was lost, and CREATE INDEX.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss
from datamodel_pipeline.engines.postgresql import types, words
from datamodel_pipeline.schema.expressions import ColumnRef, Formula, Literal
from datamodel_pipeline.schema.tables import Index, IndexPart, Table

METHODS = ("btree", "hash", "gist", "spgist", "gin", "brin")
COVERING = ("", "gist", "spgist")
DEFAULT_CLASSES = frozenset({"jsonb_ops", "array_ops", "text_ops", "varchar_ops", "int8_ops", "int4_ops", "uuid_ops"})
"""Operator classes that are their type's default: naming them changes nothing, and the catalog does not name them."""

TEXT_SEARCH = ("fulltext", "full_text")
TEXTS = frozenset({"string", "char", "text"})
NUMBERS = frozenset({"smallint", "integer", "bigint", "decimal", "float", "double"})
MOMENTS = frozenset({"date", "time", "timestamp", "datetime", "interval"})
HAVE_CLASS: dict[str, frozenset[str]] = {
    "gin": frozenset({"json", "array"}),
    "gist": frozenset(),
    "spgist": frozenset({"string", "text"}),
    "brin": TEXTS | NUMBERS | MOMENTS | {"uuid", "binary"},
    "fulltext": TEXTS,
}
"""The neutral types with a default operator class of a method (measured on 16 and 18); the other methods take all."""


def lower_index(table: Table, index: Index) -> tuple[Index, list[Loss]]:
    """The index as PostgreSQL holds it: known method, no order where the method has none, defaults unsaid."""
    losses: list[Loss] = []

    def lose(what: str, instead: str) -> None:
        losses.append(Loss(table.name, f"index {index.name}", what, instead))

    method = "fulltext" if index.method.lower() in TEXT_SEARCH else index.method.lower()
    if method == "spatial":
        lose("there is no SPATIAL index", "a GiST index")
        method = "gist"
    if lacking := _without_class(table, index, method):
        what = f"a {method} index cannot hold {', '.join(lacking)}, whose type has no operator class for it"
        rest = tuple(part for part in index.parts if part.column not in lacking)
        lose(what, "the index without it" if rest else "a B-tree")
        index, method = replace(index, parts=rest or index.parts), method if rest else ""
    if method in TEXT_SEARCH:
        lose("there is no FULLTEXT index", "a GIN index over to_tsvector('simple', …); queries use the same expression")
        return _text_search(index), losses
    if method not in ("", *METHODS):
        lose(f"there is no index method {index.method}", "a B-tree")
        method = ""
    if index.unique and method not in ("", "btree"):
        lose(f"a {method} index cannot be unique", "a B-tree")
        method = ""
    if method == "hash" and len(index.parts) > 1:
        lose("a hash index has one column", "a B-tree")
        method = ""
    method = "" if method == "btree" else method
    include = index.include
    if include and method not in COVERING:
        lose(f"a {method} index cannot hold payload columns", "the index without INCLUDE")
        include = ()
    if method and any(part.descending or part.nulls for part in index.parts):
        lose(f"a {method} index has no order", "the index without DESC and NULLS")
    where = words.settled(index.where) if index.where else None
    parts = tuple(_part(table, part, ordered=not method) for part in index.parts)
    return replace(index, parts=parts, where=where, include=include, method=method), losses


def _without_class(table: Table, index: Index, method: str) -> list[str]:
    """The columns that the method cannot index. Types that the author spelled are the author's matter."""
    known = HAVE_CLASS.get(method)
    lacking = []
    for part in index.parts if known is not None else ():
        column = table.column(part.column)
        name = types.canonical(column.type).name if column and not part.operator_class else ""
        if known is not None and name and name not in known:
            lacking.append(part.column)
    return lacking


def _part(table: Table, part: IndexPart, *, ordered: bool) -> IndexPart:
    usual = "first" if part.descending else "last"
    spelled = words.expression(part.expression) if part.expression else ""
    alone = next((column.name for column in table.columns if words.quote(column.name) == spelled), "")
    return replace(
        part,
        column=alone or part.column,
        expression=words.settled(part.expression) if part.expression and not alone else None,
        descending=part.descending and ordered,
        nulls=part.nulls if ordered and part.nulls != usual else "",
        operator_class="" if part.operator_class in DEFAULT_CLASSES else part.operator_class,
    )


def _text_search(index: Index) -> Index:
    words_of: list[str | ColumnRef | Literal] = ["to_tsvector('simple'::regconfig, "]
    for position, part in enumerate(index.parts):
        words_of.append(" || ' ' || coalesce(" if position else "coalesce(")
        words_of += [ColumnRef(part.column)] if part.column else [words.expression(part.expression or Formula(("''",)))]
        words_of.append("::text, '')")
    expression = Formula((*words_of, ")"))
    where = words.settled(index.where) if index.where else None
    return replace(
        index, parts=(IndexPart(expression=expression),), method="gin", unique=False, include=(), where=where
    )


def index_sql(table: Table, index: Index) -> str:
    """CREATE INDEX, its clauses on lines of their own."""
    unique = "UNIQUE " if index.unique else ""
    method = f"USING {index.method} " if index.method else ""
    keys = ", ".join(map(_part_sql, index.parts))
    lines = [f"CREATE {unique}INDEX {words.quote(index.name)}", f"    ON {words.quote(table.name)} {method}({keys})"]
    if index.include:
        lines.append(f"    INCLUDE ({words.quote_all(index.include)})")
    if index.where:
        lines.append(f"    WHERE {words.expression(index.where)}")
    return "\n".join(lines)


def _part_sql(part: IndexPart) -> str:
    key = words.operand(part.expression) if part.expression else words.quote(part.column)
    operator_class = f" {part.operator_class}" if part.operator_class else ""
    descending = " DESC" if part.descending else ""
    nulls = f" NULLS {part.nulls.upper()}" if part.nulls else ""
    return f"{key}{operator_class}{descending}{nulls}"
