"""What can still be read of a file that has errors, so that one mistake does not hide others.

In: the values of a file and pydantic's errors over them. Out: the form of what remains when everything that an error
points at is left out: first exactly that, and where this does not help, the whole entry around it. It knows that
entries (attributes, relationships, decisions, list items) lie two keys deep, nothing more of the language.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from datamodel_pipeline.spec.base_model import Strict
from datamodel_pipeline.spec.errors import MOST
from datamodel_pipeline.spec.marks import TRANSPARENT, Marks

Form = TypeVar("Form", bound=Strict)
Path = tuple[str, ...]
Doomed = tuple[object, str, Path]
"""What is to be left out: the mapping or list that holds it, its key or position there, and its whole path."""
_DEPTHS = (40, 2, 2)
"""How deep each round cuts: leaving something out can make the entry around it wrong."""


def salvage(
    form: type[Form], value: dict[str, object], error: ValidationError, marks: Marks
) -> tuple[Form | None, Marks]:
    """The form of the parts without errors, and the marks that suit it.

    The form is None when what is left makes no sense, or when there are more errors than anybody reads.
    """
    if error.error_count() > MOST:
        return None, marks
    for depth in _DEPTHS:
        value, marks = _without(value, [path[:depth] for path in _paths(error)], marks)
        try:
            return form.model_validate(value), marks
        except ValidationError as next_error:
            error = next_error
    return None, marks


def doubtful(error: ValidationError, section: str) -> frozenset[str]:
    """The names of the entries of a section that have errors."""
    return frozenset(path[1] for path in _paths(error) if len(path) > 1 and path[0] == section)


def _paths(error: ValidationError) -> list[Path]:
    return [tuple(str(part) for part in one["loc"] if part != "[key]") for one in error.errors(include_url=False)]


def _standing(value: object, path: Path) -> Path:
    """The path as it stands in the values: without the keys that only a long form has, cut where nothing follows."""
    standing: list[str] = []
    for part in path:
        below = _child(value, part)
        if below is not None:
            standing.append(part)
            value = below
        elif part not in TRANSPARENT:
            break
    return tuple(standing)


def drop(value: dict[str, object], paths: list[Path], marks: Marks) -> Marks:
    """Removes what the paths lead to from the values themselves. Returns the marks that suit what is left."""
    return _remove([_doomed(value, path) for path in paths], marks)


def _without(value: dict[str, object], broken: list[Path], marks: Marks) -> tuple[dict[str, object], Marks]:
    """A copy of the values without what the paths lead to, or without the deepest part of a path that there is."""
    kept = _copy(value)
    assert isinstance(kept, dict)
    standing = [_standing(kept, path) for path in broken]
    return kept, _remove([_doomed(kept, path) for path in standing if path], marks)


def _doomed(value: object, path: Path) -> Doomed:
    for part in path[:-1]:
        value = _child(value, part)
    return value, path[-1], path


def _remove(doomed: list[Doomed], marks: Marks) -> Marks:
    """Removes all of it, later list items first, so that the positions of the others stay right meanwhile."""
    unique = {path: (holder, part) for holder, part, path in doomed}
    items: list[Path] = []
    for path in sorted(unique, key=lambda path: [(len(part), part) for part in path], reverse=True):
        holder, part = unique[path]
        if isinstance(holder, dict):
            holder.pop(part, None)
        elif isinstance(holder, list) and part.isdigit() and int(part) < len(holder):
            del holder[int(part)]
            items.append(path)
    return marks.without_items(items)


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
