"""Templates: the packaged ones, and a team's own where a file has the same name.

In: overrides as (file name, text). Out: rendered Markdown, or a diagnostic with file, line and the missing name. The
only importer of jinja2, beside the words for its errors. It refuses to know where a team keeps its templates; what it
is told of the folder's name is for messages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Protocol

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    meta,
)
from jinja2.bccache import Bucket

from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.documents import markdown
from datamodel_pipeline.documents.template_faults import failure, overrides_nothing

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ENDING = ".md.j2"
FOLDER = "templates"
"""The folder of the packaged templates, and of a team's own where no setting says otherwise."""
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

    def __init__(
        self, overrides: Mapping[str, str] | None = None, folder: str = FOLDER, compiled: Compiled | None = None
    ) -> None:
        """`overrides` maps file names (`table.md.j2`) in the team's `folder`, which messages name, to their text.

        `compiled` remembers compiled templates for other processes.
        """
        self._overrides = dict(overrides or {})
        self._folder = folder
        self._environment = Environment(
            loader=_Texts(self._overrides, folder),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=_Remembered(compiled) if compiled else None,
        )
        self._environment.filters.update(FILTERS)
        self._hashes: dict[str, str] = {}

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Overrides that override nothing (warnings, with the nearest name) or cannot be parsed (errors)."""
        found: list[Diagnostic] = []
        included = {name for text in self._overrides.values() for name in self._references(text)}
        for name in sorted(self._overrides):
            if name not in packaged() and name not in included:
                found.append(overrides_nothing(f"{self._folder}/{name}", name, tuple(packaged())))
            try:
                self._environment.get_template(name)
            except TemplateError as error:
                found.append(self._failure(error, name))
        return tuple(found)

    def render(self, name: str, data: DataclassInstance) -> str | Diagnostic:
        """The Markdown of `name` (`table` for `table.md.j2`); the data's fields are the names that it sees."""
        context = {field.name: getattr(data, field.name) for field in fields(data)}
        try:
            return markdown.tidy(self._template(name).render(context))
        except BROKEN as error:
            return self._failure(error, name + ENDING, tuple(context))

    def hash_of(self, name: str) -> str:
        """A fingerprint of the template and of all that it includes, imports or extends. It also changes for names
        that are computed at run time, then with any template at all."""
        if name not in self._hashes:
            digest = hashlib.sha256()
            for file in sorted(self._closure(name + ENDING)):
                digest.update(f"{file}\0{self._source(file) or ''}\0".encode())
            self._hashes[name] = digest.hexdigest()
        return self._hashes[name]

    def _failure(self, error: BaseException, file: str, names: tuple[str, ...] = ()) -> Diagnostic:
        """The diagnostic of a template that could not be parsed or rendered."""
        places = (f"{self._folder}/", PACKAGED)
        return failure(error, f"{self._folder}/{file}", names, tuple(packaged()), places)

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


class Compiled(Protocol):
    """A memory of compiled templates, by an opaque name and the checksum of the text."""

    def get(self, name: str, text: str) -> bytes | None:
        """What was put under this name for this text, or None."""

    def put(self, name: str, text: str, content: bytes) -> None:
        """Remembers it."""


class _Remembered(BytecodeCache):
    """Jinja's view of such a memory. Compiling takes far longer than rendering."""

    def __init__(self, memory: Compiled) -> None:
        self._memory = memory

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket if its template is remembered."""
        if content := self._memory.get(bucket.key, bucket.checksum):
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remembers what is in the bucket."""
        self._memory.put(bucket.key, bucket.checksum, bucket.bytecode_to_string())


class _Texts(BaseLoader):
    """Loads from the overrides first, then from the package."""

    def __init__(self, overrides: Mapping[str, str], folder: str) -> None:
        self._overrides = overrides
        self._folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        """The text and the name that tracebacks show. Raises TemplateNotFound. Jinja prescribes the arguments."""
        source = _source(self._overrides, template)
        if source is None:
            raise TemplateNotFound(template)
        own = f"{self._folder}/{template}"
        place = own if template in self._overrides else PACKAGED + template.removeprefix(PACKAGED)
        return source, place, lambda: True


def _source(overrides: Mapping[str, str], file: str) -> str | None:
    """The override of that name, else the packaged text, else None."""
    if file.startswith(PACKAGED):
        return packaged().get(file.removeprefix(PACKAGED))
    return overrides.get(file, packaged().get(file))
