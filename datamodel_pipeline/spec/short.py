"""Shorthand beside long form: pydantic metadata that writes a shorthand out before it is validated.

In: a function that turns a shorthand into the long form, and the JSON Schema of the shorthand. Out: one validated long
form for both, and a JSON Schema that allows both. It knows nothing of specs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

JsonSchema = dict[str, Any]
_WRITTEN_OUT = frozenset({"choose", "because", "decided"})


@dataclass(frozen=True)
class Short:
    """`widen` gets every value and returns the long form of a shorthand, or the value itself."""

    widen: Callable[[Any], Any]
    schema: Callable[[], JsonSchema] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The long form's schema behind `widen`."""
        return core_schema.no_info_before_validator_function(self.widen, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchema:
        """Either the shorthand or the long form; the long form alone where `widen` only refuses."""
        long = handler(schema["schema"])
        return {"anyOf": [self.schema(), long]} if self.schema else long


@dataclass(frozen=True)
class Choice:
    """Metadata of a decision: written plainly, or as `{choose, because, decided}`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The written-out form's schema; a plain value becomes its `choose`."""
        return core_schema.no_info_before_validator_function(_choose, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchema:
        """Either what `choose` takes or the written-out form."""
        long = handler(_required(schema["schema"]))
        plain = handler.resolve_ref_schema(long)["properties"]["choose"]
        bare = {key: value for key, value in plain.items() if key not in ("title", "description")}
        return {"anyOf": [bare, long]}


def _required(schema: Any) -> Any:
    """The schema of the value itself where None stands for an absent key: an empty key is refused before."""
    return schema["schema"] if schema["type"] == "nullable" else schema


def _choose(value: Any) -> Any:
    return value if isinstance(value, dict) and not _WRITTEN_OUT.isdisjoint(value) else {"choose": value}


def text_as(key: str) -> Callable[[Any], Any]:
    """A `widen` that puts a text under `key`."""
    return lambda value: {key: value} if isinstance(value, str) else value


def one_as_list(value: Any) -> Any:
    """A `widen` that makes a text a list of one."""
    return [value] if isinstance(value, str) else value
