"""What a terminal can show: colours, and one line that is rewritten in place.

In: a stream and the environment. Out: escape sequences, or none. It knows diagnostics, and nothing of builds.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from typing import TextIO

from datamodel_pipeline.diagnostics import Diagnostic, Severity

PATIENCE = 0.3
"""Seconds before a live line appears: what is quicker needs none."""
INTERVAL = 0.1
"""Seconds between two states of a live line."""
COLOURS = {"red": "31", "yellow": "33", "green": "32"}
_DUMB = ("", "dumb")
_ERASE = "\r\x1b[K"


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody is looking at the stream."""
    return bool(getattr(stream, "isatty", lambda: False)())


def is_live(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether lines of the stream can be rewritten. In the log of a CI every state would stay."""
    return is_terminal(stream) and environment.get("TERM", "") not in _DUMB and not environment.get("CI")


def is_coloured(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether colours are welcome (https://no-color.org)."""
    return is_terminal(stream) and environment.get("TERM", "") not in _DUMB and not environment.get("NO_COLOR")


def painted(text: str, colour: str, stream: TextIO) -> str:
    """The text in one of COLOURS, if the stream welcomes them."""
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if is_coloured(stream) else text


def shown(diagnostic: Diagnostic, stream: TextIO) -> str:
    """The text of a diagnostic, its severity in colour."""
    mark = f"{diagnostic.severity}[{diagnostic.rule}]"
    colour = "red" if diagnostic.severity is Severity.ERROR else "yellow"
    return str(diagnostic).replace(mark, painted(mark, colour, stream), 1)


class LiveLine:
    """The last line of a terminal, rewritten in place; nothing at all on any other stream."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._is_live = is_live(stream)
        self._next = clock() + PATIENCE
        self._shown = False

    def show(self, text: Callable[[], str]) -> None:
        """Shows the text unless the line changed a moment ago; it is only asked for when it is shown."""
        if self._is_live and (now := self._clock()) >= self._next:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(_ERASE + text()[:width])
            self._stream.flush()
            self._shown = True
            self._next = now + INTERVAL

    def erase(self) -> None:
        """Makes room for a line that stays."""
        if self._shown:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._shown = False
