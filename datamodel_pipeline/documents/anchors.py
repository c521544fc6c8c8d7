"""The anchors of a document's headings, as GitHub numbers them. In: Markdown. Out: headings with their anchors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from datamodel_pipeline.documents.markdown import slug

HEADING = re.compile(r"(#{1,6}) +(.+?)(?: +#+)?$")
FENCE = re.compile(r"(`{3,}|~{3,})")
MARKS = re.compile(r"\\([^\w\s]|_)|[`*]")


def anchors(body: str) -> Iterator[tuple[int, str, str]]:
    """(level, heading, anchor) of every heading; where an anchor repeats, the later one gets `-1`, `-2`, …"""
    seen: dict[str, int] = {}
    for level, heading in headings(body):
        base = anchor = slug(heading)
        while anchor in seen:
            seen[base] += 1
            anchor = f"{base}-{seen[base]}"
        seen[anchor] = 0
        yield level, heading, anchor


def headings(body: str) -> Iterator[tuple[int, str]]:
    """(level, text without marks) of every heading outside fences."""
    fence = ""
    for line in body.splitlines():
        if fence:
            closes = line.startswith(fence) and not line.strip(fence[0]).strip()
            fence = "" if closes else fence
        elif line[:1] in "#`~" and line:
            if opening := FENCE.match(line):
                fence = opening.group(1)
            elif found := HEADING.match(line):
                yield len(found.group(1)), unescape(MARKS.sub(_shown, found.group(2))).strip()


def _shown(mark: re.Match[str]) -> str:
    """What a reader sees of a mark: an escaped character, or nothing."""
    return mark.group(1) or ""
