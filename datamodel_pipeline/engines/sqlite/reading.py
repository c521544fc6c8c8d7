"""What the text of CREATE TABLE says that SQLite's pragmas do not: names, checks, expressions, collations, comments.

In: the text that sqlite_master keeps. Out: its column definitions and table constraints, cut into tokens. It refuses to
judge the SQL: SQLite has accepted it already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from datamodel_pipeline.engines.sqlite.words import unquote

TOKEN = re.compile(
    r"""(?P<blank>\s+)|--(?P<line>[^\n]*)|/\*(?P<block>.*?)\*/|(?P<text>'(?:[^']|'')*')"""
    r"""|(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?P<word>[^\W\d][\w$]*)|(?P<other>[\d.]+\w*|.)""",
    re.DOTALL,
)
CONSTRAINTS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")


@dataclass(slots=True)
class Item:
    """One column definition or table constraint: its tokens without blanks and comments, its text, its comment."""

    tokens: list[str] = field(default_factory=list)
    text: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)
    comment: str = ""

    @property
    def is_column(self) -> bool:
        """Whether it defines a column."""
        return self.tokens[0].upper() not in CONSTRAINTS

    @property
    def name(self) -> str:
        """The column's name, or the constraint's ("" when it has none)."""
        if self.is_column:
            return unquote(self.tokens[0])
        return unquote(self.tokens[1]) if self.tokens[0].upper() == "CONSTRAINT" else ""

    def position(self, *words: str) -> int:
        """Where these words stand one after the other, outside brackets; -1 when nowhere."""
        depth = 0
        for start, token in enumerate(self.tokens):
            depth += (token == "(") - (token == ")")
            if depth == 0 and [one.upper() for one in self.tokens[start : start + len(words)]] == list(words):
                return start
        return -1

    def bracket(self, position: int) -> str:
        """The text inside the first bracket after this token."""
        opening = self.tokens.index("(", position)
        depth = 0
        for closing in range(opening, len(self.tokens)):
            depth += (self.tokens[closing] == "(") - (self.tokens[closing] == ")")
            if depth == 0:
                return self.text[self.spans[opening][1] : self.spans[closing][0]].strip()
        return ""


@dataclass(slots=True)
class Definition:
    """A CREATE TABLE or CREATE INDEX: its items in order, its own comment, and the text after its last bracket."""

    items: list[Item]
    comment: str
    rest: str

    def constraint_of(self, column: str, *words: str) -> str:
        """The name of an inline constraint of the column that begins with these words, or ""."""
        item = next(item for item in self.items if item.is_column and item.name == column)
        at = item.position(*words)
        named = at >= 2 and item.tokens[at - 2].upper() == "CONSTRAINT"
        return unquote(item.tokens[at - 1]) if named else ""

    def named(self, *words: str) -> Iterator[Item]:
        """The table constraints whose body begins with these words."""
        for item in self.items:
            start = 2 if item.tokens[0].upper() == "CONSTRAINT" else 0
            if not item.is_column and [one.upper() for one in item.tokens[start : start + len(words)]] == list(words):
                yield item


def read(sql: str) -> Definition:
    """The definition behind a CREATE TABLE or CREATE INDEX statement."""
    tokens = [(found.lastgroup or "", found[0], found.span()) for found in TOKEN.finditer(sql)]
    depth, items, comment = 0, [Item(text=sql)], ""
    fresh = True
    end = len(sql)
    for kind, token, span in tokens:
        if kind == "blank":
            fresh = fresh and "\n" not in token
        elif kind in ("line", "block"):
            if depth == 0:
                continue
            if not items[0].tokens:
                comment = comment or token[2:].strip()
            elif fresh and not items[-1].tokens:
                items[-2].comment = token[2:].strip()
            else:
                items[-1].comment = token[2:].strip()
        elif token == "(" and depth == 0 and end == len(sql):
            depth = 1
        elif depth:
            depth += (token == "(") - (token == ")")
            if depth == 0:
                end = span[1]
            elif token == "," and depth == 1:
                items.append(Item(text=sql))
                fresh = True
            else:
                items[-1].tokens.append(token)
                items[-1].spans.append(span)
    return Definition(items, comment, sql[end:].strip())
