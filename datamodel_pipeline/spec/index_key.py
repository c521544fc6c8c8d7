"""One key of a declared index: `status`, `created_at desc nulls last`, `(lower(email))`, or the long form.

In: the YAML value. Out: `specs.IndexKey`, or a refusal. Whether the name exists is asked in `check`.
"""

from __future__ import annotations

import re

from datamodel_pipeline.spec import sql_text
from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.specs import IndexKey, Sql
from datamodel_pipeline.spec.suggest import did_you_mean

_TAIL = r"(?:\s+(?P<order>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?\s*$"
_NAMED = re.compile(r"\s*(?P<name>[a-z][a-z0-9_]*)" + _TAIL)
_EXPRESSION = re.compile(r"\s*\((?P<sql>.*)\)" + _TAIL, re.DOTALL)
_KEYS = ("attribute", "sql", "order", "nulls")
_FIX = "write `status`, `created_at desc`, `(lower(email))`, or {attribute: created_at, order: desc, nulls: last}"
SCHEMA = {
    "anyOf": [
        {
            "type": "string",
            "pattern": r"^\s*([a-z][a-z0-9_]*|\([\s\S]+\))(\s+(asc|desc))?(\s+nulls\s+(first|last))?\s*$",
        },
        {
            "type": "object",
            "properties": {
                "attribute": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                "sql": {"anyOf": [{"type": "string", "pattern": r"\S"}, {"type": "object"}]},
                "order": {"enum": ["asc", "desc"]},
                "nulls": {"enum": ["first", "last"]},
            },
            "oneOf": [{"required": ["attribute"]}, {"required": ["sql"]}],
            "additionalProperties": False,
        },
    ]
}


def read(value: object) -> IndexKey:
    """The key. Raises Refusal."""
    if isinstance(value, dict):
        return _long(value)
    if not isinstance(value, str):
        raise Refusal(f"an index key must be text, not {kind_of(value)}", fix=_FIX, rule="bad-index")
    if match := _NAMED.fullmatch(value):
        return IndexKey(name=match["name"], descending=match["order"] == "desc", nulls=match["nulls"] or "")
    match = _EXPRESSION.fullmatch(value)
    if match is None or not match["sql"].strip():
        raise Refusal(f"{value!r} is no index key", fix=_FIX, rule="bad-index")
    expression = Sql(match["sql"].strip())
    return IndexKey(expression=expression, descending=match["order"] == "desc", nulls=match["nulls"] or "")


def _long(value: dict[str, object]) -> IndexKey:
    for key in value:
        if key not in _KEYS:
            fix = did_you_mean(key, _KEYS)
            raise Refusal(f"unknown key `{key}` in an index key", fix=fix, rule="unknown-key", path=(key,))
    name, order, nulls = value.get("attribute", ""), value.get("order", "asc"), value.get("nulls", "")
    if ("sql" in value) == ("attribute" in value) or not isinstance(name, str):
        raise Refusal("an index key needs one of `attribute` and `sql`", fix=_FIX, rule="bad-index")
    if "attribute" in value and not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise Refusal(f"`{name}` is no attribute's name", fix=_FIX, rule="bad-index", path=("attribute",))
    if order not in ("asc", "desc"):
        raise Refusal("`order` is asc or desc", fix=_FIX, rule="bad-index", path=("order",))
    if "nulls" in value and nulls not in ("first", "last"):
        raise Refusal("`nulls` is first or last", fix=_FIX, rule="bad-index", path=("nulls",))
    expression = None
    if "sql" in value:
        try:
            expression = sql_text.read(value["sql"])
        except Refusal as refusal:
            raise refusal.below("sql") from None
    return IndexKey(name=name, expression=expression, descending=order == "desc", nulls=str(nulls))
