"""Texts that a comma cut: inside of `{…}` and `[…]`, YAML reads `{type: enum(a, b)}` as `enum(a` and a key `b)`.

In: the pieces as PyYAML's events, one after the other. Out: the one text that the writer meant, when the parentheses
close; else the pieces fit no longer and stay what they were. It knows parentheses, nothing of what the text means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard

from yaml.events import Event, ScalarEvent


def opened(text: str) -> int:
    """How many parentheses the text leaves open; negative when it closes more than it opens."""
    return text.count("(") - text.count(")")


def is_plain(event: Event) -> TypeGuard[ScalarEvent]:
    """Whether it is a text without quotes, tag and anchor: only such texts are put together."""
    return isinstance(event, ScalarEvent) and not event.style and event.tag is None and event.anchor is None


@dataclass(slots=True)
class Torn:
    """The pieces so far. In a mapping every further piece came as a key, with an empty value behind it."""

    in_list: bool
    events: list[ScalarEvent] = field(default_factory=list)
    balance: int = 0
    wants_empty: bool = False

    def start(self, event: ScalarEvent) -> None:
        """Takes the first piece."""
        self.events.append(event)
        self.balance = opened(event.value)

    def add(self, event: Event) -> bool:
        """Takes one more event if it is a further piece (or the empty value behind one)."""
        if not is_plain(event) or bool(event.value) == self.wants_empty:
            return False
        balance = self.balance + opened(event.value)
        if balance < 0:
            return False
        self.wants_empty = not self.wants_empty and not self.in_list
        self.balance = balance
        self.events.append(event)
        return True

    @property
    def closed(self) -> bool:
        """Whether all parentheses are closed."""
        return self.balance == 0 and not self.wants_empty

    def whole(self, source: str) -> ScalarEvent:
        """The one text: as it stands in the source where that is one line, else joined."""
        first = self.events[0]
        last = [event for event in self.events if event.value][-1]
        start, end = first.start_mark, last.end_mark
        text = ", ".join(event.value for event in self.events if event.value)
        if start and end and start.line == end.line:
            text = source[start.index : end.index]
        return ScalarEvent(None, None, (True, False), text, start, end, "")
