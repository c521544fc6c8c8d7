"""Which files a project consists of, and the hash of each. Contents are always hashed: times of files lie.

In: the project's root and settings. Out: the models with their files, the template overrides, and warnings about files
that nobody reads. A file is read once; what is parsed later is exactly what was hashed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity
from datamodel_pipeline.pipeline.fingerprint import digest
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
        """Over every file, name and content."""
        return digest(self.name, *(part for file in self.files for part in (file.path, file.digest)))


def models(root: Path, settings: Settings) -> tuple[ModelFiles, ...]:
    """Every model of the project, by folder name. A folder counts when it has a model.yaml or an entities folder."""
    found = []
    for entry in _entries(root / settings.specs):
        if not entry.is_dir() or entry.name in NOT_MODELS:
            continue
        path = root / settings.specs / entry.name
        if (path / MODEL_FILE).is_file() or (path / "entities").is_dir():
            found.append(_model(root, f"{settings.specs}/{entry.name}"))
    return tuple(found)


def templates(root: Path, settings: Settings) -> dict[str, str]:
    """The user's templates: name relative to the templates folder → text (bytes that are not UTF-8 are replaced)."""
    top = root / settings.templates
    contents = {path: _content(path) for path in _files(top) if path.suffix == ".j2"}
    return {
        path.relative_to(top).as_posix(): content.decode("utf-8", "replace")
        for path, content in contents.items()
        if content is not None
    }


def _model(root: Path, folder: str) -> ModelFiles:
    top = root / folder
    entities = []
    unread: list[Diagnostic] = []
    for path in _files(top / "entities"):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".yaml":
            task = path.relative_to(top / "entities").with_suffix("").as_posix()
            if (file := _read(path, name)) is not None:
                entities.append((task, file))
        elif path.suffix == ".yml":
            unread.append(_unread(name, f"rename it to {path.stem}.yaml"))
    for entry in _entries(top):
        name = f"{folder}/{entry.name}"
        if entry.is_file() and Path(entry.name).suffix in {".yaml", ".yml"} and entry.name not in NOT_ENTITIES:
            unread.append(_unread(name, f"entities live in {folder}/entities/, one a file"))
        elif entry.is_dir() and entry.name not in _OTHER_FOLDERS and any(_yaml(top / entry.name)):
            unread.append(_unread(name, f"entities live in {folder}/entities/"))
    model = top / MODEL_FILE
    return ModelFiles(
        name=top.name,
        folder=folder,
        model=_read(model, f"{folder}/{MODEL_FILE}"),
        entities=tuple(entities),
        diagnostics=tuple(unread),
    )


def _read(path: Path, name: str) -> SourceFile | None:
    content = _content(path)
    return None if content is None else SourceFile(name, content, digest(content))


def _content(path: Path) -> bytes | None:
    """The file's content; None when it is no file, or went away since its folder was listed (an editor renames it)."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _unread(name: str, fix: str) -> Diagnostic:
    what = f"{name} is not part of the model"
    return Diagnostic(
        "unread-spec-file", what, "nothing in it reaches the document", fix, Severity.WARNING, Location(name)
    )


def _yaml(folder: Path) -> Iterator[Path]:
    return (path for path in _files(folder) if path.suffix in {".yaml", ".yml"})


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder in order of path; hidden ones and editors' backups are left out."""
    for entry in _entries(folder):
        if entry.is_dir():
            yield from _files(folder / entry.name)
        elif entry.is_file():
            yield folder / entry.name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((e for e in entries if not e.name.startswith(".") and not e.name.endswith("~")), key=_name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name
