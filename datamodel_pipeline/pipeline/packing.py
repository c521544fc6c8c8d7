"""Values to bytes and back, for the state file: pickle, but several times faster for frozen slotted dataclasses.

In: values made of the standard types, enums, named tuples and dataclasses of this package. Out: bytes that only this
version of the package reads. Python's own way of pickling a frozen dataclass with slots looks up its fields for every
single object, both ways; here functions that are made once for each class know them.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from types import FunctionType
from typing import Any

Getter = Callable[[Any], Any]
Maker = Callable[..., object]
_PARTS: dict[type, tuple[Maker, Getter] | None] = {}
_KINDS: dict[Maker, type] = {}


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
        """How one object is taken apart; NotImplemented leaves it to pickle. A maker is named once for many objects."""
        kind = type(value)
        try:
            parts = _PARTS[kind]
        except KeyError:
            parts = _PARTS[kind] = _parts(kind)
        if parts is not None:
            return parts[0], parts[1](value)
        if isinstance(value, Enum):
            return member, (kind, value.value)
        known = _KINDS.get(value) if kind is FunctionType else None
        return NotImplemented if known is None else (maker, (known,))


def _parts(kind: type) -> tuple[Maker, Getter] | None:
    """What makes an object of a dataclass with slots and what gets all its fields; None for any other class."""
    slots = kind.__dict__.get("__slots__", ())
    if not is_dataclass(kind) or not slots or isinstance(slots, str):
        return None
    made = maker(kind)
    _KINDS[made] = kind
    if len(slots) == 1:
        name = slots[0]
        return made, lambda value: (getattr(value, name),)
    return made, attrgetter(*slots)


def member(kind: type[Enum], value: object) -> Enum:
    """A member of an enumeration: what calling the class gives, without its detours."""
    return kind._value2member_map_[value]


@cache
def maker(kind: type) -> Maker:
    """A function that makes an object of this dataclass from the values of its slots, past the refusal of a frozen one.

    It is written out for each class: a loop over the slots would take twice as long, hundred thousand times.
    """
    slots = kind.__dict__["__slots__"]
    names: dict[str, Any] = {"_new": object.__new__, "_kind": kind}
    names |= {f"_set_{slot}": getattr(kind, slot).__set__ for slot in slots}
    lines = [f"def make({', '.join(slots)}):", " _made = _new(_kind)"]
    lines += [f" _set_{slot}(_made, {slot})" for slot in slots]
    exec("\n".join([*lines, " return _made"]), names)  # the text is made of our own classes' field names
    made: Maker = names["make"]
    return made
