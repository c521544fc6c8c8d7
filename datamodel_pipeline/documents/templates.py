"""Templates: the packaged ones, and a team's own where a file has the same name.

In: overrides as (file name, text). Out: rendered Markdown, or a diagnostic with file, line and the missing name. The
only importer of jinja2. It refuses to know where a team keeps its templates; `FOLDER` is how messages call that place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from types import TracebackType
from typing import TYPE_CHECKING

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateError, TemplateNotFound, meta

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity
from datamodel_pipeline.documents import markdown
from datamodel_pipeline.spec.suggest import closest

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ENDING = ".md.j2"
FOLDER = "templates"
PACKAGED = "packaged/"
"""`{% extends "packaged/table.md.j2" %}` in an override names the packaged file of that name."""

FILTERS: Mapping[str, Callable[..., str]] = {
    "text": markdown.text,
    "cell": markdown.cell,
    "code": markdown.code,
    "inline": markdown.inline,
    "codes": markdown.codes,
    "fenced": markdown.fenced,
}
"""What templates have beside Jinja's own filters."""

BROKEN = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What an expression in a template can raise; everything else is a defect of this package."""


@cache
def packaged() -> Mapping[str, str]:
    """The packaged templates by file name."""
    folder = resources.files("datamodel_pipeline.documents") / FOLDER
    found = (entry for entry in folder.iterdir() if entry.name.endswith(ENDING))
    return {entry.name: entry.read_text("utf-8") for entry in sorted(found, key=lambda entry: entry.name)}


class Templates:
    """All templates of one project."""

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        """`overrides` maps file names inside the team's folder (`table.md.j2`) to their text."""
        self._overrides = dict(overrides or {})
        self._environment = Environment(
            loader=_Texts(self._overrides),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            auto_reload=False,
            cache_size=-1,
        )
        self._environment.filters.update(FILTERS)
        self._hashes: dict[str, str] = {}

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Overrides that override nothing (warnings, with the nearest name) or cannot be parsed (errors)."""
        found: list[Diagnostic] = []
        included = {name for text in self._overrides.values() for name in self._references(text)}
        for name in sorted(self._overrides):
            if name not in packaged() and name not in included:
                found.append(_overrides_nothing(name))
            try:
                self._environment.get_template(name)
            except TemplateError as error:
                found.append(_failure(error, name))
        return tuple(found)

    def render(self, name: str, data: DataclassInstance) -> str | Diagnostic:
        """The Markdown of `name` (`table` for `table.md.j2`); the data's fields are the names that it sees."""
        context = {field.name: getattr(data, field.name) for field in fields(data)}
        try:
            return markdown.tidy(self._template(name).render(context))
        except BROKEN as error:
            return _failure(error, name + ENDING, tuple(context))

    def hash_of(self, name: str) -> str:
        """A fingerprint of the template and of all that it includes, imports or extends. It also changes for names
        that are computed at run time, then with any template at all."""
        if name not in self._hashes:
            digest = hashlib.sha256()
            for file in sorted(self._closure(name + ENDING)):
                digest.update(f"{file}\0{self._source(file) or ''}\0".encode())
            self._hashes[name] = digest.hexdigest()
        return self._hashes[name]

    def _template(self, name: str) -> Template:
        """The compiled template. Raises TemplateError."""
        return self._environment.get_template(name + ENDING)

    def _source(self, file: str) -> str | None:
        """The text that a template name stands for, or None."""
        return _source(self._overrides, file)

    def _references(self, text: str) -> set[str]:
        """The templates that a text names. Names that are computed stand for every template; broken text names none."""
        try:
            found = set(meta.find_referenced_templates(self._environment.parse(text)))
        except TemplateError:
            return set()
        names = {name for name in found if name is not None}
        return names | set(self._overrides) | set(packaged()) if None in found else names

    def _closure(self, file: str) -> set[str]:
        """The file and all that it references, however deep."""
        seen, todo = {file}, [file]
        while todo:
            fresh = self._references(self._source(todo.pop()) or "") - seen
            seen |= fresh
            todo.extend(fresh)
        return seen


class _Texts(BaseLoader):
    """Loads from the overrides first, then from the package."""

    def __init__(self, overrides: Mapping[str, str]) -> None:
        self._overrides = overrides

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        """The text and the name that tracebacks show. Raises TemplateNotFound. Jinja prescribes the arguments."""
        source = _source(self._overrides, template)
        if source is None:
            raise TemplateNotFound(template)
        place = f"{FOLDER}/{template}" if template in self._overrides else PACKAGED + template.removeprefix(PACKAGED)
        return source, place, lambda: True


def _source(overrides: Mapping[str, str], file: str) -> str | None:
    """The override of that name, else the packaged text, else None."""
    if file.startswith(PACKAGED):
        return packaged().get(file.removeprefix(PACKAGED))
    return overrides.get(file, packaged().get(file))


def _overrides_nothing(name: str) -> Diagnostic:
    """The warning for a file that no section asks for."""
    near = closest(name, tuple(packaged()))
    return Diagnostic(
        rule="unknown-template",
        what=f"{FOLDER}/{name} overrides nothing: there is no packaged template of that name",
        why="It is never rendered, so the document does not show what it says.",
        fix=f"Rename it to {near}." if near else f"Use one of: {', '.join(packaged())}.",
        severity=Severity.WARNING,
        location=Location(f"{FOLDER}/{name}"),
    )


def _failure(error: BaseException, file: str, names: tuple[str, ...] = ()) -> Diagnostic:
    """The diagnostic of a template that could not be parsed or rendered."""
    if isinstance(error, TemplateNotFound):
        near = closest(str(error), tuple(packaged()))
        what = f"the template {error} does not exist"
        fix = f"Did you mean {near}?" if near else f"Packaged templates: {', '.join(packaged())}."
    else:
        what = f"the template cannot be rendered: {error}"
        fix = f"It receives: {', '.join(names)}. docs/templates.md describes them." if names else "Correct the syntax."
    return Diagnostic(
        rule="template-error",
        what=what,
        why="No document is written from a template that fails; the last good outputs stay.",
        fix=fix,
        location=_place(error) or Location(_shown(file)),
    )


def _shown(file: str) -> str:
    """How a template's file is called when no line of it is known."""
    return f"{FOLDER}/{file}"


def _place(error: BaseException) -> Location | None:
    """The innermost line of a template that the error passed through."""
    line, file = getattr(error, "lineno", None), getattr(error, "filename", None)
    if line and file:
        return Location(file, line)
    found: Location | None = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith((FOLDER + "/", PACKAGED)):
            found = Location(name, trace.tb_lineno)
        trace = trace.tb_next
    return found
