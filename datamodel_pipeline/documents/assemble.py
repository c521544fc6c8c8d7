"""Fragments to one document: title, contents with links that work, sections in the order of the outline.

In: rendered fragments by section name and rendered pages by table name. Out: Markdown. It looks at headings only, and
once only at those of each piece: documents have megabytes, and most edits change one piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from datamodel_pipeline import MARK
from datamodel_pipeline.documents import anchors
from datamodel_pipeline.documents.headings import of_table
from datamodel_pipeline.documents.markdown import Markdown, code, slug, text
from datamodel_pipeline.documents.outline import sections
from datamodel_pipeline.spec.specs import Model

Headings = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A rendered text in UTF-8 with its headings; None where it leaves a fence open, so that what follows counts."""

    content: bytes
    headings: tuple[tuple[int, str], ...] | None

    @classmethod
    def of(cls, text: str) -> Piece:
        """The piece that a text is."""
        *found, last = [(0, ""), *anchors.headings(f"{text}\n# {END}")]
        return cls(text.encode(), tuple(found[1:]) if last == (1, END) else None)


END = "the end of a piece"
NOTHING = Piece(b"", ())


def document(model: Model, fragments: Mapping[str, str], pages: Mapping[str, str], order: Sequence[str]) -> Markdown:
    """The whole document of texts."""
    sections, tables = ({name: Piece.of(text) for name, text in texts.items()} for texts in (fragments, pages))
    return Markdown(assembled(model, sections, tables, order).decode())


def assembled(model: Model, fragments: Mapping[str, Piece], pages: Mapping[str, Piece], order: Sequence[str]) -> bytes:
    """The whole document. `order` is that of the tables' pages; an empty fragment leaves its section out."""
    ordered = [pages[name] for name in (*order, *sorted(set(pages) - set(order))) if name in pages]
    top = _top(model)
    body = list(_body(model, fragments, ordered))
    if not body:
        return top.encode()
    contents = "\n".join(_contents(model, fragments, _headings([Piece.of(top), *body]), sorted(pages)))
    return b"\n".join([top.encode(), contents.encode(), b"", *(piece.content for piece in body)])


def _headings(pieces: Sequence[Piece]) -> Headings:
    """The headings of all pieces together."""
    if all(piece.headings is not None for piece in pieces):
        return [heading for piece in pieces for heading in piece.headings or ()]
    return list(anchors.headings(b"\n".join(piece.content for piece in pieces).decode()))


def _top(model: Model) -> str:
    """The mark, the title and the summary."""
    mark = f"<!-- {MARK} from the specs of “{text(model.title)}”: edit those, not this file. -->"
    parts = [
        mark,
        f"# {text(model.title)}: data model",
        *([text(model.summary)] if model.summary else []),
        "## Contents",
    ]
    return "\n\n".join(parts) + "\n"


def _body(model: Model, fragments: Mapping[str, Piece], pages: Sequence[Piece]) -> Iterator[Piece]:
    """The sections' texts with their headings; every piece ends with one newline."""
    for section in sections(model.decisions.depth):
        fragment = fragments.get(section.name, NOTHING)
        if fragment.content:
            heading = f"{'#' * section.level} {section.title}\n\n".encode()
            known = fragment.headings
            own = None if known is None else ((section.level, section.title), *known)
            yield Piece(heading + fragment.content, own)
        if section.pages:
            yield from pages


def _contents(model: Model, fragments: Mapping[str, Piece], headings: Headings, tables: Sequence[str]) -> Iterator[str]:
    """A line for each section, and under the one with the pages a line with all tables."""
    found: dict[tuple[int, str], str] = {}
    for level, heading, anchor in anchors.numbered(headings):
        found.setdefault((level, heading), anchor)
    for section in sections(model.decisions.depth):
        if section.level == 2 and fragments.get(section.name, NOTHING).content:
            yield f"- [{section.title}](#{found.get((2, section.title), slug(section.title))})"
            if section.pages and tables:
                yield "  - " + ", ".join(_table_link(name, found) for name in tables)


def _table_link(name: str, found: Mapping[tuple[int, str], str]) -> str:
    """The link to a table's page, wherever its heading's anchor ended up."""
    heading = of_table(name)
    return f"[{code(name)}](#{found.get((3, heading), slug(heading))})"
