"""Spec files to specs: putting the files of a model together, each read by `entity_file` or `model_file`.

In: paths and bytes. Out: `Specs`, the marks of every file, and all diagnostics of a run. It reads no file system.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from datamodel_pipeline.diagnostics import Diagnostic, Location, ordered
from datamodel_pipeline.spec.check import check_outlines
from datamodel_pipeline.spec.check_entity import check_entity
from datamodel_pipeline.spec.entity_file import EntityFile, read_entity
from datamodel_pipeline.spec.marks import Marks, locate
from datamodel_pipeline.spec.model_file import ModelFile, read_model
from datamodel_pipeline.spec.specs import Decisions, Specs

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


@dataclass(frozen=True, slots=True)
class Loaded:
    """A whole model. `specs` is None when model.yaml has errors, and lacks the entities whose files have some.

    `marks` are by entity name, and `model`. `diagnostics` are all of the run, with locations, in the order to print.
    """

    specs: Specs | None
    marks: Mapping[str, Marks]
    diagnostics: tuple[Diagnostic, ...] = ()


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
