"""Markdown that shows what was written: escaping, code spans, fences, and the anchors that GitHub gives to headings.

In: plain text. Out: `Markdown`, text that may be put into a document as it is. It knows nothing of tables or sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NewType

Markdown = NewType("Markdown", str)
"""Text that is Markdown already: a template inserts it as it is. A plain `str` needs one of the filters."""

SPECIAL = re.compile(r"[\\`*\[\]~|$]|(?<![^\W_])_|_(?![^\W_])|[<>]|&(?=#?\w+;)")
ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
LINE_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([#+=-])", re.MULTILINE)
CODE_SPAN = re.compile(r"`[^`\n]+`")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
TICKS = re.compile(r"`+")
SLUG_DROPS = re.compile(r"[^\w\- ]")
FENCE = re.compile(r"(`{3,})")


def text(plain: str) -> Markdown:
    """Prose: what was typed is what is read; only `code spans` and paragraphs keep their meaning."""
    lines = [line.strip() for line in CONTROL.sub("", plain).strip().splitlines()]
    return Markdown(LINE_START.sub(_escaped_start, _spans("\n".join(lines), pipe="|")))


def cell(plain: str) -> Markdown:
    """Prose in a table cell: one line, line breaks as `<br>`, pipes escaped also inside code spans."""
    lines = [line.strip() for line in CONTROL.sub("", plain).strip().splitlines()]
    return Markdown("<br>".join(_spans(line, pipe="\\|") for line in lines if line))


def code(plain: str) -> Markdown:
    """A code span for a table cell. Empty text gives nothing, for an empty span would be shown as backticks.

    GFM splits cells before it reads code spans, and takes the backslash of `\\|` away: pipes are escaped here too.
    """
    return Markdown(inline(plain).replace("|", "\\|"))


def inline(plain: str) -> Markdown:
    """A code span for prose, where a backslash before a pipe would be shown."""
    line = " ".join(CONTROL.sub("", plain).split())
    if not line:
        return Markdown("")
    if "`" not in line:
        return Markdown(f"`{line}`")
    fence = "`" * (max(map(len, TICKS.findall(line))) + 1)
    return Markdown(f"{fence} {line} {fence}")


def codes(names: Iterable[str]) -> Markdown:
    """Code spans for a table cell, with commas between."""
    return Markdown(", ".join(map(code, names)))


def fenced(body: str, info: str) -> Markdown:
    """A fenced block whose fence is longer than any run of backticks inside. `info` begins with the language."""
    fence = "`" * max(3, max(map(len, TICKS.findall(body)), default=0) + 1)
    trimmed = "\n".join(line.rstrip() for line in body.strip("\n").splitlines())
    return Markdown(f"{fence}{info}\n{trimmed}\n{fence}")


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading, before it numbers repeats."""
    return SLUG_DROPS.sub("", heading.strip().lower()).replace(" ", "-")


def link(label: str, heading: str) -> Markdown:
    """A link with a code label to a heading of the same document."""
    return Markdown(f"[{code(label)}](#{slug(heading)})")


def _spans(plain: str, pipe: str) -> str:
    """Escapes all but code spans, in which only pipes change."""
    done: list[str] = []
    start = 0
    for span in CODE_SPAN.finditer(plain) if plain.count("`") % 2 == 0 else ():
        done += (SPECIAL.sub(_escaped, plain[start : span.start()]), span.group().replace("|", pipe))
        start = span.end()
    return "".join([*done, SPECIAL.sub(_escaped, plain[start:])])


def _escaped(match: re.Match[str]) -> str:
    """The character as an entity or behind a backslash."""
    return ENTITIES.get(match.group(), f"\\{match.group()}")


def _escaped_start(match: re.Match[str]) -> str:
    """What would begin a heading, list or underline, behind a backslash."""
    number, point, sign = match.groups()
    return f"\\{sign}" if sign else f"{number}\\{point}"


def tidy(rendered: str) -> Markdown:
    """No blanks at line ends, no two blank lines in a row, none at the start, one newline at the end.

    What stands between fences is left alone.
    """
    done: list[str] = []
    fence = ""
    for line in rendered.splitlines():
        if fence:
            fence = "" if line == fence else fence
            done.append(line)
            continue
        opening = FENCE.match(line)
        fence = opening.group(1) if opening else ""
        trimmed = line.rstrip()
        if trimmed or (done and done[-1]):
            done.append(trimmed)
    return Markdown("\n".join(done).rstrip() + "\n") if any(done) else Markdown("")
