"""Case files that read as documentation: Markdown with fenced input and expected blocks, compared exactly.

Every `## ` section of `tests/cases/<folder>/*.md` is one case. A fenced block's key is its `title=`, else its language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)\n?$", re.MULTILINE | re.DOTALL)


def _key(info: str) -> str:
    title = re.search(r"title=(\S+)", info)
    return title.group(1) if title else info.strip()


@dataclass
class Case:
    """One section of a case file. `update` is set by `--update-golden`."""

    path: Path
    title: str
    blocks: dict[str, str]
    update: bool = False

    def expect(self, key: str, actual: str) -> None:
        """Fails unless the block `key` equals `actual` (a final newline is added where missing)."""
        actual = actual if actual.endswith("\n") or not actual else actual + "\n"
        if self.update and self.blocks.get(key) != actual:
            self._rewrite(key, actual)
            self.blocks[key] = actual
        assert self.blocks.get(key) == actual, f"{self.path.name}, {self.title!r}, block {key!r}"

    def _rewrite(self, key: str, actual: str) -> None:
        sections = _sections(self.path.read_text("utf-8"))
        for number, section in enumerate(sections):
            if _title(section) == self.title:
                sections[number] = _with_block(section, key, actual)
        self.path.write_text("".join(sections), "utf-8")


def _with_block(section: str, key: str, actual: str) -> str:
    ticks = "```"
    while ticks in actual:
        ticks += "`"
    for match in FENCE.finditer(section):
        if _key(match["info"]) == key:
            fenced = f"{ticks}{match['info']}\n{actual}{ticks}\n"
            return section[: match.start()] + fenced + section[match.end() :].lstrip("\n").join(["\n", ""])
    info = f"text title={key}" if "." in key or "/" in key else key
    return section.rstrip("\n") + f"\n\n{ticks}{info}\n{actual}{ticks}\n\n"


def _sections(text: str) -> list[str]:
    """The text cut before every `## ` heading that stands outside a fence."""
    cuts, fence = [0], ""
    offset = 0
    for line in text.splitlines(keepends=True):
        ticks = re.match(r"`{3,}", line)
        if ticks and not fence:
            fence = ticks.group()
        elif fence and line.strip() == fence:
            fence = ""
        elif not fence and line.startswith("## ") and offset:
            cuts.append(offset)
        offset += len(line)
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _title(section: str) -> str:
    first = section.split("\n", 1)[0]
    return first[3:].strip() if first.startswith("## ") else ""


def cases(folder: str) -> list[pytest.ParameterSet]:
    """All cases below `tests/cases/<folder>`. Raises AssertionError when there are none, so that no test runs empty."""
    found = []
    for path in sorted((CASES / folder).glob("**/*.md")):
        for section in _sections(path.read_text("utf-8")):
            if title := _title(section):
                blocks = {_key(m["info"]): m["body"] for m in FENCE.finditer(section)}
                case_id = f"{path.stem}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}"
                found.append(pytest.param(Case(path, title, blocks), id=case_id))
    assert found, f"no cases in {folder}"
    return found
