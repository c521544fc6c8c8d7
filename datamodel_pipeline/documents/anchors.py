"""The anchors of a document's headings, as GitHub numbers them. In: Markdown. Out: headings with their anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from datamodel_pipeline.documents.markdown import slug

HEADING = re.compile(r"(#{1,6}) +(.+?)(?: +#+)?$")
FENCES = ("```", "~~~")
FENCE = re.compile(r"(`{3,}|~{3,})")
MARKS = re.compile(r"\\([^\w\s]|_)|[`*]")


def anchors(body: str) -> Iterator[tuple[int, str, str]]:
    """(level, heading, anchor) of every heading; where an anchor repeats, the later one gets `-1`, `-2`, …"""
    return numbered(headings(body))


def numbered(headings: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """The same for headings that are known already."""
    seen: dict[str, int] = {}
    for level, heading in headings:
        base = anchor = slug(heading)
        while anchor in seen:
            seen[base] += 1
            anchor = f"{base}-{seen[base]}"
        seen[anchor] = 0
        yield level, heading, anchor


def headings(body: str) -> Iterator[tuple[int, str]]:
    """(level, text without marks) of every heading outside fences.

    Documents have megabytes, nearly all of it inside fences, so this leaps from one mark at a line's start to the next.
    """
    text, start = f"\n{body}", 0
    signs = [sign for sign in FENCES if sign in text]
    while start < len(text):
        fence, end = _opening(text, start, signs)
        mark = text.find("\n#", start, end)
        while mark >= 0:
            line = text[mark + 1 : _line_end(text, mark + 1)].rstrip()
            if found := HEADING.match(line):
                yield len(found.group(1)), unescape(MARKS.sub(_shown, found.group(2))).strip()
            mark = text.find("\n#", mark + 2, end)
        start = _closing(text, fence, end + 1 + len(fence)) if fence else end


def _opening(text: str, start: int, signs: list[str]) -> tuple[str, int]:
    """The next fence and where its line begins; "" and the end of the text where there is none.

    A sign that does not come again is dropped from `signs`, or every call would look for it to the end of the text.
    """
    places = []
    for sign in tuple(signs):
        place = text.find(f"\n{sign}", start)
        if place < 0:
            signs.remove(sign)
        else:
            places.append(place)
    if not places:
        return "", len(text)
    found = FENCE.match(text, min(places) + 1)
    return (found.group(1) if found else ""), min(places)


def _closing(text: str, fence: str, start: int) -> int:
    """The end of the line that closes the fence, or of the text."""
    place = text.find(f"\n{fence}", start)
    while place >= 0:
        end = _line_end(text, place + 1)
        if not text[place + 1 : end].strip(fence[0]).strip():
            return end
        place = text.find(f"\n{fence}", end)
    return len(text)


def _line_end(text: str, start: int) -> int:
    """Where the line that begins at `start` ends."""
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _shown(mark: re.Match[str]) -> str:
    """What a reader sees of a mark: an escaped character, or nothing."""
    return mark.group(1) or ""
