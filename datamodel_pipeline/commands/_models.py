"""What verbs that look at models share: the project in the current folder, and the models that a user names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datamodel_pipeline.diagnostics import Diagnostic

if TYPE_CHECKING:
    from datamodel_pipeline.pipeline.project import Project


def say(*lines: object) -> None:
    """Talk: lines and diagnostics on standard error."""
    from datamodel_pipeline.pipeline.terminal import shown

    for line in lines:
        print(shown(line, sys.stderr) if isinstance(line, Diagnostic) else line, file=sys.stderr)


def add_models(parser: argparse.ArgumentParser) -> None:
    """The positional argument MODEL…"""
    parser.add_argument("models", metavar="MODEL", nargs="*", help="a folder of specs/; all of them if none is named")


def opened() -> Project:
    """The project in the current folder, its inputs read."""
    from datamodel_pipeline.pipeline import inspection

    project = inspection.opened(Path.cwd(), say)
    project.scan()
    return project


def chosen(project: Project, named: Sequence[str]) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The models that were named, or all; and what is wrong with the names. `specs/blog/` is as good as `blog`."""
    from datamodel_pipeline.pipeline.project import no_models
    from datamodel_pipeline.spec.suggest import did_you_mean

    known = tuple(files.name for files in project.inputs.models)
    specs = project.settings.specs
    if not known:
        return (), project.inputs.findings or (no_models(project.root, specs),)
    wanted = [name.rstrip("/").removeprefix(f"{specs}/") for name in named]
    unknown = tuple(
        Diagnostic("unknown-model", f"there is no model {name!r} in {specs}/", fix=did_you_mean(name, known))
        for name in wanted
        if name not in known
    )
    return tuple(name for name in known if not wanted or name in wanted), unknown
