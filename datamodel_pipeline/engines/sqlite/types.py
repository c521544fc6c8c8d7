"""Column types on SQLite: a STRICT table knows INTEGER, REAL, TEXT, BLOB and ANY; all else is a check.

In: neutral types, or the SQL of a type as an author or the catalog writes it. Out: one canonical neutral type for each
SQLite type, and its SQL.
"""

from __future__ import annotations

from functools import lru_cache

from datamodel_pipeline.engines.sqlite.words import PRODUCT
from datamodel_pipeline.schema.types import Type

STRICT = {"INTEGER": "bigint", "INT": "bigint", "REAL": "double", "TEXT": "text", "BLOB": "binary"}
"""The types of STRICT tables (besides ANY) → their canonical neutral types."""

SQL = {"bigint": "INTEGER", "double": "REAL", "text": "TEXT", "binary": "BLOB"}
INTEGERS = ("smallint", "integer", "bigint", "boolean")
WHOLE_DIGITS = 18
"""Decimal digits that every 64-bit integer holds."""

REALS = ("float", "double", "decimal", "money")


@lru_cache(4096)
def sql(type_: Type) -> str:
    """The SQL of a neutral or canonical type; the author's own spelling wins."""
    plain = canonical(type_)
    return plain.spelling(PRODUCT) or SQL[plain.name]


@lru_cache(4096)
def canonical(type_: Type) -> Type:
    """The one neutral type that stands for what SQLite stores; equal to what `read` makes of the catalog."""
    if spelled := type_.spelling(PRODUCT):
        return read(spelled)
    match type_:
        case Type(name) if name in INTEGERS or is_whole(type_):
            return Type("bigint")
        case Type(name) if name in REALS:
            return Type("double")
        case Type("binary"):
            return Type("binary")
        case _:
            return Type("text")


def is_whole(type_: Type) -> bool:
    """Whether it is a decimal without a fraction that fits a 64-bit integer."""
    precision, scale = (*type_.arguments, 0, 0)[:2]
    return type_.name == "decimal" and scale == 0 and 0 < precision <= WHOLE_DIGITS


def read(written: str) -> Type:
    """The canonical type for SQL such as `TEXT` or, outside STRICT tables, anything at all."""
    text = " ".join(written.split())
    name = STRICT.get(text.upper())
    return Type(name) if name else Type("", spelled=((PRODUCT, text),))


def is_strict(type_: Type) -> bool:
    """Whether a STRICT table takes the canonical type."""
    return type_.name != "" or (type_.spelling(PRODUCT) or "").upper() == "ANY"
