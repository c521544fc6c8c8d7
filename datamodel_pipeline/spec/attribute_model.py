"""What a user may write about one attribute, shorthand and long form.

In: plain values read from YAML. Out: a validated `AttributeForm` in long form, types, SQL and defaults already read. It
knows one attribute at a time.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, ValidationInfo, WithJsonSchema, field_validator

from datamodel_pipeline.spec import defaults
from datamodel_pipeline.spec.base_model import (
    AttributeName,
    EngineName,
    MaybeSql,
    Prose,
    SqlField,
    Strict,
    TypeField,
    Word,
    short_type,
)
from datamodel_pipeline.spec.products import PRODUCTS, check_product
from datamodel_pipeline.spec.refusal import Refusal
from datamodel_pipeline.spec.short import Short, text_as
from datamodel_pipeline.spec.specs import Literal, Sql


class GeneratedForm(Strict):
    """A generated attribute: the database computes it from others. The short form is the SQL alone."""

    expression: SqlField = Field(alias="as", description="SQL over attributes of the same entity.")
    stored: bool = Field(True, description="Kept on disk (true) or computed at every read (false).")


class AttributeForm(Strict):
    """One attribute: a column of the entity's table. NOT NULL unless optional. The short form is the type alone."""

    type: TypeField
    optional: bool = Field(False, description="May be NULL. The short form is a `?` behind the type.")
    unique: bool = Field(False, description="No two rows (of one tenant, and not deleted) have the same value.")
    default: Annotated[Any, WithJsonSchema({"not": {"type": "null"}})] = Field(
        None,
        description='What a row gets that names no value. `now` is the current instant, {sql: "…"} is SQL.',
        examples=["open", 0, True, "now", {"sql": "gen_random_uuid()"}],
    )
    check: MaybeSql = Field(None, description="A condition in SQL that every row satisfies.", examples=["price >= 0"])
    personal: bool = Field(False, description="Personal data: it is listed in the personal-data map.")
    description: Prose = Field("", description="What the attribute means.")
    generated: Annotated[GeneratedForm | None, Short(text_as("as"), lambda: {"type": "string", "pattern": r"\S"})] = (
        Field(None, description="Computed by the database.", examples=[{"as": "price * quantity", "stored": True}])
    )
    collation: dict[EngineName, Word] = Field(
        default_factory=dict,
        description="The collation, per engine.",
        examples=[{"postgresql": "und-x-icu", "mysql": "utf8mb4_bin"}],
    )
    renamed_from: AttributeName = Field("", description="Its name before: a rename instead of drop and add.")

    @field_validator("optional")
    @classmethod
    def _said_once(cls, optional: bool, info: ValidationInfo) -> bool:
        typed = info.data.get("type")
        if not optional and typed and typed.optional:
            fix = "remove the `?` or `optional: false`"
            raise Refusal("the type is marked optional with `?`, and `optional` is false", fix=fix)
        return optional

    @field_validator("default", mode="plain")
    @classmethod
    def _suits_type(cls, value: object, info: ValidationInfo) -> Literal | Sql | None:
        typed = info.data.get("type")
        return defaults.read(value, typed.type) if typed else None

    @field_validator("generated")
    @classmethod
    def _no_default(cls, value: GeneratedForm | None, info: ValidationInfo) -> GeneratedForm | None:
        if value and info.data.get("default") is not None:
            raise Refusal("a generated attribute cannot have a default", fix="remove `default` or `generated`")
        return value

    @field_validator("collation", mode="before")
    @classmethod
    def _engines_exist(cls, value: Any) -> Any:
        for engine in value if isinstance(value, dict) else ():
            check_product(engine, allow_else=False)
        return value


_KINDS = ("belongs_to", "has_many", "has_one", "many_to_many")


def _widen(value: Any) -> Any:
    """The type alone as the long form; a relationship, or spellings that lack their `type`, are refused whole."""
    if isinstance(value, str):
        if value.split(" ", 1)[0] in _KINDS:
            raise _misplaced(value.split(" ", 1)[0])
        return {"type": value}
    if not isinstance(value, dict) or "type" in value:
        return value
    if kind := next((kind for kind in _KINDS if kind in value), ""):
        raise _misplaced(kind)
    if any(key in PRODUCTS or key == "else" for key in value):
        engines = ", ".join(f"{key}: {text}" for key, text in value.items() if isinstance(text, str))
        raise Refusal("spellings per engine stand below `type`", fix=f"write type: {{{engines}}}", rule="bad-type")
    return value


def _misplaced(kind: str) -> Refusal:
    what = f"`{kind}` makes it a relationship, and it stands below `attributes`"
    return Refusal(what, fix="move it below `relationships:`", rule="bad-relationship")


AttributeField = Annotated[AttributeForm, Short(_widen, short_type)]
