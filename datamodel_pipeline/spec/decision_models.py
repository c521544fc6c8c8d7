"""What a user may write in model.yaml: the model's identity and its decisions.

In: plain values read from YAML. Out: a validated `ModelForm`, every decision in its written-out form. It knows
model.yaml alone: whether the entities that decisions name exist is asked in `check`.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from datamodel_pipeline.spec import products
from datamodel_pipeline.spec.base_model import Day, EntityName, Prose, Strict, Word
from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.short import Choice, Short, one_as_list, text_as
from datamodel_pipeline.spec.specs import EngineChoice

Chosen = TypeVar("Chosen")


class Reasoned(Strict, Generic[Chosen]):
    """A decision with its reason and its day."""

    choose: Chosen
    because: Prose = Field("", description="Why it was decided so.")
    decided: Day = Field("", description="When, YYYY-MM-DD.")


Deletion = Literal["soft", "hard", "archival"]
KeyType = Literal["bigint", "uuid"]
Engine = Annotated[
    EngineChoice, PlainValidator(products.read), WithJsonSchema({"type": "string", "pattern": products.PATTERN})
]


class TenancyForm(Strict):
    """How tenants are kept apart. The short form is the strategy alone."""

    strategy: Literal["none", "shared", "schema", "database"] = Field(
        description="Where tenants are kept apart.", examples=["shared"]
    )
    tenant: EntityName = Field("", description="The entity that is the tenant, such as Organization.")
    shared_entities: list[EntityName] = Field(default_factory=list, description="Entities that belong to no tenant.")

    @model_validator(mode="after")
    def _names_its_tenant(self) -> TenancyForm:
        if self.strategy == "shared" and not self.tenant:
            fix = "write `tenancy: {strategy: shared, tenant: Organization}` with your entity's name"
            raise Refusal("shared tenancy needs the entity that is the tenant", fix=fix, rule="bad-decision")
        if self.strategy == "none" and (self.tenant or self.shared_entities):
            what = "`tenant` and `shared_entities` mean nothing with `strategy: none`"
            raise Refusal(what, fix="remove them, or choose `strategy: shared`", rule="bad-decision")
        return self


EntityOrDefault = Annotated[str, StringConstraints(pattern=r"^([A-Z][A-Za-z0-9]*|default)$")]


def _has_default(value: dict[str, str]) -> dict[str, str]:
    if "default" not in value:
        some = next(iter(value.values()), "…")
        fix = f"add `default: {some}`, or the choice for all entities that are not named"
        raise Refusal("the choice for all other entities is missing", fix=fix, rule="bad-decision")
    return value


_NEEDS_DEFAULT = Field(json_schema_extra={"required": ["default"]})
Deletes = Annotated[
    dict[EntityOrDefault, Deletion],
    _NEEDS_DEFAULT,
    AfterValidator(_has_default),
    Short(text_as("default"), lambda: {"enum": ["soft", "hard", "archival"]}),
]
Keys = Annotated[
    dict[EntityOrDefault, KeyType],
    _NEEDS_DEFAULT,
    AfterValidator(_has_default),
    Short(text_as("default"), lambda: {"enum": ["bigint", "uuid"]}),
]


def _once_each(engines: list[EngineChoice]) -> list[EngineChoice]:
    seen: set[str] = set()
    for position, engine in enumerate(engines):
        if engine.product in seen:
            what = f"{engine.product} stands twice; a model has one variant for each product"
            raise Refusal(what, fix="remove one of the two", rule="bad-decision", path=(str(position),))
        seen.add(engine.product)
    return engines


Engines = Annotated[
    list[Engine],
    Field(min_length=1),
    AfterValidator(_once_each),
    Short(one_as_list, lambda: {"type": "string", "pattern": products.PATTERN}),
]
TenancyField = Annotated[TenancyForm, Short(text_as("strategy"), lambda: {"enum": ["none", "schema", "database"]})]


def _english(value: object) -> str:
    if value != "en":
        what = f"the document can be written in `en` only, and here is {kind_of(value)}"
        raise Refusal(what, why="this version has no other language", fix="write `language: en`", rule="bad-decision")
    return "en"


Language = Annotated[str, PlainValidator(_english), WithJsonSchema({"const": "en"})]


class DecisionsForm(Strict):
    """The cross-cutting decisions. Each is written plainly or as `{choose: …, because: …, decided: …}`."""

    engines: Annotated[Reasoned[Engines] | None, Choice()] = Field(
        None, description="One or more: each gets its own variant.", examples=[["postgresql 16", "mysql 8.0", "sqlite"]]
    )
    migration: Annotated[Reasoned[Literal["greenfield", "brownfield", "mixed"]] | None, Choice()] = Field(
        None, description="Whether there is a schema in production already."
    )
    tenancy: Annotated[Reasoned[TenancyField] | None, Choice()] = Field(
        None, description="How tenants are kept apart.", examples=[{"strategy": "shared", "tenant": "Organization"}]
    )
    deletes: Annotated[Reasoned[Deletes] | None, Choice()] = Field(
        None,
        description="What deleting a row means, for all entities or per entity.",
        examples=["soft", {"default": "soft", "AuditEvent": "hard"}],
    )
    retention: Annotated[Reasoned[Literal["none", "gdpr", "ttl", "custom"]] | None, Choice()] = Field(
        None, description="Which rules say how long rows are kept."
    )
    depth: Annotated[Reasoned[Literal["production", "mvp", "schema"]] | None, Choice()] = Field(
        None, description="How much the document tells."
    )
    primary_keys: Annotated[Reasoned[Keys] | None, Choice()] = Field(
        None, description="The type of keys, for all entities or per entity.", examples=["bigint", {"default": "uuid"}]
    )
    language: Annotated[Reasoned[Language] | None, Choice()] = Field(None, description="The language of the prose.")


class ModelForm(Strict):
    """model.yaml: a data model's identity and decisions."""

    model_config = ConfigDict(title="Model file")

    datamodel: Literal[1] = Field(description="The spec format.")
    id: Annotated[int, Field(ge=1, le=9999)] = Field(description="A number that no other model has.", examples=[1])
    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)] = Field(
        description="Its name in file names.", examples=["support-desk"]
    )
    title: Word = Field(description="Its name for readers.", examples=["Support desk"])
    summary: Prose = Field("", description="One or two sentences for the index of all models.")
    date: Day = Field("", description="The day that the document bears, YYYY-MM-DD.")
    owners: Annotated[list[Word], Short(one_as_list, lambda: {"type": "string", "minLength": 1})] = Field(
        default_factory=list, description="Who answers for it.", examples=[["team-support"]]
    )
    decisions: DecisionsForm = Field(
        default_factory=lambda: DecisionsForm.model_validate({}), description="The cross-cutting decisions."
    )
