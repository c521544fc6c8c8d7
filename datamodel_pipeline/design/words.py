"""The words that reasons are written with: an author's names as they are said in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from datamodel_pipeline.design.naming import plural, snake

_A_BEFORE_VOWEL: Final = re.compile(r"eu|one|u(?:ni(?!n)|s[aeiu]|til|r[ailo]|uid|[ix]\b)")
_AN_BEFORE_CONSONANT: Final = re.compile(
    r"hour|honest|honou?r|heir|(?:sla|sms|sku|ssl|xml|html|http|rfq|rfid|mfa|nft|faq)\b"
)


def noun(name: str) -> str:
    """`AuditEvent` → `audit event`."""
    return snake(name).replace("_", " ")


def nouns(name: str) -> str:
    """`AuditEvent` → `audit events`."""
    return plural(snake(name)).replace("_", " ")


def a(name: str) -> str:
    """The noun with its article: `an audit event`."""
    word = noun(name)
    vowel = word[:1] in "aeiou" and not _A_BEFORE_VOWEL.match(word)
    return f"{'an' if vowel or _AN_BEFORE_CONSONANT.match(word) else 'a'} {word}"


def article(name: str) -> str:
    """The article alone: `an` for `AuditEvent`."""
    return a(name).split(" ", 1)[0]


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def listed(items: Sequence[str], *, last: str = "and") -> str:
    """`a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
