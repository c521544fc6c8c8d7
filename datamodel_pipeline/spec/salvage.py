"""What can still be read of a file that has errors, so that one mistake does not hide others.

In: the values of a file and pydantic's errors over them. Out: the form of what remains when everything that an error
points at is left out: first exactly that, and where this does not help, the whole entry around it. It knows that
entries (attributes, relationships, decisions, list items) lie two keys deep, nothing more of the language.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from datamodel_pipeline.spec.base_model import Strict

Form = TypeVar("Form", bound=Strict)
Path = tuple[str, ...]
_DEPTHS = (40, 2, 2)
"""How deep each round cuts: leaving something out can make the entry around it wrong."""


def salvage(form: type[Form], value: dict[str, object], error: ValidationError) -> Form | None:
    """The form of the parts without errors, or None when what is left makes no sense."""
    for depth in _DEPTHS:
        value = _without(value, [path[:depth] for path in _paths(error)])
        try:
            return form.model_validate(value)
        except ValidationError as next_error:
            error = next_error
    return None


def doubtful(error: ValidationError, section: str) -> frozenset[str]:
    """The names of the entries of a section that have errors."""
    return frozenset(path[1] for path in _paths(error) if len(path) > 1 and path[0] == section)


def _paths(error: ValidationError) -> list[Path]:
    return [tuple(str(part) for part in one["loc"] if part != "[key]") for one in error.errors(include_url=False)]


def _without(value: dict[str, object], broken: list[Path]) -> dict[str, object]:
    """A copy of the values without what the paths lead to, or without the deepest part of a path that there is."""
    kept = _copy(value)
    assert isinstance(kept, dict)
    doomed: list[tuple[object, str]] = []
    for path in broken:
        holder: object = kept
        for depth, part in enumerate(path):
            below = _child(holder, part)
            if depth + 1 == len(path) or below is None or _child(below, path[depth + 1]) is None:
                doomed.append((holder, part))
                break
            holder = below
    for holder, part in sorted(doomed, key=lambda one: (len(one[1]), one[1]), reverse=True):
        if isinstance(holder, dict):
            holder.pop(part, None)
        elif isinstance(holder, list) and part.isdigit() and int(part) < len(holder):
            del holder[int(part)]
    return kept


def _child(value: object, part: str) -> object:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return None


def _copy(value: object) -> object:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
