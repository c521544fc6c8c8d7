"""Small turns of English that many sections need. Other languages would replace this module and the templates."""

from __future__ import annotations

from collections.abc import Sequence

STEPS = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 table`, `3 tables`, `no tables`."""
    if number == 1:
        return f"1 {noun}"
    many = plural or (f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s")
    return f"{number or 'no'} {many}"


def rows(number: int) -> str:
    """A row count as people say it: `about 50 million rows`."""
    for size, word in STEPS:
        if number >= size:
            return f"about {number / size:.3g} {word} rows"
    return f"about {number} rows"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def sentence(words: str) -> str:
    """The words with a capital and a full stop."""
    words = words.strip()
    if not words:
        return ""
    return words[0].upper() + words[1:] + ("" if words[-1] in ".!?:" else ".")
