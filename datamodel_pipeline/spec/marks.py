"""Where things stand in a spec file: every key and value by its path of YAML keys and list positions.

In: places recorded while a file is read. Out: locations for diagnostics. It knows paths and places, nothing of what
the values mean, except that short and long forms of one thing have one place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from datamodel_pipeline.diagnostics import Diagnostic, Location

SEPARATOR = "\0"
"""Between the parts of a recorded path. YAML text that holds it is refused, so it cannot be part of a key."""

TRANSPARENT = frozenset({"choose", "on"})
"""Keys that a long form has and its shorthand has not, with more below them: decisions and declared indexes."""

COLLECTION = -2
UNKNOWN = -1


class Place(NamedTuple):
    """Line and column, from 1, of a key (or list item) and of its value.

    `inner` is how far behind the value's place its first character stands: 0 plain, 1 quoted, UNKNOWN where the text
    was folded or escaped, COLLECTION for a mapping or list.
    """

    key_line: int
    key_column: int
    line: int
    column: int
    inner: int


@dataclass(frozen=True, slots=True)
class Marks:
    """The places of one file. `places` has one entry for each path, parts each led by SEPARATOR; the root is absent."""

    file: str
    places: Mapping[str, Place] = field(default_factory=dict)

    def value(self, path: Sequence[str]) -> Location:
        """Where the value at this path, or at the longest known prefix, stands; a mapping or list stands at its key."""
        place = self._nearest(path)[1]
        if place is None:
            return Location(self.file)
        if place.inner == COLLECTION:
            return Location(self.file, place.key_line, place.key_column)
        return Location(self.file, place.line, place.column)

    def key(self, path: Sequence[str]) -> Location:
        """Where the key at this path, or at the longest known prefix, stands."""
        place = self._nearest(path)[1]
        return Location(self.file, place.key_line, place.key_column) if place else Location(self.file)

    def inside(self, path: Sequence[str], offset: int) -> Location:
        """Where the character number `offset` (from 0) of the text at this path stands; its start where unknown."""
        place = self._nearest(path)[1]
        if place is None or place.inner < 0:
            return self.value(path)
        return Location(self.file, place.line, place.column + place.inner + offset)

    def known(self, path: Sequence[str]) -> tuple[str, ...]:
        """The keys and positions of the longest prefix of this path that stands in the file, as it stands there."""
        return tuple(self._nearest(path)[0].split(SEPARATOR)[1:])

    def without_items(self, paths: Iterable[Sequence[str]]) -> Marks:
        """The marks of the same file with these list items left out: the items behind each move up."""
        dropped: dict[str, list[int]] = {}
        for *above, position in paths:
            dropped.setdefault("".join(f"{SEPARATOR}{part}" for part in above), []).append(int(position))
        if not dropped:
            return self
        for positions in dropped.values():
            positions.sort()
        moved = ((_moved(key, dropped), place) for key, place in self.places.items())
        return Marks(self.file, {key: place for key, place in moved if key})

    def _nearest(self, path: Sequence[str]) -> tuple[str, Place | None]:
        here, found = "", None
        for part in path:
            step = f"{here}{SEPARATOR}{part}"
            if step not in self.places:
                wrapped = (f"{here}{SEPARATOR}{key}{SEPARATOR}{part}" for key in sorted(TRANSPARENT))
                step = next((candidate for candidate in wrapped if candidate in self.places), "")
            if step:
                here, found = step, self.places[step]
            elif part not in TRANSPARENT:
                break
        return here, found


def _moved(key: str, dropped: Mapping[str, Sequence[int]]) -> str:
    """The path of a place when the list items at `dropped` are left out; "" when it lies in one of them."""
    before = after = ""
    for part in key.split(SEPARATOR)[1:]:
        positions = dropped.get(before, ())
        above = bisect_left(positions, int(part)) if positions else 0
        if above < len(positions) and positions[above] == int(part):
            return ""
        after += f"{SEPARATOR}{int(part) - above if positions else part}"
        before += f"{SEPARATOR}{part}"
    return after


def locate(diagnostics: Iterable[Diagnostic], marks: Mapping[str, Marks]) -> tuple[Diagnostic, ...]:
    """The diagnostics, each with a location where it has none and `at` names something that stands in a file.

    `marks` are by the first part of `at`: an entity's name, or `model`.
    """
    return tuple(
        replace(diagnostic, location=marks[diagnostic.at[0]].value(diagnostic.at[1:]))
        if diagnostic.location is None and diagnostic.at and diagnostic.at[0] in marks
        else diagnostic
        for diagnostic in diagnostics
    )
