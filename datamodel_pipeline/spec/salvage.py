"""What can still be read of a file that has errors, so that one mistake does not hide others.

In: the values of a file and pydantic's errors over them. Out: the form of what remains when everything that an error
points into is left out. It knows that errors lie at most two keys below the top, nothing more of the language.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from datamodel_pipeline.spec.base_model import Strict

Form = TypeVar("Form", bound=Strict)
_ROUNDS = 3
"""Leaving something out can make something else wrong; after so many rounds nothing is worth keeping."""


def salvage(form: type[Form], value: dict[str, object], error: ValidationError) -> Form | None:
    """The form of the parts without errors, or None when what is left makes no sense."""
    for _ in range(_ROUNDS):
        value = _without(value, {tuple(map(str, one["loc"][:2])) for one in error.errors()})
        try:
            return form.model_validate(value)
        except ValidationError as next_error:
            error = next_error
    return None


def _without(value: dict[str, object], broken: set[tuple[str, ...]]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for key, item in value.items():
        inner = {path[1] for path in broken if path[0:1] == (key,) and len(path) == 2}
        if (key,) in broken or (inner and not isinstance(item, dict | list)):
            continue
        if isinstance(item, dict) and inner:
            kept[key] = {name: part for name, part in item.items() if name not in inner}
        elif isinstance(item, list) and inner:
            kept[key] = [part for position, part in enumerate(item) if str(position) not in inner]
        else:
            kept[key] = item
    return kept
