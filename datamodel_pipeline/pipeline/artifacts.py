"""The files that a build writes: whole, together, verified, and gone when nothing makes them any more.

In: texts by path. Out: files. Each file is written beside its place under a temporary name and renamed; the renames of
one model follow each other at once, after all its texts are on disk, so a kill leaves the old set or the new one (and,
in the microseconds between two renames, whole files of both, which the next build notices and completes).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from datamodel_pipeline import MARK
from datamodel_pipeline.pipeline.fingerprint import digest
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
        if known and known[1] == content and known[2] == stamp:
            return True
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

    def publish(self, owner: str, texts: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Writes these files for `owner` and removes the others it wrote before.

        Files that already have the text are left alone. Returns the paths written and the paths removed.
        """
        contents = {path: text.encode() for path, text in sorted(texts.items())}
        digests = {path: digest(content) for path, content in contents.items()}
        changed = [path for path in contents if not self.is_current(path, digests[path])]
        temporaries = {path: self._write_beside(path, contents[path]) for path in changed}
        for path, temporary in temporaries.items():
            temporary.replace(self.root / path)
        for path in contents:
            self._store.set_output(path, owner, digests[path], self._stamp(path))
        mine = [
            path for path, (name, _, _) in tuple(self._store.outputs().items()) if name == owner and path not in texts
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
                if path not in live and (name.endswith(_TEMPORARY) or self._is_ours(path)):
                    found.add(path)
        return tuple(sorted(found))

    def remove(self, path: str) -> bool:
        """Removes a file of ours and the folders that it leaves empty; returns whether it went. Others' files stay."""
        target = self.root / path
        ours = path.endswith(_TEMPORARY) or self._is_ours(path)
        if ours:
            target.unlink(missing_ok=True)
            self._prune(target.parent)
        self._store.forget_output(path)
        return ours

    def paths(self, owner: str) -> tuple[str, ...]:
        """The files that `owner` wrote last time."""
        return tuple(path for path, (name, _, _) in self._store.outputs().items() if name == owner)

    def _prune(self, directory: Path) -> None:
        top = self.root / self.folder
        while directory != self.root and directory.is_relative_to(top) and not any(directory.iterdir()):
            directory.rmdir()
            directory = directory.parent

    def _is_ours(self, path: str) -> bool:
        try:
            with (self.root / path).open("rb") as file:
                return MARK.encode() in file.read(_HEAD)
        except OSError:
            return False

    def _write_beside(self, path: str, content: bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{os.getpid()}{_TEMPORARY}")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return temporary

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
