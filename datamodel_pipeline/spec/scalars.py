"""What an unquoted YAML word means: the YAML 1.2 core rules without their surprises.

In: the text of a plain scalar. Out: None, a bool, an int, a `Real`, or the text itself. `no`, `on`, `012`, `0x1F`,
`12:30`, `1_000`, `.inf` and dates stay text.
"""

from __future__ import annotations

import math
import re

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,39})", re.ASCII)
_REAL = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]{0,39})?\.[0-9]{1,40}|(?:0|[1-9][0-9]{0,39})\.?)(?:[eE][-+]?[0-9]{1,3})?", re.ASCII
)
_STARTS = frozenset("+-.0123456789")


class Real(float):
    """A number with a fraction that remembers how it was written, so that no digit is lost unseen."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Real:
        """The number that `text` spells."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _REAL.fullmatch(text) and math.isfinite(float(text)):
        return Real(text)
    return text
