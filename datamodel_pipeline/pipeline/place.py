"""Where a project's memory lives: its state folder, or, where that cannot be written, one that this process removes.

In: the wanted folder. Out: the folder to use. A build without a memory is slow, but it is a build.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_made: list[TemporaryDirectory[str]] = []
"""Kept until the process ends, which removes them."""


@cache
def state_folder(wanted: Path) -> Path:
    """`wanted`, which need not exist, if it can be written; else a temporary folder, the same one every time."""
    if _is_writable(wanted):
        return wanted
    _made.append(TemporaryDirectory(prefix="datamodel-"))
    return Path(_made[-1].name)


def _is_writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or the folder itself where it does not exist."""
    there = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
