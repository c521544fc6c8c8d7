"""What a column gets when an insert names no value, on PostgreSQL.

In: neutral defaults, or the text that the catalog prints. Out: one canonical default for each meaning, and its SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from datamodel_pipeline.engines.postgresql import types, words
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Formula, Literal, NewUuid, Written
from datamodel_pipeline.schema.types import Type

NOW = {"timestamp": "now()", "datetime": "LOCALTIMESTAMP", "date": "CURRENT_DATE", "time": "LOCALTIME"}
"""The current instant as each type wants it, without a cast; any other type gets now()."""

INTEGERS = ("smallint", "integer", "bigint")
NUMBERS = (*INTEGERS, "decimal", "float", "double")
TEXTS = ("string", "char", "text")

CAST = re.compile(r"(?P<escape>E?)'(?P<text>(?:[^']|'')*)'::(?P<type>.+)", re.DOTALL)
WHOLE = re.compile(r"-?\d+")
NUMBER = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Defaults:
    """Defaults at one major version of PostgreSQL."""

    major: int

    @property
    def new_uuid(self) -> str:
        """The call that makes a UUID: time-ordered from version 18 on."""
        return "uuidv7()" if self.major >= 18 else "gen_random_uuid()"

    def sql(self, default: Default, type_: Type) -> str:
        """The SQL behind DEFAULT for a column of this canonical type."""
        match default:
            case CurrentTimestamp():
                return NOW.get(type_.name, "now()")
            case NewUuid():
                return self.new_uuid
            case Literal(str(value)) if type_.name in NUMBERS and NUMBER.fullmatch(value):
                return value
            case Literal():
                return words.constant(default)
            case Formula() | Written():
                return words.operand(default)

    def settled(self, default: Default, type_: Type) -> Default:
        """The canonical default of the same meaning: what `read` would make of it."""
        match default:
            case Literal():
                return _fitting(default, type_)
            case Written() | Formula():
                known = self.read(words.expression(default), type_)
                return words.settled(default) if isinstance(known, Written) else known
            case CurrentTimestamp() | NewUuid():
                return default

    def read(self, written: str, type_: Type) -> Default:
        """The canonical default for SQL text as an author or the catalog writes it, or else that text."""
        if written.lower() == NOW.get(type_.name, "").lower():
            return CurrentTimestamp()
        if written.lower() == self.new_uuid and type_.name == "uuid":
            return NewUuid()
        if written.lower() in ("true", "false") and type_.name == "boolean":
            return Literal(written.lower() == "true")
        bare = written.removeprefix("(").removesuffix(")")
        if type_.name in NUMBERS and (WHOLE.fullmatch(bare) or NUMBER.fullmatch(bare)):
            return _fitting(Literal(bare), type_)
        if (found := CAST.fullmatch(written)) and _same_family(found["type"], type_):
            text = found["text"].replace("\\\\", "\\") if found["escape"] else found["text"]
            return _fitting(Literal(text.replace("''", "'")), type_)
        return Written(written)


def _fitting(literal: Literal, type_: Type) -> Literal:
    """The constant as the type would hold it: digits become numbers, numbers in text columns become text."""
    match literal.value:
        case str(value) if type_.name in NUMBERS and WHOLE.fullmatch(value):
            return Literal(int(value))
        case str(value) if type_.name == "boolean" and value.lower() in ("true", "false"):
            return Literal(value.lower() == "true")
        case bool(value) if type_.name in NUMBERS:
            return Literal(int(value))
        case bool(value) if type_.name in TEXTS:
            return Literal(str(value).lower())
        case int(value) if type_.name == "boolean" and value in (0, 1):
            return Literal(bool(value))
        case int(value) if type_.name in TEXTS:
            return Literal(str(value))
        case _:
            return literal


def _same_family(cast: str, type_: Type) -> bool:
    """Whether a cast names this type, its length apart; text stands for every type of text."""
    if type_.element:
        return cast.endswith("[]")
    if not type_.name:
        return types.read(cast) == type_
    name = types.read(cast).name or {"varchar": "string", "bpchar": "char", "numeric": "decimal"}.get(cast, "")
    name = name or ("string" if cast == "character varying" else "")
    return name == type_.name or (name in TEXTS and type_.name in TEXTS) or (name in NUMBERS and type_.name in NUMBERS)
