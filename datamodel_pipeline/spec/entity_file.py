"""One entity file: from its YAML to the entity that it means.

In: a path and bytes, or a document that `yaml` has read. Out: the entity, the marks of the file, every problem in it,
and of a file with errors what could be read. It knows no other file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import ValidationError

from datamodel_pipeline.diagnostics import Diagnostic, Severity, has_errors
from datamodel_pipeline.spec import errors, normalise, yaml
from datamodel_pipeline.spec.framing import format_problem, without_empty
from datamodel_pipeline.spec.marks import Marks
from datamodel_pipeline.spec.models import EntityForm
from datamodel_pipeline.spec.outline import EntityOutline, outline
from datamodel_pipeline.spec.salvage import doubtful, salvage
from datamodel_pipeline.spec.specs import Entity

_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class EntityFile:
    """One entity file as read. `entity` is None when the file has errors.

    `partial` is then what could be read, for checks alone; `outline` is None when not even the entity's name is known.
    """

    path: str
    entity: Entity | None
    marks: Marks
    diagnostics: tuple[Diagnostic, ...] = ()
    partial: Entity | None = None
    outline: EntityOutline | None = None


def read_entity(path: str, text: bytes) -> EntityFile:
    """The entity in one file. Never raises for bad input."""
    return entity_file(path, yaml.read(path, text))


def entity_file(path: str, document: yaml.Document) -> EntityFile:
    """The entity in a file whose YAML has been read; what the document holds may be changed. Never raises."""
    value, marks = document.value, document.marks
    named = value.get("entity")
    name = named if isinstance(named, str) and _NAME.fullmatch(named) else ""
    problems = [*document.diagnostics]
    if problem := format_problem(document, name):
        problems.append(problem)
        if "datamodel" in value and problem.rule != "bad-format":
            return EntityFile(path, None, marks, tuple(problems), outline=_name_only(name, path))
    if document.stopped:
        return EntityFile(path, None, marks, tuple(problems), outline=_name_only(name, path))
    names = _names(value)
    found, marks = without_empty(document, name)
    problems.extend(found)
    value = {**value, "datamodel": 1}
    form: EntityForm | None
    unsure: frozenset[str] = frozenset()
    try:
        form = EntityForm.model_validate(value)
    except ValidationError as error:
        problems.extend(errors.diagnostics(error, EntityForm, "entity", name, marks))
        form, marks = salvage(EntityForm, value, error, marks)
        unsure = doubtful(error, "relationships")
    entity = normalise.entity(form) if form else None
    if name:
        problems.extend(_check_stem(path, name, marks))
    if entity is None:
        return EntityFile(path, None, marks, tuple(problems), outline=_name_only(name, path))
    if not has_errors(problems):
        return EntityFile(path, entity, marks, tuple(problems), entity, outline(entity))
    read = {*(one.name for one in entity.attributes), *(one.name for one in entity.relationships)}
    broken = tuple(one for one in names if one not in read)
    shown = outline(entity, broken, unsure, complete=document.whole)
    return EntityFile(path, None, marks, tuple(problems), entity, shown)


def _name_only(name: str, path: str) -> EntityOutline | None:
    """What others may know of an entity that could not be read. A file that does not say its name is taken to be what
    it is called after: else everything that refers to it would be called a mistake as well."""
    stem = PurePosixPath(path).stem
    name = name or "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", stem))
    return EntityOutline(name=name, complete=False) if _NAME.fullmatch(name) else None


def _names(value: dict[str, object]) -> tuple[str, ...]:
    """The names of all attributes and relationships that stand in the file, readable or not."""
    sections = (value.get("attributes"), value.get("relationships"))
    return tuple(name for section in sections if isinstance(section, dict) for name in section)


def _check_stem(path: str, name: str, marks: Marks) -> list[Diagnostic]:
    """A warning when a file is called otherwise than its entity: nobody would find it."""
    stem = re.sub(r"[^a-z0-9]", "", PurePosixPath(path).stem.lower())
    word = name.lower()
    if (
        stem.rstrip("s").removesuffix("e") == word.rstrip("s").removesuffix("e")
        or stem == word.removesuffix("y") + "ies"
    ):
        return []
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return [
        Diagnostic(
            "entity-file-name",
            f"entity `{name}` stands in {PurePosixPath(path).name}",
            why="a reader looks for an entity in the file of its name",
            fix=f"call the file {snake}.yaml",
            severity=Severity.WARNING,
            location=marks.value(("entity",)),
            at=(name, "entity"),
        )
    ]
