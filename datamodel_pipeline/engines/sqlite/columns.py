"""Columns as SQLite can hold them.

In: the columns of a neutral table. Out: columns of the four storage types, with the checks that make up for the types
that SQLite lacks, defaults in the form that those checks take, and what is lost.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import Wanted, has_enum_check, with_checks, wrapped
from datamodel_pipeline.engines.sqlite import types
from datamodel_pipeline.engines.sqlite.words import LIMIT, PRODUCT, expression, settled
from datamodel_pipeline.schema.expressions import (
    ColumnRef,
    CurrentTimestamp,
    Default,
    Expression,
    Formula,
    Literal,
    NewUuid,
    Written,
    one_of,
)
from datamodel_pipeline.schema.tables import Column, Generated, Origin, Table
from datamodel_pipeline.schema.types import Type

RANGES = {"smallint": 32_768, "integer": 2_147_483_648}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
FORMATS = {
    "timestamp": ("%Y-%m-%dT%H:%M:%fZ", "an instant is text in ISO 8601, in UTC, with milliseconds"),
    "datetime": ("%Y-%m-%dT%H:%M:%f", "a date and time is text in ISO 8601 with milliseconds"),
    "date": ("%Y-%m-%d", "a date is text in ISO 8601"),
    "time": ("%H:%M:%f", "a time of day is text in ISO 8601 with milliseconds"),
}
"""One form for each: where texts sort as their values do, and equal values are equal texts."""

COMPUTED = ("smallint", "integer", "string", "char", "decimal", "money")
"""Types whose limits other engines ask of computed values too."""

FRACTION = re.compile(r"[/.]")
MILLISECONDS = ("timestamp", "datetime", "time")


def fit(table: Table) -> Lowered:
    """The table with its columns fitted."""
    losses = [loss for column in table.columns for loss in _losses(table, column)]
    losses += _clocks(table)
    wanted = [one for column in table.columns for one in _wanted(table, column)]
    columns = tuple(_fitted(table, column) for column in table.columns)
    return Lowered(with_checks(replace(table, columns=columns), wanted, LIMIT), tuple(losses))


def is_numbered(table: Table, column: Column) -> bool:
    """Whether SQLite itself numbers the column: only one that is the whole primary key."""
    return column.identity and table.primary_key is not None and table.primary_key.columns == (column.name,)


def _fitted(table: Table, column: Column) -> Column:
    generated = column.generated
    why = column.why
    if column.identity:
        why = f"{why} SQLite takes an insert's own number too, and may give the number of a deleted last row again."
    return replace(
        column,
        type=types.canonical(column.type),
        identity=is_numbered(table, column),
        default=_default(column),
        generated=Generated(_rounded(column.type, settled(generated.expression)), generated.stored)
        if generated
        else None,
        collation=tuple(pair for pair in column.collation if pair[0] == PRODUCT),
        why=why.strip(),
    )


def _rounded(type_: Type, computed: Expression) -> Expression:
    """What is computed, with as many digits behind the point as the type keeps on other engines: 0.3 - 0.1 is 0.2."""
    if type_.spelling(PRODUCT) or type_.name not in ("decimal", "money"):
        return computed
    if types.is_whole(type_):
        fraction = FRACTION.search(expression(computed))
        return wrapped("CAST(round(", computed, ") AS INTEGER)", PRODUCT) if fraction else computed
    return wrapped("round(", computed, f", {_digits(type_)[1]})", PRODUCT)


def _digits(type_: Type) -> tuple[int, int]:
    """How many digits the type has, and how many of them behind the point."""
    precision, scale = (19, 4) if type_.name == "money" else (*type_.arguments, 0)[:2]
    return precision, scale


def _wanted(table: Table, column: Column) -> Iterable[Wanted]:
    if column.type.spelling(PRODUCT):
        return
    name, ref, type_ = column.name, ColumnRef(column.name), column.type
    if column.generated and type_.name not in COMPUTED:
        return
    match type_:
        case Type("enum", _, values) if not has_enum_check(table, name) and table.origin is not Origin.ARCHIVE:
            yield Wanted(name, "enum", one_of(name, values), "an enum is text with a check")
        case Type("boolean"):
            yield Wanted(name, "bool", Formula((ref, " IN (0, 1)")), "SQLite has no boolean type")
        case Type(integer) if integer in RANGES and not column.identity:
            limit = RANGES[integer]
            check = Formula((ref, f" BETWEEN -{limit} AND {limit - 1}"))
            yield Wanted(name, "size", check, f"INTEGER has 64 bits, {integer} fewer")
        case Type("string" | "char", (length,)):
            check = Formula(("length(", ref, f") <= {length}"))
            yield Wanted(name, "length", check, "TEXT has no length")
        case Type("binary", (length,)):
            yield Wanted(name, "length", Formula(("length(", ref, f") <= {length}")), "BLOB has no length")
        case Type("uuid"):
            check = Formula(("length(", ref, ") = 36 AND ", ref, " NOT GLOB '*[^0-9a-f-]*'"))
            yield Wanted(
                name, "uuid", check, "a UUID is text of 36 characters, in lower case, so that equal ones match"
            )
        case Type(clock) if clock in FORMATS:
            form, why = FORMATS[clock]
            check = Formula((ref, f" IS strftime('{form}', ", ref, ", '+0 days')"))
            yield Wanted(name, clock, check, why)
        case Type("interval"):
            yield Wanted(name, "interval", Formula((ref, " GLOB 'P*'")), "a duration in ISO 8601 begins with P")
        case Type("json" | "array"):
            yield Wanted(name, type_.name, _json(column), "SQLite keeps JSON as text")
        case Type("decimal" | "money"):
            yield Wanted(name, "decimal", _decimal(ref, type_), "SQLite has no exact decimal type")


def _json(column: Column) -> Formula:
    """json_valid(NULL) is 0 before SQLite 3.45 (measured on 3.40.1), so NULL is let through by its own words."""
    ref = ColumnRef(column.name)
    valid: tuple[str | ColumnRef | Literal, ...] = ("json_valid(", ref, ")")
    if column.type.name == "array":
        valid = (*valid, " AND json_type(", ref, ") = 'array'")
    return Formula((ref, " IS NULL OR ", *valid) if column.nullable else valid)


def _decimal(ref: ColumnRef, type_: Type) -> Formula:
    precision, scale = _digits(type_)
    limit = f"1{'0' * (precision - scale)}" if precision - scale < types.WHOLE_DIGITS else f"1e{precision - scale}"
    if types.is_whole(type_):
        return Formula((ref, f" > -{limit} AND ", ref, f" < {limit}"))
    return Formula((ref, " = round(", ref, f", {scale}) AND abs(", ref, f") < {limit}"))


def _losses(table: Table, column: Column) -> Iterable[Loss]:
    subject, type_ = f"column {column.name}", column.type
    if column.identity and not is_numbered(table, column):
        what = "SQLite numbers only a column that is the whole primary key"
        yield Loss(table.name, subject, what, "a plain INTEGER that the application fills")
    if type_.spelling(PRODUCT):
        return
    match type_:
        case Type(""):
            what = f"the type {type_} has no spelling for SQLite"
            yield Loss(table.name, subject, what, "TEXT; write the type under `sqlite:` to choose another")
        case Type("array", element=element):
            what = f"SQLite has no arrays, so the type of the elements ({element}) is not checked"
            yield Loss(table.name, subject, what, "TEXT with a check that it holds a JSON array")
        case Type("interval"):
            what = "SQLite has no interval type, so it cannot add the column to a date"
            yield Loss(table.name, subject, what, "TEXT with an ISO 8601 duration such as P1DT2H")
        case Type("float"):
            what = "SQLite's REAL has 8 bytes, float elsewhere 4, so comparisons with fractions such as 0.1 differ"
            yield Loss(table.name, subject, what, "REAL; double and decimal compare alike everywhere")
        case Type("char"):
            what = "SQLite keeps blanks at the end of a text, which char(n) drops elsewhere"
            yield Loss(table.name, subject, what, "TEXT as it is written; trim values before they are stored")
        case Type("decimal" | "money") if not types.is_whole(type_):
            what = "SQLite has no exact decimal; TEXT would sort wrongly and scaled integers change what checks mean"
            instead = "REAL with a check of its digits: exact to 15 digits; round sums, or add up in the application"
            yield Loss(table.name, subject, what, instead)


def _clocks(table: Table) -> Iterable[Loss]:
    fine = [one.name for one in table.columns if one.type.name in MILLISECONDS and not one.type.spelling(PRODUCT)]
    if fine:
        what = "SQLite has no types for times, and its functions keep milliseconds"
        instead = "TEXT in ISO 8601 with milliseconds, checked, so that it sorts and compares as times do"
        word = "column" if len(fine) == 1 else "columns"
        yield Loss(table.name, f"{word} {', '.join(fine)}", what, instead, general=True)


def _default(column: Column) -> Default | None:
    form = FORMATS.get(column.type.name)
    match column.default:
        case CurrentTimestamp() if form and column.type.name != "timestamp":
            return Written(f"strftime('{form[0]}', 'now')")
        case Literal(value) if not column.type.spelling(PRODUCT):
            return Literal(_constant(column.type, value))
        case Formula() | Written() as written if NUMBER.fullmatch(expression(written)):
            return Literal(_constant(column.type, expression(written)))
        case Formula() | Written() as written:
            return settled(written)
        case None | CurrentTimestamp() | NewUuid() | Literal():
            return column.default


def _constant(type_: Type, value: str | int | bool) -> str | int | bool:
    """The constant in the form that the checks take; what does not fit its type stays as it is."""
    with contextlib.suppress(ValueError):
        match types.canonical(type_), str(value):
            case Type("bigint"), written:
                return (
                    {"true": 1, "false": 0}[written.lower()] if written.lower() in ("true", "false") else int(written)
                )
            case Type("double"), written:
                return repr(float(written)).removesuffix(".0")
        match type_.name:
            case "timestamp":
                moment = datetime.fromisoformat(str(value))
                moment = moment.astimezone(UTC) if moment.tzinfo else moment
                return f"{moment.replace(tzinfo=None).isoformat('T', 'milliseconds')}Z"
            case "datetime":
                return datetime.fromisoformat(str(value)).replace(tzinfo=None).isoformat("T", "milliseconds")
            case "time":
                return time.fromisoformat(str(value)).replace(tzinfo=None).isoformat("milliseconds")
    return value if isinstance(value, str) else str(int(value))
