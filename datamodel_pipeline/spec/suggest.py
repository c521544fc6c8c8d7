"""Did you mean: the known word nearest to the one that was written. Pure text; it knows nothing of specs."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 64
"""Longer words are not compared: nobody mistypes them, and the comparison is quadratic."""
_BEGINNING = 4
"""So many letters are enough to mean the word that begins with them."""


def closest(word: str, candidates: Iterable[str]) -> str:
    """The candidate that the writer most likely meant, or "" when none is near.

    Words that differ only in case, underscores, hyphens or a plural s are nearest; then those that begin with the
    word, then those within one edit for every three letters. Of two equally near, the alphabetically first wins.
    """
    if not word or len(word) > _LONGEST:
        return ""
    bare = _bare(word)
    best, best_distance = "", max(1, len(bare) // 3) + 1
    for candidate in sorted(set(candidates)):
        other = _bare(candidate)
        if candidate == word or len(other) > _LONGEST:
            continue
        begins = len(bare) >= _BEGINNING and other.startswith(bare)
        if abs(len(other) - len(bare)) >= best_distance and not begins:
            continue
        distance = 0 if other.rstrip("s") == bare.rstrip("s") else 1 if begins else _distance(bare, other)
        if distance < best_distance:
            best, best_distance = candidate, distance
    return best


def did_you_mean(word: str, candidates: Iterable[str], most: int = 12) -> str:
    """``did you mean `x`?``, or the list of (at most so many) candidates when nothing is near."""
    known = sorted(set(candidates))
    if near := closest(word, known):
        return f"did you mean `{near}`?"
    shown = ", ".join(f"`{name}`" for name in known[:most])
    return f"there is {shown}{' and more' if len(known) > most else ''}" if known else ""


def _bare(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "").replace(" ", "")


def _distance(one: str, two: str) -> int:
    """Edits (insert, remove, replace, swap neighbours) from one word to the other."""
    before: list[int] = []
    last = list(range(len(two) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, other in enumerate(two, 1):
            edits = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == two[column - 2] and one[row - 2] == other:
                edits = min(edits, before[column - 2] + 1)
            now.append(edits)
        before, last = last, now
    return last[-1]
