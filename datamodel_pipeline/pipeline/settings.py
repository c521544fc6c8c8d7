"""Where a project keeps its things: `[tool.datamodel]` of pyproject.toml, with defaults.

In: the project's folder. Out: `Settings`, or diagnostics about the table. Every path in it is relative to that folder.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath

from datamodel_pipeline.diagnostics import Diagnostic, Location

PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """The folders of a project, relative to its root, with forward slashes."""

    specs: str = "specs"
    outputs: str = "outputs/backend/data-model"
    templates: str = "templates"
    state: str = ".datamodel"


def load(root: Path) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings of the project in `root`. Every problem of the table is reported and its default used."""
    path = root / PYPROJECT
    try:
        content = path.read_bytes()
    except OSError:
        return Settings(), ()
    if b"datamodel" not in content:
        return Settings(), ()
    try:
        data = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        return Settings(), (_problem("unreadable-settings", str(problem), "mend the TOML syntax"),)
    table = data.get("tool", {}).get("datamodel", {})
    if not isinstance(table, dict):
        return Settings(), (_problem("unknown-setting", "tool.datamodel is not a table", "write [tool.datamodel]"),)
    return _checked(table)


def _checked(table: dict[str, object]) -> tuple[Settings, tuple[Diagnostic, ...]]:
    known = {field.name: str(field.default) for field in fields(Settings)}
    problems: list[Diagnostic] = []
    chosen = dict(known)
    for name, value in table.items():
        if name not in known:
            fix = f"use one of {', '.join(known)}"
            problems.append(_problem("unknown-setting", f"[tool.datamodel] has no setting {name!r}", fix))
        elif not isinstance(value, str) or not _inside(value):
            fix = f'write a folder inside the project, such as {name} = "{known[name]}"'
            problems.append(_problem("bad-setting", f"[tool.datamodel] {name} = {value!r} is no usable folder", fix))
        else:
            chosen[name] = PurePosixPath(value).as_posix()
    return Settings(**chosen), tuple(problems)


def _inside(folder: str) -> bool:
    path = PurePosixPath(folder)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _problem(rule: str, what: str, fix: str) -> Diagnostic:
    return Diagnostic(rule, what, fix=fix, location=Location(PYPROJECT))
