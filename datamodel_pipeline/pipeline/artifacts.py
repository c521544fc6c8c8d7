"""The files that a build writes: whole, together, verified, and gone when nothing makes them any more.

In: texts by path. Out: files. Each file is written beside its place under a temporary name and renamed; the renames of
one model follow each other at once, after all its texts are on disk, so a kill leaves the old set or the new one (and,
in the microseconds between two renames, whole files of both, which the next build notices and completes).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from datamodel_pipeline import MARK
from datamodel_pipeline.diagnostics import Diagnostic, Location
from datamodel_pipeline.pipeline.fingerprint import digest
from datamodel_pipeline.pipeline.graph import BuildError
from datamodel_pipeline.pipeline.store import Store

_HEAD = 400
_TEMPORARY = ".datamodel-tmp"


class Artifacts:
    """The output files of a project. Paths are relative to `root`, with forward slashes."""

    def __init__(self, root: Path, folder: str, store: Store) -> None:
        self.root = root
        self.folder = folder
        self._store = store

    def is_current(self, path: str, content: str) -> bool:
        """Whether the file is there with content of this digest. Reads it only when its stamp has changed."""
        known = self._store.outputs().get(path)
        stamp = self._stamp(path)
        if not stamp:
            return False
        if known and known[2] == stamp:
            return known[1] == content
        if digest(self._read(path)) != content:
            return False
        self._store.set_output(path, known[0] if known else "", content, stamp)
        return True

    def unchanged(self, owner: str, *, thorough: bool = False) -> bool:
        """Whether every file that `owner` wrote last time is still there as it was written."""
        found = False
        for path, (name, content, stamp) in tuple(self._store.outputs().items()):
            if name == owner:
                found = True
                if thorough or self._stamp(path) != stamp:
                    if not self._stamp(path) or digest(self._read(path)) != content:
                        return False
                    self._store.set_output(path, owner, content, self._stamp(path))
        return found

    def publish(self, owner: str, contents: Mapping[str, bytes]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Writes these files for `owner` and removes the others it wrote before.

        Files that already have the content are left alone. Returns the paths written and the paths removed. Raises
        BuildError, and leaves all files as they were, when one would replace somebody's own or cannot be written.
        """
        digests = {path: digest(content) for path, content in sorted(contents.items())}
        changed = [path for path in digests if not self.is_current(path, digests[path])]
        if foreign := [path for path in changed if self._is_foreign(path)]:
            raise BuildError(map(_foreign, foreign))
        self._replace({path: contents[path] for path in changed})
        for path, written in digests.items():
            self._store.set_output(path, owner, written, self._stamp(path))
        mine = [
            path for path, (name, _, _) in tuple(self._store.outputs().items()) if name == owner and path not in digests
        ]
        removed = [path for path in mine if self.remove(path)]
        self._store.commit()
        return tuple(changed), tuple(removed)

    def stale(self, live: set[str]) -> tuple[str, ...]:
        """Files below the output folder that we made, and that no model or index makes any more."""
        found = set(self._store.outputs()) - live
        top = self.root / self.folder
        for directory, _, names in os.walk(top):
            for name in names:
                path = (Path(directory) / name).relative_to(self.root).as_posix()
                if path not in live and (name.endswith(_TEMPORARY) or self.is_ours(path)):
                    found.add(path)
        return tuple(sorted(found))

    def remove(self, path: str) -> bool:
        """Removes a file of ours and the folders that it leaves empty; returns whether it went. Others' files stay.

        Raises BuildError when it may not be removed.
        """
        target = self.root / path
        ours = path.endswith(_TEMPORARY) or self.is_ours(path)
        if ours:
            try:
                target.unlink(missing_ok=True)
                self._prune(target.parent)
            except OSError as problem:
                raise BuildError([_unwritable(path, problem)]) from problem
        self._store.forget_output(path)
        return ours

    def paths(self, owner: str) -> tuple[str, ...]:
        """The files that `owner` wrote last time."""
        return tuple(path for path, (name, _, _) in self._store.outputs().items() if name == owner)

    def abandoned(self, owners: set[str]) -> tuple[str, ...]:
        """The files that were written by owners other than these."""
        return tuple(path for path, (name, _, _) in self._store.outputs().items() if name not in owners)

    def _prune(self, directory: Path) -> None:
        top = self.root / self.folder
        while directory != self.root and directory.is_relative_to(top) and not any(directory.iterdir()):
            directory.rmdir()
            directory = directory.parent

    def _replace(self, contents: Mapping[str, bytes]) -> None:
        """Writes all files beside their places, then renames them; temporary files are gone whatever happens."""
        temporaries: dict[str, Path] = {}
        try:
            for path, content in contents.items():
                temporaries[path] = self._beside(path)
                _write(temporaries[path], content)
            for path, temporary in temporaries.items():
                temporary.replace(self.root / path)
        except OSError as problem:
            raise BuildError([_unwritable(path, problem)]) from problem
        finally:
            for temporary in temporaries.values():
                with suppress(OSError):
                    temporary.unlink()

    def _is_foreign(self, path: str) -> bool:
        """Whether there is something that does not bear our mark where we do not remember to have written."""
        if (self.root / path).is_dir():
            return True
        return path not in self._store.outputs() and not self.is_ours(path) and bool(self._read(path))

    def is_ours(self, path: str) -> bool:
        """Whether the file is there and bears our mark."""
        try:
            with (self.root / path).open("rb") as file:
                return MARK.encode() in file.read(_HEAD)
        except OSError:
            return False

    def _beside(self, path: str) -> Path:
        target = self.root / path
        return target.with_name(f".{target.name}.{os.getpid()}{_TEMPORARY}")

    def _read(self, path: str) -> bytes:
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return b""

    def _stamp(self, path: str) -> str:
        """What changes when a file does: size, times in nanoseconds and inode. "" when there is no such file."""
        try:
            status = (self.root / path).stat()
        except OSError:
            return ""
        return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _foreign(path: str) -> Diagnostic:
    what = f"{path} is somebody's own: it does not say in its first lines that it was generated"
    why = "the build writes a file of that name and would destroy what it says"
    fix = "move it elsewhere, or delete it if nobody needs it"
    return Diagnostic("foreign-output", what, why, fix, location=Location(path))


def _unwritable(path: str, problem: OSError) -> Diagnostic:
    what = f"{path} cannot be written: {problem.strerror}"
    why = "the files of a model are written together or not at all"
    fix = "make room or give the right to write there, or set `outputs` under [tool.datamodel] in pyproject.toml"
    return Diagnostic("unwritable-output", what, why, fix, location=Location(path))
