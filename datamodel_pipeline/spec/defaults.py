"""Whether a default suits its attribute's type.

In: a YAML value and a neutral type. Out: `specs.Literal` or `specs.Sql`, or a refusal with the values that would do.
It knows the neutral types only; an engine's own limits are the engine's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec import sql_text
from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.scalars import Real
from datamodel_pipeline.spec.specs import Literal, Sql
from datamodel_pipeline.spec.suggest import did_you_mean

RULE = "bad-default"
NOW = {
    "timestamp": "CURRENT_TIMESTAMP",
    "datetime": "CURRENT_TIMESTAMP",
    "date": "CURRENT_DATE",
    "time": "CURRENT_TIME",
}
"""The SQL that `default: now` means."""

_RANGES = {"smallint": 15, "integer": 31, "bigint": 63}
_DIGITS = {"money": (19, 4), "float": (0, 0), "double": (0, 0)}
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(?P<zone>Z|[-+]\d\d:\d\d)?", re.ASCII)


def read(value: object, type_: Type) -> Literal | Sql:
    """The default. Raises Refusal when it does not suit the type."""
    if isinstance(value, dict) and set(value) == {"sql"}:
        try:
            return sql_text.read(value["sql"])
        except Refusal as refusal:
            raise refusal.below("sql") from None
    if value is None:
        what = "the default is empty"
        raise Refusal(what, fix='remove the key; an empty text is "", SQL is {sql: "…"}', rule=RULE)
    if value == "now" and type_.name in NOW:
        return Sql(NOW[type_.name])
    if type_.name == "array" and isinstance(value, list):
        return _array(value, type_)
    return Literal(_READERS.get(type_.name, _scalar)(value, type_))


def _no(value: object, type_: Type, fix: str, why: str = "") -> Refusal:
    what = f"the default of {type_ if type_.name else 'this type'} cannot be {kind_of(value)}"
    return Refusal(what, why=why, fix=fix, rule=RULE)


def _boolean(value: object, type_: Type) -> bool:
    if not isinstance(value, bool):
        raise _no(value, type_, "write `true` or `false`")
    return value


def _integer(value: object, type_: Type) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _no(value, type_, "write a whole number, without quotes")
    bits = _RANGES[type_.name]
    if not -(2**bits) <= value < 2**bits:
        why = f"{type_} holds {-(2**bits)} to {2**bits - 1}"
        raise _no(value, type_, "choose a value in this range, or a larger type", why)
    return value


def _number(value: object, type_: Type) -> int | float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _no(value, type_, "write a number, without quotes")
    exact = Decimal(value.text if isinstance(value, Real) else str(value))
    if Decimal(repr(float(value))) != exact and not isinstance(value, int):
        raise _no(value, type_, 'write {sql: "…"}', "a number keeps about 15 digits here, and this one has more")
    digits, behind = _DIGITS.get(type_.name) or (*type_.arguments, 0)[:2]
    if digits and (_places(exact) > behind or abs(exact) >= 10 ** (digits - behind)):
        why = f"{type_} holds {digits - behind} digits before the point and {behind} after it"
        raise _no(value, type_, "choose a value that fits, or a larger type", why)
    return value if isinstance(value, int) else float(value)


def _places(number: Decimal) -> int:
    """How many digits behind the point the number needs."""
    _, digits, exponent = number.as_tuple()
    written = "".join(map(str, digits))
    spare = len(written) - len(written.rstrip("0"))
    return max(0, -exponent - spare) if isinstance(exponent, int) else 0


def _string(value: object, type_: Type) -> str:
    if not isinstance(value, str):
        written = str(value).lower() if isinstance(value, bool) else getattr(value, "text", value)
        scalar = isinstance(value, int | float)
        raise _no(value, type_, f'put it in quotes: "{written}"' if scalar else "write a text")
    if type_.arguments and len(value) > type_.arguments[0]:
        raise _no(value, type_, "shorten it, or give the type more room", f"it has {len(value)} characters")
    return value


def _enum(value: object, type_: Type) -> str:
    if not isinstance(value, str) or value not in type_.values:
        word = str(value).lower() if isinstance(value, bool) else str(value)
        if word in type_.values:
            raise _no(value, type_, f'put it in quotes: "{word}"')
        what = f"the default `{word}` is none of the enum's values" if not isinstance(value, list | dict) else ""
        refusal = _no(value, type_, did_you_mean(word, type_.values))
        raise Refusal(what or refusal.what, fix=refusal.fix, rule=RULE)
    return value


def _date(value: object, type_: Type) -> str:
    return _moment(value, type_, re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), date.fromisoformat, "2026-01-31")


def _time(value: object, type_: Type) -> str:
    return _moment(value, type_, _TIME, time.fromisoformat, "13:30:00")


def _stamp(value: object, type_: Type) -> str:
    text = _moment(value, type_, _STAMP, datetime.fromisoformat, "2026-01-31 13:30:00")
    match = _STAMP.fullmatch(text)
    if type_.name == "datetime" and match and match["zone"]:
        raise _no(value, type_, "remove the zone, or use `timestamp` for an instant", "a datetime has no time zone")
    return text


def _moment(value: object, type_: Type, shape: re.Pattern[str], read_iso: Callable[[str], object], example: str) -> str:
    if isinstance(value, str) and shape.fullmatch(value):
        try:
            read_iso(value)
        except ValueError:
            pass
        else:
            return value
    now = "`now`, or " if type_.name in NOW else ""
    raise _no(value, type_, f"write {now}a value such as {example}")


def _uuid(value: object, type_: Type) -> str:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value):
        return str(UUID(value))
    raise _no(value, type_, 'write a UUID, or {sql: {postgresql: "gen_random_uuid()", else: …}}')


def _json(value: object, type_: Type) -> str:
    """JSON text; YAML mappings and lists are written as JSON with sorted keys."""
    if isinstance(value, str):
        try:
            json.loads(value, parse_constant=float.fromhex)
        except (ValueError, RecursionError):
            fix = f"a text must be JSON: '\"{value}\"' in quotes, or write {{}} or []"
            raise _no(value, type_, fix) from None
        return value
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _array(items: list[object], type_: Type) -> Sql:
    """The list as each engine keeps it: PostgreSQL as an array, the others as JSON."""
    braces = _quoted(_braces(items, type_))
    brackets = _quoted(json.dumps(_plain(items), ensure_ascii=False))
    return Sql(brackets, (("postgresql", braces),))


def _braces(items: list[object], type_: Type) -> str:
    """`{1,2}`, each item checked against the element's type."""
    element = type_.element
    assert element is not None, "an array has an element"
    written = []
    for item in items:
        if isinstance(item, list) and element.name == "array":
            written.append(_braces(item, element))
            continue
        given = _READERS.get(element.name, _scalar)(item, element)
        if isinstance(given, str) and ("\\" in given or '"' in given):
            raise _no(items, type_, 'write it as SQL: {sql: {postgresql: "…", else: "…"}}', "it holds quotes")
        written.append(f'"{given}"' if isinstance(given, str) else str(given).lower())
    return f"{{{','.join(written)}}}"


def _plain(value: object) -> object:
    """Lists and numbers as JSON writes them."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Real) else value


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _only_sql(value: object, type_: Type) -> str:
    if type_.name == "array":
        raise _no(value, type_, "write a list such as [], or SQL: {sql: …}")
    raise _no(value, type_, 'write SQL: {sql: "…"}, or {sql: {postgresql: "…", else: "…"}}')


def _scalar(value: object, type_: Type) -> str | int | float | bool:
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, str | int | float):
        return value
    raise _no(value, type_, 'write a single value, or {sql: "…"}')


_READERS: dict[str, Callable[[object, Type], str | int | float | bool]] = {
    "boolean": _boolean, "smallint": _integer, "integer": _integer, "bigint": _integer,
    "decimal": _number, "money": _number, "float": _number, "double": _number,
    "string": _string, "char": _string, "text": _string, "interval": _string, "enum": _enum,
    "date": _date, "time": _time, "timestamp": _stamp, "datetime": _stamp,
    "uuid": _uuid, "json": _json, "binary": _only_sql, "array": _only_sql,
}  # fmt: skip
