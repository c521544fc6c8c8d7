"""Values to bytes and back, for the state file: pickle, but several times faster for frozen slotted dataclasses.

In: values made of the standard types, enums, named tuples and dataclasses of this package. Out: bytes that only this
version of the package reads. Python's own way of pickling a frozen dataclass with slots looks up its fields for every
single object, both ways; here one function a class remembers them.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

_GETTERS: dict[type, Callable[[Any], Any] | None] = {}
_new = object.__new__


def pack(value: object) -> bytes:
    """The value as bytes."""
    buffer = io.BytesIO()
    _Pickler(buffer, 5).dump(value)
    return buffer.getvalue()


def unpack(content: bytes) -> Any:
    """The value that `pack` was given."""
    return pickle.loads(content)


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        """How one object is taken apart; NotImplemented leaves it to pickle."""
        kind = type(value)
        try:
            getter = _GETTERS[kind]
        except KeyError:
            getter = _GETTERS[kind] = _getter(kind)
        return NotImplemented if getter is None else (_rebuilt, (kind, *getter(value)))


def _getter(kind: type) -> Callable[[Any], Any] | None:
    """What gets all fields of a dataclass with slots at once; None for any other class."""
    slots = kind.__dict__.get("__slots__", ())
    if not is_dataclass(kind) or not slots or isinstance(slots, str):
        return None
    if len(slots) == 1:
        name = slots[0]
        return lambda value: (getattr(value, name),)
    return attrgetter(*slots)


def _rebuilt(kind: type, *values: object) -> object:
    made: object = _new(kind)
    for set_field, value in zip(_setters(kind), values, strict=True):
        set_field(made, value)
    return made


@cache
def _setters(kind: type) -> tuple[Callable[[object, object], None], ...]:
    """What sets each slot, past the refusal of a frozen class."""
    return tuple(getattr(kind, name).__set__ for name in kind.__dict__["__slots__"])
