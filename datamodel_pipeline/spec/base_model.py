"""What all pydantic models of the spec language share: strictness, and the fields that stand in several of them.

In: nothing. Out: types for annotations, each with its JSON Schema. It knows no construct of the language.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints, WithJsonSchema

from datamodel_pipeline.schema.types import ARGUMENTS
from datamodel_pipeline.spec import amounts, sql_text, type_value
from datamodel_pipeline.spec.products import PRODUCTS
from datamodel_pipeline.spec.shorthand import Typed
from datamodel_pipeline.spec.specs import Sql


class Strict(BaseModel):
    """A mapping: unknown keys are errors, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


_NUMBERS = r"\s*\(\s*[0-9]+\s*(,\s*[0-9]+\s*)?\)\s*"
_WITH_NUMBERS = "|".join(name for name, (_, most) in ARGUMENTS.items() if most)
_WITHOUT_NUMBERS = "|".join(name for name, (least, _) in ARGUMENTS.items() if not least)
_SHORT_TYPE = {
    "anyOf": [
        {"enum": [f"{name}{mark}" for name, (least, _) in ARGUMENTS.items() if not least for mark in ("", "?")]},
        {"type": "string", "pattern": rf"^\s*({_WITHOUT_NUMBERS})\s*\??\s*$"},
        {"type": "string", "pattern": rf"^\s*({_WITH_NUMBERS}){_NUMBERS}\??\s*$"},
        {"type": "string", "pattern": r"^\s*(enum|array)\s*\(.+\)\s*\??\s*$"},
    ],
    "description": "A type: string(200), text?, enum(open, closed), array(string(20)); `?` is optional.",
    "examples": ["string(200)", "text?", "enum(open, closed)", "array(string(20))"],
}
_PER_ENGINE = {
    "type": "object",
    "minProperties": 1,
    "properties": {product: {"type": "string"} for product in PRODUCTS},
    "additionalProperties": False,
}


def short_type() -> dict[str, Any]:
    """The JSON Schema of the type shorthand."""
    return _SHORT_TYPE


def _long_type(depth: int = 3) -> dict[str, Any]:
    """The JSON Schema of a type: shorthand, long form or per engine."""
    long: dict[str, Any] = {
        name: {"type": "integer"} if most == 1 else {"anyOf": [{"type": "integer"}, {"type": "array"}]}
        for name, (_, most) in ARGUMENTS.items()
        if most
    }
    long["enum"] = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "uniqueItems": True}
    if depth:
        long["array"] = _long_type(depth - 1)
    bare = {key: value for key, value in _SHORT_TYPE.items() if key == "anyOf"}
    engines = {**_PER_ENGINE["properties"], "else": bare}  # type: ignore[dict-item] # JSON Schema is untyped data
    forms = [
        bare,
        {"type": "object", "minProperties": 1, "maxProperties": 1, "properties": long, "additionalProperties": False},
    ]
    if depth == 3:
        forms.append({**_PER_ENGINE, "properties": engines})
        return {**_SHORT_TYPE, "anyOf": forms}
    return {"anyOf": forms}


_SQL = {
    "anyOf": [
        {"type": "string", "pattern": r"\S"},
        {
            **_PER_ENGINE,
            "properties": {name: {"type": "string", "pattern": r"\S"} for name in (*PRODUCTS, "else")},
        },
    ]
}
_ROWS = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": amounts.ROWS}]}
_PERIOD = {"type": "string", "pattern": amounts.PERIOD}

EntityName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*$", max_length=60)]
AttributeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True)]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
TypeField = Annotated[Typed, PlainValidator(type_value.read), WithJsonSchema(_long_type())]
SqlField = Annotated[Sql, PlainValidator(sql_text.read), WithJsonSchema(_SQL)]
MaybeSql = Annotated[Sql | None, PlainValidator(sql_text.read), WithJsonSchema(_SQL)]
Rows = Annotated[int | None, PlainValidator(amounts.rows), WithJsonSchema(_ROWS)]
Period = Annotated[tuple[int, str], PlainValidator(amounts.period), WithJsonSchema(_PERIOD)]
EngineName = Annotated[str, StringConstraints(pattern=f"^({'|'.join(PRODUCTS)})$")]
