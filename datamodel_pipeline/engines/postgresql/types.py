"""Column types on PostgreSQL.

In: neutral types, or the SQL of a type as an author or the catalog writes it. Out: one canonical neutral type for each
PostgreSQL type, and its short SQL name. Types without a neutral form keep their SQL as their only name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from datamodel_pipeline.engines.postgresql.words import PRODUCT
from datamodel_pipeline.schema.types import Type

SQL_NAMES = {
    "string": "varchar",
    "decimal": "numeric",
    "timestamp": "timestamptz",
    "datetime": "timestamp",
    "float": "real",
    "double": "double precision",
    "json": "jsonb",
    "binary": "bytea",
}
"""Neutral names that PostgreSQL calls otherwise; the rest have the same name."""

SAME = ("integer", "bigint", "smallint", "boolean", "text", "date", "time", "interval", "uuid")
NEUTRAL = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "real": "float",
    "float4": "float",
    "float": "double",
    "float8": "double",
    "double precision": "double",
    "timestamptz": "timestamp",
    "timestamp": "datetime",
    "jsonb": "json",
    "bytea": "binary",
    **{same: same for same in SAME},
}
"""PostgreSQL types without arguments → neutral names. `json` is not here: as a neutral type it means jsonb."""

SIZED = {"varchar": "string", "char": "char", "numeric": "decimal"}
SHORT = (
    (r"character varying", "varchar"),
    (r"character", "char"),
    (r"decimal|dec", "numeric"),
    (r"bit varying", "varbit"),
    (r"(timestamp|time)(\(\d+\))? with time zone", r"\1tz\2"),
    (r"(timestamp|time)(\(\d+\))? without time zone", r"\1\2"),
)
"""Long spellings of the standard → PostgreSQL's short ones, each at the start of the text."""

LONGEST_STRING = 10_485_760
"""Characters that varchar(n) may declare (PostgreSQL, `MaxAttrSize`)."""

WIDTHS = (16, 32, 64, 128, 255)
"""Lengths that an enum's varchar is rounded up to, so that one more value rarely changes the type."""


@lru_cache(4096)
def sql(type_: Type) -> str:
    """The SQL of a neutral or canonical type; the author's own spelling wins."""
    if spelled := type_.spelling(PRODUCT):
        return spelled
    canonical_type = canonical(type_)
    if canonical_type.element:
        return f"{sql(canonical_type.element)}[]"
    if spelled := canonical_type.spelling(PRODUCT):
        return spelled
    name = SQL_NAMES.get(canonical_type.name, canonical_type.name)
    sizes = ", ".join(map(str, canonical_type.arguments))
    return f"{name}({sizes})" if sizes else name


@lru_cache(4096)
def canonical(type_: Type) -> Type:
    """The one neutral type that stands for what PostgreSQL stores; equal to what `read` makes of the catalog."""
    if spelled := type_.spelling(PRODUCT):
        return read(spelled)
    match type_:
        case Type("enum", _, values):
            longest = max(map(len, values), default=1)
            return Type("string", (next((width for width in WIDTHS if width >= longest), longest),))
        case Type("money"):
            return Type("decimal", (19, 4))
        case Type("decimal", (precision,)):
            return Type("decimal", (precision, 0))
        case Type("string" | "char", (length,)) if length > LONGEST_STRING:
            return Type("text")
        case Type("array", element=Type() as element):
            inner = canonical(element)
            return inner if inner.element else Type("array", element=inner)  # int[][] and int[] are one type
        case Type("binary"):
            return Type("binary")
        case Type(""):
            return Type("text")
        case _:
            return Type(type_.name, type_.arguments)


def read(written: str) -> Type:
    """The canonical type for SQL such as `character varying(20)`, `VARCHAR(20)`, `int4[]` or `tsvector`."""
    text = _short(written)
    if text.endswith("]"):
        inner = read(text[: text.rindex("[")])
        return inner if inner.element else Type("array", element=inner)
    if text in NEUTRAL:
        return Type(NEUTRAL[text])
    if text == "char":
        return Type("char", (1,))
    match = re.fullmatch(r"(\w+)\((\d+)(?:,(\d+))?\)", text)
    if match and match[1] in SIZED:
        sizes = tuple(int(size) for size in match.groups()[1:] if size)
        return canonical(Type(SIZED[match[1]], sizes))
    return Type("", spelled=((PRODUCT, text),))


def _short(written: str) -> str:
    """Lower case outside double quotes, single blanks, none around brackets, short names."""
    pieces = re.split(r'("(?:[^"]|"")*")', written.strip())
    text = "".join(piece if piece.startswith('"') else re.sub(r"\s+", " ", piece.lower()) for piece in pieces)
    text = re.sub(r" ?([(),\[\]]) ?", r"\1", text)
    text = re.sub(r"\)(?=\w)", ") ", text)
    for long, short in SHORT:
        text = re.sub(rf"^(?:{long})(?![\w\"])", short, text)
    return text
