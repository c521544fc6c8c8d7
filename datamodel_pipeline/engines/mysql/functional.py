"""Functional key parts that MySQL refuses as they stand, because their result may be long text or JSON.

In: an index over columns of canonical types. Out: the index with such parts cut or digested, or None where nothing can
be indexed; and what is lost. It refuses to know plain columns.
"""

from __future__ import annotations

import re
from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss
from datamodel_pipeline.engines._lowering import wrapped
from datamodel_pipeline.engines.mysql import shapes, types
from datamodel_pipeline.engines.mysql.words import PRODUCT, expression
from datamodel_pipeline.schema.expressions import Expression
from datamodel_pipeline.schema.tables import Index, IndexPart, Table

LENGTH = 255
"""Characters of a long result that an index keeps."""

LONGEST = 512
"""Characters that a functional key part may have by the length of its columns: more and it is text (error 3757)."""

AS_TEXT = re.compile(
    r"(?:lower|upper|lcase|ucase|trim|ltrim|rtrim|replace|regexp_replace|concat|concat_ws|coalesce|ifnull|nullif"
    r"|greatest|least|reverse|lpad|rpad|json_unquote|json_extract|if)\s*\(",
    re.IGNORECASE,
)
"""Functions whose result is as long as their arguments; others return numbers, or text of a length that they say."""

REFUSED = re.compile(r"\b(?:md5|sha1?)\s*\(", re.IGNORECASE)
"""What a functional key part may not call (error 3758, measured on 9.7)."""


def fitted(table: Table, index: Index, subject: str, losses: list[Loss]) -> Index | None:
    """The index whose functional parts MySQL takes."""
    parts: list[IndexPart] = []
    for part in index.parts:
        sql = expression(part.expression) if part.expression else ""
        if refused := REFUSED.search(sql):
            what = f"MySQL does not take {refused.group().rstrip('( ').upper()} in an index (error 3758)"
            losses.append(Loss(table.name, subject, what, "no index; index a generated column of that value"))
            return None
        if part.expression and _is_long(table, part.expression, sql):
            what = "MySQL cannot index an expression whose result may be long text (error 3757)"
            made = _digest(part.expression) if index.unique else _beginning(part.expression)
            part = replace(part, expression=made)  # noqa: PLW2901
            losses.append(
                Loss(table.name, subject, what, f"an index over {expression(made)}; queries must say the same")
            )
        parts.append(part)
    return replace(index, parts=tuple(parts))


def _beginning(long: Expression) -> Expression:
    return wrapped("CAST(", long, f" AS CHAR({LENGTH}))", PRODUCT)


def _digest(long: Expression) -> Expression:
    """A unique index cannot hold beginnings only."""
    return wrapped("SHA2(", long, ", 256)", PRODUCT)


def _is_long(table: Table, written: Expression, sql: str) -> bool:
    lengths = {name: _length(table, name) for name in written.columns}
    columns = [name for name, length in lengths.items() if length > LONGEST]
    bare = shapes.unwrapped(sql)
    if AS_TEXT.match(bare) and shapes.closes_at_end(bare):
        return bool(columns) or ("concat" in bare.lower() and sum(lengths.values()) > LONGEST)
    if not columns:
        return False
    if re.match(r"case\b", bare, re.IGNORECASE):
        names = "|".join(map(re.escape, columns))
        return bool(re.search(rf"\b(?:then|else)\s+(?:\w+\s*\(\s*)*`?(?:{names})\b", bare, re.IGNORECASE))
    return bare.strip("`") in columns


def _length(table: Table, name: str) -> int:
    """Characters that the column's text may have; 0 for what is no text."""
    column = table.column(name)
    if column is None:
        return 0
    if types.is_unlimited(column.type):
        return LONGEST + 1
    return column.type.arguments[0] if column.type.name in ("string", "char", "binary") and column.type.arguments else 0
