"""JSON Schemas of the files that a user writes, for editors that complete and check as one types.

In: the pydantic model of a kind of file. Out: its JSON Schema; and the part of it that a path of YAML keys leads to, so
that error messages can say what is allowed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from datamodel_pipeline.spec.base_model import Strict

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Form = type[Strict]
JsonSchema = dict[str, Any]


def schema(form: Form) -> JsonSchema:
    """The JSON Schema of the files that this form is about. It is fresh and may be changed."""
    return {"$schema": DIALECT, **_tidy(form.model_json_schema())}


@lru_cache(maxsize=8)
def _schema(form: Form) -> JsonSchema:
    return schema(form)


def keys_at(form: Form, path: Sequence[str]) -> tuple[str, ...]:
    """The keys that are allowed in the mapping at this path, sorted; empty where any name is."""
    return tuple(sorted({key for part in _parts(form, path) for key in part.get("properties", ())}))


def kinds_at(form: Form, path: Sequence[str]) -> tuple[str, ...]:
    """The JSON types that are allowed at this path, sorted: "array", "boolean", "integer", "object", "string"."""
    found: set[str] = set()
    for part in _parts(form, path):
        named = part.get("type", "string" if "enum" in part else ())
        found.update([named] if isinstance(named, str) else named)
    return tuple(sorted(found))


def example_at(form: Form, path: Sequence[str]) -> Any:
    """An example of the value at this path, or None."""
    return next((part["examples"][0] for part in _parts(form, path) if part.get("examples")), None)


def _parts(form: Form, path: Sequence[str]) -> list[JsonSchema]:
    root = _schema(form)
    here = list(_branches(root, root))
    for step in path:
        below = [child for part in here for child in _children(part, step)]
        here = [branch for child in below for branch in _branches(root, child)] or here
    return here


def _branches(root: JsonSchema, part: JsonSchema) -> Iterator[JsonSchema]:
    """The part itself and, where it is a choice or a reference, what it stands for."""
    yield part
    if "$ref" in part:
        yield from _branches(root, root["$defs"][part["$ref"].rpartition("/")[2]])
    for choice in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        if "required" not in choice or "properties" in choice:
            yield from _branches(root, choice)


def _children(part: JsonSchema, step: str) -> Iterator[JsonSchema]:
    if step in part.get("properties", ()):
        yield part["properties"][step]
    for pattern, child in part.get("patternProperties", {}).items():
        if re.search(pattern, step):
            yield child
    if step.isdigit() and "items" in part:
        yield part["items"]


def _tidy(part: Any, *, names: bool = False) -> Any:
    """Without what only pydantic knows: made-up titles, None and "" that stand for "absent", open pattern mappings.

    `names` says that the keys of this mapping are names, not JSON Schema words.
    """
    if isinstance(part, list):
        return [_tidy(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    tidy = {
        key: value
        if key in ("examples", "enum")
        else _tidy(value, names=key in ("properties", "$defs", "patternProperties"))
        for key, value in part.items()
        if names or not (key == "default" and value in ("", None))
        if names or not (key == "title" and "properties" not in part)
    }
    if "patternProperties" in tidy and not names:
        tidy.setdefault("additionalProperties", False)
    return tidy
