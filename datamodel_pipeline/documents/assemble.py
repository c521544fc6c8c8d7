"""Fragments to one document: title, contents with links that work, sections in the order of the outline.

In: rendered fragments by section name and rendered pages by table name. Out: Markdown. It looks at headings only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.documents.headings import of_table
from datamodel_pipeline.documents.markdown import Markdown, code, slug, text
from datamodel_pipeline.documents.outline import sections
from datamodel_pipeline.documents.sections.tables import ordered
from datamodel_pipeline.documents.templates import Templates
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.spec.specs import Model

HEADING = re.compile(r"(#{1,6}) +(.+?)(?: +#+)?$")
FENCE = re.compile(r"(`{3,}|~{3,})")
MARKS = re.compile(r"[`*]|\\(?=[^\w\s])")


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents: a link to a section, and under it links to tables, a line for each group."""

    link: Markdown
    groups: tuple[ContentsGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentsGroup:
    """The tables of one group as links; `name` is "" where the model has no groups."""

    name: str
    links: tuple[Markdown, ...]


@dataclass(frozen=True, slots=True)
class HeaderData:
    """What `header.md.j2` receives: the top of the document. `source` is the folder of the specs."""

    title: str
    summary: str
    source: str
    contents: tuple[ContentsEntry, ...]


def assemble(
    templates: Templates, view: ModelView, fragments: Mapping[str, str], pages: Mapping[str, str]
) -> str | Diagnostic:
    """The whole document, or why its header could not be rendered. An empty fragment leaves its section out."""
    body = "\n".join(_body(view, fragments, pages))
    header = templates.render("header", _header(view, body, fragments))
    return header if isinstance(header, Diagnostic) else f"{header}\n{body}"


def _body(view: ModelView, fragments: Mapping[str, str], pages: Mapping[str, str]) -> Iterator[str]:
    """The sections' texts with their headings; every piece ends with one newline."""
    for section in sections(view.specs.model.decisions.depth):
        fragment = fragments.get(section.name, "")
        if fragment:
            yield f"{'#' * section.level} {section.title}\n\n{fragment}"
        if section.pages:
            yield from (pages[table.name] for table in ordered(view) if table.name in pages)


def _header(view: ModelView, body: str, fragments: Mapping[str, str]) -> HeaderData:
    """The header; links lead to the anchors that GitHub gives to the headings in this very text."""
    model = view.specs.model
    anchors = dict(reversed(list(_anchors(f"# {_title(model)}\n## Contents\n{body}"))))
    entries = []
    for section in sections(model.decisions.depth):
        if section.level == 2 and fragments.get(section.name):
            groups = _groups(view, anchors) if section.pages else ()
            entries.append(ContentsEntry(_link(text(section.title), anchors.get((2, section.title), "")), groups))
    return HeaderData(_title(model), model.summary, f"specs/{model.slug}", tuple(entries))


def _title(model: Model) -> str:
    """`Support desk: data model`."""
    return f"{model.title}: data model"


def _link(label: Markdown, anchor: str) -> Markdown:
    return Markdown(f"[{label}](#{anchor})")


def _groups(view: ModelView, anchors: Mapping[tuple[int, str], str]) -> tuple[ContentsGroup, ...]:
    """The tables by group and name."""
    groups: dict[str, list[Markdown]] = {}
    for table in sorted(view.schema.tables, key=lambda table: (table.group, table.name)):
        heading = of_table(table.name)
        anchor = anchors.get((3, heading)) or slug(heading)
        groups.setdefault(table.group, []).append(_link(code(table.name), anchor))
    return tuple(ContentsGroup(name, tuple(links)) for name, links in groups.items())


def _anchors(body: str) -> Iterator[tuple[tuple[int, str], str]]:
    """((level, heading), anchor) of every heading, anchors numbered as GitHub does when one repeats."""
    seen: dict[str, int] = {}
    for level, heading in headings(body):
        base = slug(heading)
        anchor = base
        while anchor in seen:
            seen[base] += 1
            anchor = f"{base}-{seen[base]}"
        seen[anchor] = 0
        yield (level, heading), anchor


def headings(body: str) -> Iterator[tuple[int, str]]:
    """(level, text without marks) of every heading outside fences."""
    fence = ""
    for line in body.splitlines():
        if fence:
            fence = "" if line.startswith(fence) and not line.strip(fence[0]).strip() else fence
        elif opening := FENCE.match(line):
            fence = opening.group(1)
        elif found := HEADING.match(line):
            yield len(found.group(1)), MARKS.sub("", found.group(2)).strip()
