"""Escaping: what an author typed is what a reader sees, wherever it stands."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from datamodel_pipeline.documents import markdown
from datamodel_pipeline.documents.anchors import FENCE, HEADING, anchors, headings

PARSER = MarkdownIt("commonmark").enable("table")
NASTY = st.text(alphabet="ab 1.|`*_~[]()<>&;#!\\$-+=\"'{}\n\té中", max_size=40)


def seen(rendered_html: str) -> str:
    """The text of a piece of HTML, blanks made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", rendered_html.replace("<br>", " "))).split())


def meant(plain: str) -> str:
    """What a reader should see: without the backticks of code spans, and with blanks made one."""
    text = markdown.CONTROL.sub("", plain)
    if text.count("`") % 2 == 0:
        text = "\n".join(re.sub(r"`([^`\n]+)`", r"\1", line) for line in text.split("\n"))
    return " ".join(text.split())


def cells(line: str) -> list[str]:
    """The cells of a line, read by a Markdown parser as the only line of a table as wide."""
    width = len(re.findall(r"(?<!\\)\|", line)) - 1
    head = "|" + " h |" * width + "\n|" + " --- |" * width + "\n"
    return [cell.strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", PARSER.render(head + line), re.DOTALL)]


@given(NASTY.filter(lambda text: "`" not in text))
def test_prose_is_shown_as_typed(plain: str) -> None:
    assert seen(PARSER.render(markdown.text(plain))) == meant(plain)


@given(NASTY.filter(lambda text: "`" not in text), NASTY.filter(lambda text: "`" not in text))
def test_cells_stay_apart_and_are_shown_as_typed(left: str, right: str) -> None:
    found = cells(f"| x{markdown.cell(left)} | x{markdown.cell(right)} |")
    assert len(found) == 2
    assert [seen(cell).replace(" ", "") for cell in found] == [
        f"x{meant(text)}".replace(" ", "") for text in (left, right)
    ]


@given(NASTY)
def test_anything_is_one_cell(plain: str) -> None:
    assert len(cells(f"| {markdown.cell(plain)} | {markdown.code(plain)} | end |")) == 3


@given(NASTY.map(lambda text: " ".join(text.split())).filter(bool))
def test_code_is_shown_letter_by_letter(plain: str) -> None:
    assert seen(PARSER.render(markdown.inline(plain))) == " ".join(plain.split())
    found = cells(f"| {markdown.code(plain)} | end |")
    assert html.unescape(found[0].removeprefix("<code>").removesuffix("</code>")) == plain


@given(NASTY)
def test_a_fence_holds_its_text(body: str) -> None:
    (token,) = PARSER.parse(markdown.fenced(f"x{body}", "sql postgresql"))
    assert token.info == "sql postgresql"
    assert token.content == "\n".join(line.rstrip() for line in f"x{body}".strip("\n").splitlines()) + "\n"


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("snake_case_name", "snake_case_name"),
        ("a < b & c", "a &lt; b & c"),
        ("see `a | b`", "see `a | b`"),
        ("# no heading\n- no list\n1. no number", "\\# no heading\n\\- no list\n1\\. no number"),
        ("costs $5 and $6", "costs \\$5 and \\$6"),
    ],
)
def test_prose_has_no_more_backslashes_than_it_needs(plain: str, expected: str) -> None:
    assert markdown.text(plain) == expected


def test_tidy_leaves_fences_alone() -> None:
    messy = "\n\na  \n\n\n\nb\n```sql x\n1\n\n\n2\n```\n\n\n"
    assert markdown.tidy(messy) == "a\n\nb\n```sql x\n1\n\n\n2\n```\n"


def test_anchors_are_numbered_as_github_does() -> None:
    text = "# A b\n## a-b\n```\n# no\n```\n## `a_b` c!\n## A b\n## a b 1"
    assert [anchor for _, _, anchor in anchors(text)] == ["a-b", "a-b-1", "a_b-c", "a-b-2", "a-b-1-1"]


LINES = st.lists(
    st.sampled_from(("# a", "## b ##", "#no", "#", "```", "```sql", "````", "~~~", "~~~~ x", "", "c", " # d"))
)


@given(LINES.map("\n".join))
def test_headings_are_found_as_if_line_by_line(body: str) -> None:
    """The scan leaps over fences; this is the same rule told slowly."""
    expected: list[tuple[int, str]] = []
    fence = ""
    for line in body.split("\n"):
        opening = FENCE.match(line)
        if fence:
            fence = "" if line.startswith(fence) and not line.strip(fence[0]).strip() else fence
        elif opening:
            fence = opening.group(1)
        elif found := HEADING.match(line):
            expected.append((len(found.group(1)), found.group(2)))
    assert list(headings(body)) == expected
