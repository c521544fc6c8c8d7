"""What every template receives, written out from the dataclasses and their docstrings: the text of docs/templates.md.

In: the outline. Out: Markdown. A test compares it with the committed file, so the page is never out of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from inspect import cleandoc
from types import UnionType
from typing import get_args, get_origin, get_type_hints

from datamodel_pipeline.documents.markdown import Markdown, code
from datamodel_pipeline.documents.outline import OUTLINE
from datamodel_pipeline.documents.sections.table import NAME as TABLE
from datamodel_pipeline.documents.sections.table import build_table
from datamodel_pipeline.documents.templates import ENDING, FILTERS, PACKAGED

INTRODUCTION = """\
# Templates

Documents are rendered from [Jinja](https://jinja.palletsprojects.com/) templates. To change one, put a file of the same
name into your `templates/` folder; it wins over the packaged one. To change only a part, extend the packaged template
and override one of its blocks:

```jinja
{{% extends "{packaged}table.md.j2" %}}
{{% block checks %}}{{% endblock %}}
```

Templates loop and substitute; what is said, and in which order, is decided before. Every name below is always there.
A name that is not there is an error, with file and line. The heading of a section is not part of its template.

Values of type `Markdown` are inserted as they are. Values of type `str` are plain text and need a filter:

| Filter | Makes of plain text |
| --- | --- |
{filters}
"""


def page() -> Markdown:
    """The whole page."""
    filters = "\n".join(f"| {code(name)} | {_summary(made.__doc__)} |" for name, made in FILTERS.items())
    parts = [INTRODUCTION.format(packaged=PACKAGED, filters=filters)]
    parts.append(_template(TABLE, "A table's page", build_table))
    parts += [_template(section.name, section.title, section.build) for section in OUTLINE]
    return Markdown("\n".join(parts))


def _template(name: str, title: str, build: object) -> str:
    """The part about one template: its data and every class that the data is made of."""
    data = get_type_hints(build)["return"]
    blocks = "\n".join(_class(one, first=one is data) for one in _classes(data))
    return f"## {code(name + ENDING)}\n\n{title}.\n\n{blocks}"


def _class(one: type, *, first: bool) -> str:
    """A class with its fields."""
    hints = get_type_hints(one)
    rows = [f"| {code(field.name)} | {code(_written(hints[field.name]))} |" for field in fields(one)]
    head = "" if first else f"**{one.__name__}.** "
    words = "\n\n".join(" ".join(part.split()) for part in cleandoc(one.__doc__ or "").split("\n\n"))
    return "\n".join([f"{head}{words}\n", "| Name | Type |", "| --- | --- |", *rows, ""])


def _classes(data: type) -> list[type]:
    """The class and all dataclasses that its fields mention, however deep, each once."""
    found = [data]
    for one in found:
        found += [inner for inner in _mentioned(one) if inner not in found]
    return found


def _mentioned(one: type) -> Iterator[type]:
    """The dataclasses in the fields' types, in order, without repeats."""
    seen: dict[type, None] = {}
    todo = list(get_type_hints(one).values())
    while todo:
        kind = todo.pop(0)
        todo = [*get_args(kind), *todo]
        if isinstance(kind, type) and is_dataclass(kind):
            seen[kind] = None
    yield from seen


def _written(kind: object) -> str:
    """A type as people write it: `tuple[ColumnRow, ...]`."""
    if kind is Ellipsis:
        return "..."
    if isinstance(kind, UnionType):
        return " | ".join(map(_written, get_args(kind)))
    arguments = get_args(kind)
    name = getattr(get_origin(kind) or kind, "__name__", str(kind))
    return f"{name}[{', '.join(map(_written, arguments))}]" if arguments else name


def _summary(doc: str | None) -> str:
    """The first sentence of a docstring."""
    return " ".join((doc or "").strip().split("\n\n")[0].split()).replace("|", "\\|")
