"""Columns as MySQL can hold them.

In: the columns of a neutral table. Out: columns of canonical types, with defaults and collations that MySQL takes, the
checks that its types alone do not make, and what is lost. It refuses to know keys and indexes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from datamodel_pipeline.engines._engine import Loss, Lowered
from datamodel_pipeline.engines._lowering import Wanted, has_enum_check, with_checks
from datamodel_pipeline.engines.mysql import defaults, options, types
from datamodel_pipeline.engines.mysql.words import LIMIT, PRODUCT
from datamodel_pipeline.schema.expressions import ColumnRef, Formula, one_of
from datamodel_pipeline.schema.tables import Column, Origin, Role, Table
from datamodel_pipeline.schema.types import Type

ROW = 65_535
"""Bytes of a row without its unlimited columns (manual, "Row Size Limits")."""

EXACT, EXACT_SINCE = "utf8mb4_0900_bin", (8, 0, 17)
"""The collation of enums: what is not the value itself is another value. Older versions have only the table's."""

DIGITS, SCALE = 65, 30
"""Most digits of DECIMAL, and most of them after the point."""

LAST_INSTANT = "2038-01-19 03:14:07 UTC"
OWN_CLOCK = (Role.CREATED_AT, Role.UPDATED_AT, Role.DELETED_AT, Role.ARCHIVED_AT)


def fit(table: Table, version: tuple[int, ...]) -> Lowered:
    """The table with its columns fitted."""
    losses = [loss for column in table.columns for loss in _losses(table, column)]
    wanted = [one for column in table.columns for one in _wanted(table, column)]
    columns = tuple(_fitted(table, column, version) for column in table.columns)
    losses += [*_end_of_time(table)]
    fitted = with_checks(replace(table, columns=columns), wanted, LIMIT)
    narrow = _narrowed(fitted)
    return Lowered(narrow.table, (*losses, *narrow.losses))


def _fitted(table: Table, column: Column, version: tuple[int, ...]) -> Column:
    kept = _clamped(column.type)
    why = column.why
    if column.identity:
        why = f"{why} MySQL takes an insert's own number too.".strip()
    return replace(
        column,
        type=types.canonical(kept),
        default=defaults.fitted(column),
        collation=_collation(column, options.collation(table.engine_options(PRODUCT)), version),
        why=why,
    )


def _collation(column: Column, usual: str, version: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """The column's own collation, unless it is its table's."""
    own = dict(column.collation).get(PRODUCT, "")
    if column.type.name == "enum" and not column.type.spelling(PRODUCT) and not own:
        own = EXACT if version >= EXACT_SINCE and usual.startswith("utf8mb4_") else ""
    return ((PRODUCT, own),) if own and own != usual else ()


def _clamped(type_: Type) -> Type:
    if type_.name != "decimal" or type_.spelling(PRODUCT):
        return type_
    precision, scale = types.canonical(type_).arguments
    return Type("decimal", (min(precision, DIGITS), min(scale, SCALE)))


def _wanted(table: Table, column: Column) -> Iterable[Wanted]:
    if column.type.spelling(PRODUCT) or column.generated:
        return
    name, ref = column.name, ColumnRef(column.name)
    match column.type:
        case Type("enum", _, values) if not has_enum_check(table, name) and table.origin is not Origin.ARCHIVE:
            yield Wanted(name, "enum", one_of(name, values), "an enum is text with a check")
        case Type("boolean"):
            yield Wanted(name, "bool", Formula((ref, " IN (0, 1)")), "BOOLEAN is TINYINT, which takes any small number")
        case Type("array"):
            check = Formula(("JSON_TYPE(", ref, ") = 'ARRAY'"))
            yield Wanted(name, "array", check, "the column holds a JSON array, no other JSON")
        case Type("interval"):
            yield Wanted(name, "interval", Formula((ref, " LIKE 'P%'")), "a duration in ISO 8601 begins with P")
        case Type("time"):
            check = Formula((ref, " >= TIME '00:00:00' AND ", ref, " < TIME '24:00:00'"))
            yield Wanted(name, "time", check, "TIME takes -838 to 838 hours, a time of day only 24")
        case Type("string" | "char", (length,)) if length > types.LONGEST_VARCHAR:
            yield Wanted(name, "length", _at_most(name, length), "the text is too long for VARCHAR")


def _at_most(column: str, length: int) -> Formula:
    return Formula(("CHAR_LENGTH(", ColumnRef(column), f") <= {length}"))


def _losses(table: Table, column: Column) -> Iterable[Loss]:
    subject = f"column {column.name}"
    if column.type.spelling(PRODUCT):
        return
    match column.type:
        case Type(""):
            what = f"the type {column.type} has no spelling for MySQL"
            yield Loss(table.name, subject, what, "LONGTEXT; write the type under `mysql:` to choose another")
        case Type("array", element=element):
            what = f"MySQL has no arrays, so the type of the elements ({element}) is not checked"
            yield Loss(table.name, subject, what, "a JSON column with a check that it holds an array")
        case Type("interval"):
            what = "MySQL has no interval type, so it cannot add the column to a date"
            yield Loss(table.name, subject, what, f"VARCHAR({types.DURATION}) with an ISO 8601 duration such as P1DT2H")
        case Type("string" | "char", (length,)) if length > types.LONGEST_VARCHAR:
            what = f"VARCHAR holds at most {types.LONGEST_VARCHAR} characters in utf8mb4"
            yield Loss(table.name, subject, what, f"LONGTEXT with a check that it has at most {length}")
        case Type("decimal") if _clamped(column.type) != types.canonical(column.type):
            what = f"DECIMAL has at most {DIGITS} digits, {SCALE} of them after the point"
            yield Loss(table.name, subject, what, types.sql(_clamped(column.type)))


def _end_of_time(table: Table) -> Iterable[Loss]:
    """TIMESTAMP is an instant whatever the session's time zone is, DATETIME is not; its price is its last second."""
    instants = [one for one in table.columns if one.type.name == "timestamp" and not one.type.spelling(PRODUCT)]
    if not instants:
        return
    word = "column" if len(instants) == 1 else "columns"
    subject = f"{word} {', '.join(one.name for one in instants)}"
    what = f"TIMESTAMP, MySQL's only type for an instant, ends at {LAST_INSTANT}"
    instead = "TIMESTAMP(6), enough for the present"
    if any(one.role not in OWN_CLOCK for one in instants):
        instead = "TIMESTAMP(6); write `mysql: datetime(6)` for later values, and store UTC there"
    yield Loss(table.name, subject, what, instead, general=True)


def _narrowed(table: Table) -> Lowered:
    """The widest VARCHARs become LONGTEXT with a check until a row fits."""
    losses: list[Loss] = []
    while sum(types.row_bytes(column.type) for column in table.columns) + len(table.columns) > ROW:
        widest = max((one for one in table.columns if _may_shrink(table, one)), key=_width, default=None)
        if widest is None:
            break
        length = widest.type.arguments[0]
        text = replace(widest, type=Type("text"))
        columns = tuple(text if one is widest else one for one in table.columns)
        wanted = Wanted(widest.name, "length", _at_most(widest.name, length), "the row is too long for VARCHAR")
        table = with_checks(replace(table, columns=columns), (wanted,), LIMIT)
        what = f"a row holds at most {ROW} bytes, four for each character of VARCHAR"
        losses.append(Loss(table.name, f"column {widest.name}", what, f"LONGTEXT with a check for {length} characters"))
    return Lowered(table, tuple(losses))


def _may_shrink(table: Table, column: Column) -> bool:
    key = table.primary_key.columns if table.primary_key else ()
    return column.type.name == "string" and column.name not in key


def _width(column: Column) -> int:
    return types.row_bytes(column.type)
