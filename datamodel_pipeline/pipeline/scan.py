"""Which files a project consists of, and the hash of each. Contents are always hashed: times of files lie.

In: the project's root and settings. Out: the models with their files, the template overrides, and findings about files
and folders that cannot be used. A file is read once; what is parsed later is exactly what was hashed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity
from datamodel_pipeline.pipeline import names
from datamodel_pipeline.pipeline.fingerprint import digest
from datamodel_pipeline.pipeline.graph import BuildError
from datamodel_pipeline.pipeline.settings import Settings

MODEL_FILE = "model.yaml"
NOT_MODELS = {"rules"}
"""Folders beside the models that hold something else."""
NOT_ENTITIES = {"approval.yaml", MODEL_FILE}
_OTHER_FOLDERS = {"entities", "queries", "baseline"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the project: its path relative to the root, its content and the digest of that."""

    path: str
    content: bytes = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one model. `name` is its folder; `entities` are (name in the task list, file) pairs by path."""

    name: str
    folder: str
    model: SourceFile | None
    entities: tuple[tuple[str, SourceFile], ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """All files that are read, model.yaml first."""
        entities = tuple(file for _, file in self.entities)
        return (self.model, *entities) if self.model else entities

    @property
    def digest(self) -> str:
        """Over every file, name and content, and over what is wrong with others."""
        parts = (part for file in self.files for part in (file.path, file.digest))
        return digest(self.name, *parts, *map(repr, self.diagnostics))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a scan found: the models' files, the user's templates, and what keeps parts of both from being used."""

    models: tuple[ModelFiles, ...] = ()
    templates: dict[str, str] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()


def scan(root: Path, settings: Settings) -> Inputs:
    """Every input of the project. A folder is a model when it has a model.yaml or an entities folder."""
    try:
        return _scan(root, settings)
    except BuildError as error:
        return Inputs(findings=error.diagnostics)


def _scan(root: Path, settings: Settings) -> Inputs:
    found = []
    findings = []
    for entry in _entries(root / settings.specs):
        path = root / settings.specs / entry.name
        if entry.name not in NOT_MODELS and ((path / MODEL_FILE).is_file() or (path / "entities").is_dir()):
            if problem := names.model_problem(entry.name):
                findings.append(_bad_folder(settings.specs, entry.name, problem))
            else:
                found.append(_model(root, f"{settings.specs}/{entry.name}"))
    templates, unreadable = _templates(root, settings.templates)
    return Inputs(tuple(found), templates, (*findings, *unreadable))


def _templates(root: Path, folder: str) -> tuple[dict[str, str], list[Diagnostic]]:
    """The user's templates: name relative to the templates folder → text (bytes that are not UTF-8 are replaced)."""
    texts, problems = {}, []
    for below in _files(root / folder):
        if below.endswith(".j2"):
            source = _read(root, f"{folder}/{below}")
            if isinstance(source, Diagnostic):
                problems.append(source)
            elif source is not None:
                texts[below] = source.content.decode("utf-8", "replace")
    return texts, problems


def _model(root: Path, folder: str) -> ModelFiles:
    top = root / folder
    entities = []
    findings = list(_not_entities(top, folder))
    for below in _files(top / "entities"):
        task, dot, ending = below.rpartition(".")
        if f"{dot}{ending}" == ".yaml":
            file = _entity(root, f"{folder}/entities/{below}")
            if isinstance(file, SourceFile):
                entities.append((task, file))
            elif file is not None:
                findings.append(file)
        elif f"{dot}{ending}" == ".yml":
            stem = task.rpartition("/")[2]
            findings.append(_unread(f"{folder}/entities/{below}", f"rename it to {stem}.yaml", Severity.ERROR))
    model = _read(root, f"{folder}/{MODEL_FILE}")
    if isinstance(model, Diagnostic):
        findings.append(model)
        model = None
    return ModelFiles(top.name, folder, model, tuple(entities), tuple(findings))


def _not_entities(top: Path, folder: str) -> Iterator[Diagnostic]:
    """Warnings about YAML files that lie where nobody reads them."""
    for entry in _entries(top):
        name = f"{folder}/{entry.name}"
        if _is_folder(entry):
            if entry.name not in _OTHER_FOLDERS and any(_yaml(top / entry.name)):
                yield _unread(name, f"entities live in {folder}/entities/")
        elif Path(entry.name).suffix in {".yaml", ".yml"} and entry.name not in NOT_ENTITIES:
            yield _unread(name, f"entities live in {folder}/entities/, one a file")


def _entity(root: Path, name: str) -> SourceFile | Diagnostic | None:
    if problem := names.entity_file_problem(name):
        what = f"the file name {names.shown(name.rpartition('/')[2])} cannot be used: {problem}"
        place = Location(names.shown(name))
        return Diagnostic("unusable-file-name", what, "files are tasks by name", "rename the file", location=place)
    return _read(root, name)


def _read(root: Path, name: str) -> SourceFile | Diagnostic | None:
    """The file; None when it is none, or went away since its folder was listed (an editor renames it)."""
    try:
        with open(f"{root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123  # a Path costs as much as the reading
            content = file.read()
    except OSError as problem:
        is_link = (root / name).is_symlink()
        if isinstance(problem, FileNotFoundError | IsADirectoryError | NotADirectoryError) and not is_link:
            return None
        what = f"{names.shown(name)} cannot be read: {problem.strerror}"
        fix = "mend the link or remove it" if is_link else "make it readable for the user who builds"
        return Diagnostic("unreadable-file", what, fix=fix, location=Location(names.shown(name)))
    return SourceFile(name, content, digest(content))


def _unread(name: str, fix: str, severity: Severity = Severity.WARNING) -> Diagnostic:
    what = f"{name} is not part of the model"
    return Diagnostic("unread-spec-file", what, "nothing in it reaches the document", fix, severity, Location(name))


def _bad_folder(specs: str, name: str, problem: str) -> Diagnostic:
    what = f"a model's folder cannot be called {names.shown(name)!r}: {problem}"
    why = "the folder's name is the name of the model's tasks; nothing of it was built"
    fix = f"rename it, for example to {specs}/{names.suggested(name)}; outputs are named by id and slug and stay"
    return Diagnostic("unusable-model-name", what, why, fix, location=Location(f"{specs}/{names.shown(name)}"))


def _yaml(folder: Path) -> Iterator[str]:
    return (path for path in _files(folder) if path.endswith((".yaml", ".yml")))


def _files(folder: Path, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """All files below a folder, relative to it, in order of path; hidden ones and editors' backups are left out.

    Links are followed, but not up to a folder that they lie in. A link to nothing counts as a file.
    """
    here = above | {os.path.realpath(folder)}
    for entry in _entries(folder):
        if _is_folder(entry):
            if not entry.is_symlink() or not _contains(os.path.realpath(entry.path), here):
                yield from (f"{entry.name}/{below}" for below in _files(folder / entry.name, here))
        elif entry.is_symlink() or entry.is_file():
            yield entry.name


def _contains(folder: str, others: frozenset[str]) -> bool:
    return any(f"{other}{os.sep}".startswith(f"{folder}{os.sep}") for other in others)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name. Raises BuildError when it is there and cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted((e for e in entries if not e.name.startswith(".") and not e.name.endswith("~")), key=_name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError as problem:
        what = f"the folder {folder} cannot be read: {problem.strerror}"
        fix = "make it readable for the user who builds"
        raise BuildError([Diagnostic("unreadable-folder", what, fix=fix)]) from problem


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name
