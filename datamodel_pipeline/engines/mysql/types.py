"""Column types on MySQL.

In: neutral types, or the SQL of a type as an author or the catalog writes it. Out: one canonical neutral type for each
MySQL type, its SQL, and how many bytes it takes in a row and in an index.
"""

from __future__ import annotations

import re
from functools import lru_cache

from datamodel_pipeline.engines.mysql.words import PRODUCT
from datamodel_pipeline.schema.types import Type

CHARACTER = 4
"""Bytes that one character of utf8mb4 may take."""

LONGEST_VARCHAR = 16_383
"""Characters: 65,535 bytes of a row divided by four (manual, "Limits on Table Column Count and Row Size")."""

LONGEST_CHAR = 255
LONGEST_VARBINARY = 65_533
WIDTHS = (16, 32, 64, 128, 255)
"""Lengths that an enum's VARCHAR is rounded up to, so that one more value rarely changes the type."""

DURATION = 64
"""Characters kept for a duration in ISO 8601."""

PLAIN = {
    "text": "LONGTEXT",
    "smallint": "SMALLINT",
    "integer": "INT",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIME(6)",
    "timestamp": "TIMESTAMP(6)",
    "datetime": "DATETIME(6)",
    "uuid": "BINARY(16)",
    "json": "JSON",
}
"""Neutral types without arguments. TEXT would end at 64 kB; six digits keep what other engines keep."""

SIZED = {"string": "VARCHAR", "char": "CHAR", "decimal": "DECIMAL", "binary": "VARBINARY"}
READ_SIZED = {"varchar": "string", "char": "char", "decimal": "decimal", "varbinary": "binary"}
READ_PLAIN = {sql.lower(): name for name, sql in PLAIN.items()} | {"tinyint(1)": "boolean", "longblob": "binary"}
ALIASES = (
    (r"bool(ean)?\b", "tinyint(1)"),
    (r"integer\b", "int"),
    (r"(dec|numeric|fixed)\b", "decimal"),
    (r"(nvarchar|character varying)\b", "varchar"),
    (r"(character|nchar)\b", "char"),
    (r"(double precision|real)\b", "double"),
    (r"decimal$", "decimal(10,0)"),
    (r"decimal\((\d+)\)", r"decimal(\1,0)"),
    (r"(char|binary)$", r"\1(1)"),
    (r"(tinyint|smallint|mediumint|int|bigint)\((?!1\)$)\d+\)", r"\1"),
)
"""Other spellings of a type → the catalog's, each at the start of the text."""

BYTES = {"smallint": 2, "integer": 4, "bigint": 8, "float": 4, "double": 8, "boolean": 1, "date": 3, "time": 6,
         "timestamp": 7, "datetime": 8, "uuid": 16}  # fmt: skip
UNLIMITED = ("text", "json")
POINTER = 12
"""Bytes that an unlimited column takes of the row itself (manual, "Row Size Limits": 9 to 12)."""


@lru_cache(4096)
def sql(type_: Type) -> str:
    """The SQL of a neutral or canonical type; the author's own spelling wins."""
    if spelled := type_.spelling(PRODUCT):
        return spelled
    plain = canonical(type_)
    if spelled := plain.spelling(PRODUCT):
        return spelled
    if plain.name in PLAIN:
        return PLAIN[plain.name]
    if plain.name == "binary" and not plain.arguments:
        return "LONGBLOB"
    return f"{SIZED[plain.name]}({', '.join(map(str, plain.arguments))})"


@lru_cache(4096)
def canonical(type_: Type) -> Type:
    """The one neutral type that stands for what MySQL stores; equal to what `read` makes of the catalog."""
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
        case Type("array"):
            return Type("json")
        case Type("interval"):
            return Type("string", (DURATION,))
        case Type("char", (length,)) if length > LONGEST_CHAR:
            return canonical(Type("string", (length,)))
        case Type("string", (length,)) if length > LONGEST_VARCHAR:
            return Type("text")
        case Type("binary", (length,)) if length > LONGEST_VARBINARY:
            return Type("binary")
        case Type(""):
            return Type("text")
        case _:
            return Type(type_.name, type_.arguments)


def read(written: str) -> Type:
    """The canonical type for SQL such as `varchar(20)`, `NUMERIC(10, 2)` or `int unsigned`."""
    text = re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", written.strip().lower()))
    text = re.sub(r"\)(?=\w)", ") ", text)
    for pattern, short in ALIASES:
        text = re.sub(rf"^{pattern}", short, text)
    if text in READ_PLAIN:
        return Type(READ_PLAIN[text])
    match = re.fullmatch(r"(\w+)\((\d+)(?:,(\d+))?\)", text)
    if match and match[1] in READ_SIZED:
        return Type(READ_SIZED[match[1]], tuple(int(size) for size in match.groups()[1:] if size))
    return Type("", spelled=((PRODUCT, text),))


def is_text(type_: Type) -> bool:
    """Whether values of the canonical type are compared by a collation."""
    return type_.name in ("string", "char", "text")


def is_unlimited(type_: Type) -> bool:
    """Whether the type is stored beside the row: no literal default, no index without a prefix."""
    spelled = type_.spelling(PRODUCT) or ""
    other = spelled.endswith(("text", "blob")) or spelled in ("geometry", "vector")
    return type_.name in UNLIMITED or type_ == Type("binary") or other


def row_bytes(type_: Type) -> int:
    """Bytes of the row that a column of the canonical type may take at most."""
    match type_:
        case Type("string", (length,)):
            return CHARACTER * length + 2
        case Type("char", (length,)):
            return CHARACTER * length
        case Type("binary", (length,)):
            return length + 2
        case Type("decimal", (precision, _)):
            return precision // 2 + 2
        case _:
            return BYTES.get(type_.name, POINTER)


def key_bytes(type_: Type, prefix: int = 0) -> int:
    """Bytes that a key part of the canonical type takes; `prefix` counts characters (bytes for binary)."""
    if prefix:
        return prefix * (1 if type_.name == "binary" else CHARACTER)
    if type_.name in ("string", "binary") and type_.arguments:
        return row_bytes(type_) - 2
    return row_bytes(type_)
