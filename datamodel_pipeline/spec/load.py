"""Spec files to specs: reading one file, and putting the files of a model together.

In: paths and bytes. Out: `Entity`, `Model` and `Specs` values, the marks of every file, and all diagnostics of a run.
It is the only entrance to this layer; it reads no file system itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pydantic import ValidationError

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity, has_errors, ordered
from datamodel_pipeline.spec import errors, normalise, upgrade, yaml
from datamodel_pipeline.spec.check import check_outlines
from datamodel_pipeline.spec.check_entity import check_entity
from datamodel_pipeline.spec.decision_models import ModelForm
from datamodel_pipeline.spec.marks import SEPARATOR, Marks, locate
from datamodel_pipeline.spec.models import EntityForm
from datamodel_pipeline.spec.outline import EntityOutline, outline
from datamodel_pipeline.spec.salvage import doubtful, drop, salvage
from datamodel_pipeline.spec.specs import Decisions, Entity, Model, Specs

__all__ = [
    "EntityFile",
    "Loaded",
    "ModelFile",
    "duplicate_entity",
    "join",
    "load_model",
    "locate",
    "missing_model",
    "read_entity",
    "read_model",
]

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


@dataclass(frozen=True, slots=True)
class ModelFile:
    """model.yaml as read. `model` is None when it has errors; `partial` is then what could be read of the decisions."""

    path: str
    model: Model | None
    marks: Marks
    diagnostics: tuple[Diagnostic, ...] = ()
    partial: Decisions = field(default_factory=Decisions)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A whole model. `specs` is None when model.yaml has errors, and lacks the entities whose files have some.

    `marks` are by entity name, and `model`. `diagnostics` are all of the run, with locations, in the order to print.
    """

    specs: Specs | None
    marks: Mapping[str, Marks]
    diagnostics: tuple[Diagnostic, ...] = ()


def read_entity(path: str, text: bytes) -> EntityFile:
    """The entity in one file. Never raises for bad input."""
    document = yaml.read(path, text)
    value, marks = document.value, document.marks
    named = value.get("entity")
    name = named if isinstance(named, str) and _NAME.fullmatch(named) else ""
    problems = [*document.diagnostics]
    if problem := _check_format(document, name):
        problems.append(problem)
        if "datamodel" in value and problem.rule != "bad-format":
            return EntityFile(path, None, marks, tuple(problems), outline=_name_only(name))
    if document.stopped:
        return EntityFile(path, None, marks, tuple(problems), outline=_name_only(name))
    names = _names(value)
    found, marks = _drop_empty(document, name)
    problems.extend(found)
    value = {**value, "datamodel": 1}
    form: EntityForm | None
    unsure: frozenset[str] = frozenset()
    try:
        form = EntityForm.model_validate(value)
    except ValidationError as error:
        problems.extend(errors.diagnostics(error, "entity", name, marks))
        form, marks = salvage(EntityForm, value, error, marks)
        unsure = doubtful(error, "relationships")
    entity = normalise.entity(form) if form else None
    if name:
        problems.extend(_check_stem(path, name, marks))
    if entity is None:
        return EntityFile(path, None, marks, tuple(problems), outline=_name_only(name))
    if not has_errors(problems):
        return EntityFile(path, entity, marks, tuple(problems), entity, outline(entity))
    read = {*(one.name for one in entity.attributes), *(one.name for one in entity.relationships)}
    broken = tuple(one for one in names if one not in read)
    shown = outline(entity, broken, unsure, complete=document.whole)
    return EntityFile(path, None, marks, tuple(problems), entity, shown)


def read_model(path: str, text: bytes) -> ModelFile:
    """model.yaml. Never raises for bad input."""
    document = yaml.read(path, text)
    marks = document.marks
    problems = [*document.diagnostics]
    if problem := _check_format(document, "model"):
        problems.append(problem)
        if "datamodel" in document.value and problem.rule != "bad-format":
            return ModelFile(path, None, marks, tuple(problems))
    if document.stopped:
        return ModelFile(path, None, marks, tuple(problems))
    found, marks = _drop_empty(document, "model")
    problems.extend(found)
    value = {**document.value, "datamodel": 1}
    form: ModelForm | None
    try:
        form = ModelForm.model_validate(value)
    except ValidationError as error:
        problems.extend(errors.diagnostics(error, "model", "model", marks))
        form, marks = salvage(ModelForm, {"id": 1, "slug": "model", "title": "Model", **value}, error, marks)
    model = normalise.model(form) if form else None
    partial = model.decisions if model else Decisions()
    return ModelFile(path, None if has_errors(problems) else model, marks, tuple(problems), partial)


def join(model_file: ModelFile | None, entity_files: Iterable[EntityFile], folder: str = "") -> Loaded:
    """The files of one model together: everything that can only be seen across files is checked here.

    `folder` is named when there is no model.yaml.
    """
    files = sorted(entity_files, key=lambda file: file.path)
    problems = [one for file in files for one in file.diagnostics]
    first: dict[str, EntityFile] = {}
    for file in files:
        if file.outline and file.outline.name in first:
            problems.append(duplicate_entity(file.outline.name, file.marks, first[file.outline.name].path))
        elif file.outline:
            first[file.outline.name] = file
    marks = {name: file.marks for name, file in first.items()}
    if model_file:
        marks["model"] = model_file.marks
        problems.extend(model_file.diagnostics)
    else:
        problems.append(missing_model(folder))
    found = _checks(model_file, first)
    entities = tuple(first[name].entity for name in sorted(first))
    present = tuple(entity for entity in entities if entity)
    model = model_file.model if model_file else None
    return Loaded(
        Specs(model, present) if model else None,
        marks,
        ordered((*problems, *locate(found, marks))),
    )


def load_model(files: Mapping[str, bytes]) -> Loaded:
    """A whole model from its files by path: `model.yaml`, and every .yaml or .yml in a folder `entities`."""
    model_file = None
    entity_files = []
    folder = ""
    for path in sorted(files):
        pure = PurePosixPath(path)
        if pure.name == "model.yaml":
            model_file = read_model(path, files[path])
        elif pure.suffix in (".yaml", ".yml") and pure.parent.name == "entities":
            folder = str(pure.parent.parent)
            entity_files.append(read_entity(path, files[path]))
    return join(model_file, entity_files, folder)


def _checks(model_file: ModelFile | None, files: Mapping[str, EntityFile]) -> list[Diagnostic]:
    model = model_file.model if model_file else None
    decisions = model.decisions if model else None
    found: list[Diagnostic] = []
    for file in files.values():
        if file.partial:
            found.extend(check_entity(file.partial, decisions))
    outlines = {name: file.outline for name, file in files.items() if file.outline}
    found.extend(check_outlines(model_file.partial if model_file else Decisions(), outlines))
    return found


def _check_format(document: yaml.Document, subject: str) -> Diagnostic | None:
    """What is wrong with the format line; nothing for a file that could not be read up to it."""
    if "datamodel" not in document.value and document.stopped:
        return None
    return upgrade.check_format(document.value, subject, document.marks)


def _drop_empty(document: yaml.Document, subject: str) -> tuple[list[Diagnostic], Marks]:
    """A diagnostic for each key or list item without a value, and the marks of what is left when they are dropped.

    JSON defaults may hold null.
    """
    paths = [tuple(path.split(SEPARATOR)[1:]) for path in document.empty]
    empty = [path for path in paths if path and "default" not in path[:-1]]
    found = [
        Diagnostic(
            "empty-value",
            f"`{'.'.join(path)}` is empty",
            fix="write a value, or remove the key",
            location=document.marks.value(path),
            at=(subject, *path),
        )
        for path in empty[: errors.MOST]
    ]
    return found, drop(document.value, empty, document.marks)


def _name_only(name: str) -> EntityOutline | None:
    return EntityOutline(name=name, complete=False) if name else None


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


def duplicate_entity(name: str, marks: Marks, first: str) -> Diagnostic:
    """The error of a second file (with these marks) for the entity that stands in the file `first`."""
    return Diagnostic(
        "duplicate-entity",
        f"entity `{name}` is also in {first}",
        why="only the first of the two files is used",
        fix="rename one of the entities, or remove one of the files",
        location=marks.value(("entity",)),
        at=(name, "entity"),
    )


def missing_model(folder: str) -> Diagnostic:
    """The error of a folder that has entities but no model.yaml."""
    path = f"{folder}/model.yaml" if folder not in ("", ".") else "model.yaml"
    fix = "add it: datamodel: 1, id: 1, slug: my-model, title: My model"
    return Diagnostic("missing-model", f"there is no {path}", fix=fix, location=Location(path))
