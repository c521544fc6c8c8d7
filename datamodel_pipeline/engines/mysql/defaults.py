"""Defaults as MySQL takes them and as its catalog gives them back.

In: a neutral column. Out: its default in the one form in which the catalog holds it. It refuses to know statements.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation

from datamodel_pipeline.engines.mysql import types
from datamodel_pipeline.engines.mysql.words import PRODUCT, expression, text
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Formula, Literal, NewUuid, Written
from datamodel_pipeline.schema.tables import Column
from datamodel_pipeline.schema.types import Type

NOW = {"date": "CURRENT_DATE", "time": "CURRENT_TIME(6)"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
"""A number as an expression is only a number: MySQL adds columns with constant defaults in an instant."""

UUID_TEXT = re.compile(r"\(*\s*uuid\s*\(\s*\)\s*\)*", re.IGNORECASE)
"""What an author writes for a new UUID: its 36 characters would not fit the 16 bytes of the column."""

INTEGERS = ("smallint", "integer", "bigint", "boolean")


def fitted(column: Column) -> Default | None:
    """The default of the column, which is still of its neutral type."""
    type_ = types.canonical(column.type)
    match column.default:
        case CurrentTimestamp() if type_.name not in ("timestamp", "datetime"):
            return Written(NOW.get(type_.name, "CURRENT_TIMESTAMP(6)"))
        case NewUuid() if type_.name != "uuid":
            return Written("UUID()")
        case Written() as written if type_.name == "uuid" and UUID_TEXT.fullmatch(expression(written)):
            return NewUuid()
        case Literal(value):
            return constant(type_, value)
        case Formula() | Written() as written if NUMBER.fullmatch(expression(written)):
            return constant(type_, expression(written))
        case Written() as written:
            return Written(written.spelling(PRODUCT), written.columns)
        case None | CurrentTimestamp() | NewUuid() | Formula():
            return column.default


def constant(type_: Type, value: str | int | bool) -> Default:
    """A constant of the canonical type, written as the catalog writes it; what does not fit the type stays as it is."""
    written = str(int(value)) if isinstance(value, bool) else str(value)
    with contextlib.suppress(ValueError, InvalidOperation):
        match type_:
            case Type("boolean"):
                return Literal(_truth(written))
            case Type(name) if name in INTEGERS:
                return Literal(int(written))
            case Type("decimal", (_, scale)):
                return Literal(f"{Decimal(written):.{scale}f}")
            case Type("float" | "double"):
                return Literal(repr(float(written)).removesuffix(".0"))
            case Type("timestamp" | "datetime"):
                return Literal(_instant(written))
            case Type("time"):
                return Literal(time.fromisoformat(written).isoformat("microseconds"))
            case Type("char"):
                return Literal(written.rstrip(" "))  # CHAR drops blanks at its end
            case Type("uuid"):
                return Written(f"UUID_TO_BIN({text(written)}, 1)")
    return Literal(written) if type_.name in ("string", "char", "text", "json", "binary") else Literal(value)


def _truth(written: str) -> bool:
    known = {"1": True, "0": False, "true": True, "false": False}
    if written.lower() not in known:
        raise ValueError(written)
    return known[written.lower()]


def _instant(written: str) -> str:
    """In UTC: the prelude sets the session's time zone to it."""
    moment = datetime.fromisoformat(written)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")
