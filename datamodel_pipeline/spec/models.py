"""What a user may write in an entity file, shorthand and long form, with the words that editors show.

In: plain values read from YAML. Out: a validated `EntityForm` in long form. Errors are pydantic's; `errors` words
them. It knows one file at a time: whether a name exists elsewhere is asked in `check`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, field_validator

from datamodel_pipeline.spec import index_key
from datamodel_pipeline.spec.attribute_model import AttributeField
from datamodel_pipeline.spec.base_model import (
    AttributeName,
    EngineName,
    EntityName,
    MaybeSql,
    Period,
    Prose,
    Rows,
    SqlField,
    Strict,
    Word,
)
from datamodel_pipeline.spec.products import check_product
from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.relationship_model import RelationshipField
from datamodel_pipeline.spec.short import Short, text_as
from datamodel_pipeline.spec.specs import IndexKey

Key = Annotated[IndexKey, PlainValidator(index_key.read), WithJsonSchema(index_key.SCHEMA)]
Option = Annotated[str | int | float | bool, WithJsonSchema({"type": ["string", "number", "boolean"]})]


def _refuse_flat(value: Any) -> Any:
    if isinstance(value, str):
        fix = f"write [[{value}], …]: each rule is a list; [[a, b]] is one rule over both, [[a], [b]] two rules"
        raise Refusal(f"`{value}` stands where a list of names should", fix=fix, rule="bad-unique")
    return value


def _widen_index(value: Any) -> Any:
    if isinstance(value, str):
        fix = f"write [{value}] for an index over it alone; [a, b] is one index over both"
        raise Refusal(f"`{value}` stands where an index should", fix=fix, rule="bad-index")
    return {"on": value} if isinstance(value, list) else value


class IndexForm(Strict):
    """An index that the author asks for. The short form is the list of its keys."""

    on: list[Key] = Field(min_length=1, description="The keys in order.", examples=[["status", "created_at desc"]])
    unique: bool = Field(False, description="No two rows have the same keys.")
    where: MaybeSql = Field(None, description="A partial index: only rows that satisfy this SQL.")
    include: list[AttributeName] = Field(default_factory=list, description="Attributes carried along (covering index).")
    method: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")] = Field(
        "", description="Another method than B-tree.", examples=["gin", "brin", "hash", "fulltext"]
    )
    name: Word = Field("", description="Its name; else made from table and columns.")
    because: Prose = Field("", description="Which query needs it.")


class InheritanceForm(Strict):
    """`is_a`: this entity is a kind of another. The short form is the parent's name."""

    entity: EntityName = Field(description="The parent.", examples=["Person"])
    strategy: Literal["single_table", "table_per_type"] = Field(
        "single_table", description="In the parent's table with a discriminator, or in a table that shares its key."
    )


class RetentionForm(Strict):
    """How long rows are kept, and what happens then. The short form is the period."""

    keep: Period = Field(description="How long.", examples=["24 months", "90 days"])
    after: AttributeName = Field("created_at", description="The moment that the period begins.")
    then: Literal["delete", "archive", "anonymize"] = Field("delete", description="What happens when it is over.")
    because: Prose = Field("", description="The contract, law or policy that asks for it.")
    legal_hold: AttributeName = Field("", description="A boolean attribute that stops it while it is true.")


class EntityForm(Strict):
    """An entity: one kind of thing that the application keeps."""

    model_config = ConfigDict(title="Entity file")

    datamodel: Literal[1] = Field(description="The spec format.")
    entity: EntityName = Field(description="Its name, singular, in PascalCase.", examples=["Ticket", "OrderLine"])
    description: Prose = Field("", description="What it is, for the document and the table's comment.")
    group: Prose = Field("", description="Diagrams are split by group.", examples=["Support"])
    attributes: dict[AttributeName, AttributeField] = Field(
        default_factory=dict,
        description="Its attributes in column order. Keys, timestamps and the like are added by the build.",
        examples=[{"title": "string(200)", "body": "text?"}],
    )
    relationships: dict[AttributeName, RelationshipField] = Field(
        default_factory=dict, description="How it relates to others.", examples=[{"author": {"belongs_to": "User"}}]
    )
    unique: list[Annotated[list[AttributeName], Field(min_length=1), Short(_refuse_flat)]] = Field(
        default_factory=list, description="Each list of names is unique together.", examples=[[["channel", "number"]]]
    )
    checks: dict[AttributeName, SqlField] = Field(
        default_factory=dict, description="Named conditions in SQL.", examples=[{"ends_after_start": "ends > starts"}]
    )
    indexes: list[
        Annotated[IndexForm, Short(_widen_index, lambda: {"type": "array", "minItems": 1, "items": index_key.SCHEMA})]
    ] = Field(
        default_factory=list,
        description="Indexes beyond those that the build adds.",
        examples=[[["status", "created_at desc"]]],
    )
    is_a: Annotated[
        InheritanceForm | None, Short(text_as("entity"), lambda: {"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$"})
    ] = Field(None, description="The entity that this one is a kind of.", examples=["User"])
    store: Literal["sql", "mongodb", "dynamodb"] = Field("sql", description="Where it is kept; only sql makes a table.")
    table: Word = Field("", description="The table's name, where it cannot be derived.")
    options: dict[EngineName, dict[Word, Option]] = Field(
        default_factory=dict,
        description="Storage options per engine, as the engine writes them.",
        examples=[{"mysql": {"ROW_FORMAT": "COMPRESSED"}, "postgresql": {"fillfactor": 80}}],
    )
    expected_rows: Rows = Field(None, description="How many rows it will have.", examples=["50M", "200k", 1500])
    retention: Annotated[
        RetentionForm | None, Short(text_as("keep"), lambda: RetentionForm.model_json_schema()["properties"]["keep"])
    ] = Field(None, description="How long rows are kept.", examples=["24 months"])
    renamed_from: EntityName = Field("", description="Its name before: a rename instead of drop and create.")

    @field_validator("options", mode="before")
    @classmethod
    def _engines_exist(cls, value: Any) -> Any:
        if isinstance(value, dict):
            for engine, options in value.items():
                check_product(engine, allow_else=False)
                if not isinstance(options, dict):
                    fix = f"write {{{engine}: {{OPTION: value}}}}"
                    raise Refusal(f"expected options, not {kind_of(options)}", fix=fix, path=(engine,))
        return value
