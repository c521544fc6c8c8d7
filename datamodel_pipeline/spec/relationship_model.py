"""What a user may write about one relationship, shorthand and long form.

In: plain values read from YAML. Out: a validated `RelationshipForm` in long form, whose keys suit its kind. It knows
one relationship at a time; whether the other entity exists is asked in `check`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from datamodel_pipeline.spec.attribute_model import AttributeField
from datamodel_pipeline.spec.base_model import AttributeName, Prose, Strict
from datamodel_pipeline.spec.refusal import Refusal, Refusals
from datamodel_pipeline.spec.short import Short
from datamodel_pipeline.spec.shorthand import NAMES

KINDS = ("belongs_to", "has_many", "has_one", "many_to_many")
Target = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*\??$", max_length=61)]
Action = Literal["restrict", "no_action", "cascade", "set_null", "set_default"]
_LEFT_TO_THE_BUILD: Any = ""

_SHORT = re.compile(rf"\s*({'|'.join(KINDS)})\s+(\S+)\s*")
_SUITS = {
    # key: the kinds that may have it, and what it is about
    "optional": (("belongs_to",), "only a belongs_to holds a reference that may be NULL"),
    "unique": (("belongs_to",), "only a belongs_to holds a reference that may be unique"),
    "on_delete": (("belongs_to", "many_to_many"), "the other side holds the reference; write it there"),
    "on_update": (("belongs_to", "many_to_many"), "the other side holds the reference; write it there"),
    "attributes": (("many_to_many",), "only the junction table of a many_to_many has attributes of its own"),
    "inverse": (("has_many", "has_one"), "only has_many and has_one mirror a belongs_to"),
    "renamed_from": (("belongs_to", "many_to_many"), "the other side holds the reference; write it there"),
}


class RelationshipForm(Strict):
    """One relationship: exactly one of belongs_to, has_many, has_one and many_to_many names the other entity."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [kind]} for kind in KINDS], "examples": [{"belongs_to": "User"}]}
    )

    belongs_to: Target = Field(
        "", description="This entity refers to that one. `User?` makes it optional.", examples=["User"]
    )
    has_many: Target = Field(
        "", description="The other side of a belongs_to; checked, adds nothing.", examples=["Comment"]
    )
    has_one: Target = Field("", description="The other side of a unique belongs_to.", examples=["Profile"])
    many_to_many: Target = Field("", description="A junction table stands between the two.", examples=["Tag"])
    optional: bool = Field(False, description="The reference may be NULL.")
    unique: bool = Field(False, description="One-to-one: no two rows refer to the same one.")
    on_delete: Action = Field(_LEFT_TO_THE_BUILD, description="What happens here when the other row is deleted.")
    on_update: Action = Field(_LEFT_TO_THE_BUILD, description="What happens here when the other row's key changes.")
    attributes: dict[AttributeName, AttributeField] = Field(
        default_factory=dict, description="What each pair of a many_to_many carries."
    )
    inverse: AttributeName = Field("", description="The belongs_to that this has_many or has_one mirrors.")
    description: Prose = Field("", description="What the relationship means.")
    renamed_from: AttributeName = Field("", description="Its name before: a rename instead of drop and add.")

    @property
    def kind(self) -> str:
        """Which of the four it is; "" when none was written."""
        return next((kind for kind in KINDS if getattr(self, kind)), "")

    @property
    def target(self) -> str:
        """The other entity."""
        return str(getattr(self, self.kind)).removesuffix("?")

    @property
    def may_be_null(self) -> bool:
        """Whether it is optional in either way of saying so."""
        return self.optional or self.belongs_to.endswith("?")

    @model_validator(mode="after")
    def _agrees(self) -> RelationshipForm:
        if problems := _problems(self):
            raise Refusals(problems)
        return self


def _problems(form: RelationshipForm) -> list[Refusal]:
    kinds = [kind for kind in KINDS if getattr(form, kind)]
    if len(kinds) != 1:
        said = " and ".join(f"`{kind}`" for kind in kinds) or "none of them"
        what = f"a relationship needs one of belongs_to, has_many, has_one and many_to_many, and here is {said}"
        return [Refusal(what, fix="write for example `author: {belongs_to: User}`", rule="bad-relationship")]
    found = []
    kind = kinds[0]
    for key, (suitable, why) in _SUITS.items():
        if key in form.model_fields_set and kind not in suitable:
            what = f"`{key}` does not go with `{kind}`"
            found.append(Refusal(what, why=why, fix=f"remove `{key}`", rule="bad-relationship", path=(key,)))
    target = getattr(form, kind)
    if target.endswith("?") and kind != "belongs_to":
        what = f"`{target}` marks a {kind} as optional"
        fix = f"write `{target[:-1]}`"
        found.append(Refusal(what, why=_SUITS["optional"][1], fix=fix, rule="bad-relationship", path=(kind,)))
    if form.belongs_to.endswith("?") and "optional" in form.model_fields_set and not form.optional:
        what = f"`{form.belongs_to}` says optional, and `optional` is false"
        found.append(Refusal(what, fix="remove the `?` or `optional: false`", rule="bad-relationship"))
    if kind == "belongs_to" and form.on_delete == "set_null" and not form.may_be_null:
        what = "`on_delete: set_null` needs a reference that may be NULL"
        fix = "write `optional: true`, or another on_delete: restrict or cascade"
        found.append(Refusal(what, fix=fix, rule="bad-relationship", path=("on_delete",)))
    return found


def _widen(value: Any) -> Any:
    """`belongs_to User` to `{belongs_to: User}`; any other text is refused with the forms that there are."""
    if isinstance(value, dict) and "type" in value and not any(kind in value for kind in KINDS):
        what = "`type` makes it an attribute, and it stands below `relationships`"
        raise Refusal(what, fix="move it below `attributes:`", rule="bad-relationship")
    if not isinstance(value, str):
        return value
    if match := _SHORT.fullmatch(value):
        return {match[1]: match[2]}
    if _type_name(value) in NAMES:
        what = f"{value!r} is a type, and relationships lead to entities"
        raise Refusal(what, fix="move it below `attributes:`", rule="bad-relationship")
    named = re.fullmatch(r"(?:\S+\s+){0,2}([A-Z][A-Za-z0-9]*\??)", value.strip())
    guess = named[1] if named else "User"
    fix = f"write `belongs_to {guess}` or {{belongs_to: {guess}}}; likewise has_many, has_one, many_to_many"
    raise Refusal(f"{value!r} is no relationship", fix=fix, rule="bad-relationship")


def _type_name(text: str) -> str:
    found = re.match(r"\s*([a-z]+)\s*(\(|\??\s*$)", text)
    return found[1] if found else ""


def _short() -> dict[str, Any]:
    return {"type": "string", "pattern": rf"^\s*({'|'.join(KINDS)})\s+[A-Z][A-Za-z0-9]*\??\s*$"}


RelationshipField = Annotated[RelationshipForm, Short(_widen, _short)]
