"""Fragments to one document: title, contents with links that work, sections in the order of the outline.

In: rendered fragments by section name and rendered pages by table name. Out: Markdown. It looks at headings only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from datamodel_pipeline import MARK
from datamodel_pipeline.documents.anchors import anchors
from datamodel_pipeline.documents.headings import of_table
from datamodel_pipeline.documents.markdown import Markdown, code, slug, text
from datamodel_pipeline.documents.outline import sections
from datamodel_pipeline.spec.specs import Model


def document(model: Model, fragments: Mapping[str, str], pages: Mapping[str, str], order: Sequence[str]) -> Markdown:
    """The whole document. `order` is that of the tables' pages; an empty fragment leaves its section out."""
    pages_in_order = [(name, pages[name]) for name in (*order, *sorted(set(pages) - set(order))) if name in pages]
    body = "\n".join(_body(model, fragments, [page for _, page in pages_in_order]))
    top = _top(model)
    contents = "\n".join(_contents(model, fragments, f"{top}\n{body}", sorted(pages)))
    return Markdown(f"{top}\n{contents}\n\n{body}" if body else top)


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


def _body(model: Model, fragments: Mapping[str, str], pages: Sequence[str]) -> Iterator[str]:
    """The sections' texts with their headings; every piece ends with one newline."""
    for section in sections(model.decisions.depth):
        if fragment := fragments.get(section.name, ""):
            yield f"{'#' * section.level} {section.title}\n\n{fragment}"
        if section.pages:
            yield from pages


def _contents(model: Model, fragments: Mapping[str, str], whole: str, tables: Sequence[str]) -> Iterator[str]:
    """A line for each section, and under the one with the pages a line with all tables."""
    found: dict[tuple[int, str], str] = {}
    for level, heading, anchor in anchors(whole):
        found.setdefault((level, heading), anchor)
    for section in sections(model.decisions.depth):
        if section.level == 2 and fragments.get(section.name):
            yield f"- [{section.title}](#{found.get((2, section.title), slug(section.title))})"
            if section.pages and tables:
                yield "  - " + ", ".join(_table_link(name, found) for name in tables)


def _table_link(name: str, found: Mapping[tuple[int, str], str]) -> str:
    """The link to a table's page, wherever its heading's anchor ended up."""
    heading = of_table(name)
    return f"[{code(name)}](#{found.get((3, heading), slug(heading))})"
