"""`datamodel ddl`: a model's full schema as SQL."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from datamodel_pipeline.commands import _models
from datamodel_pipeline.diagnostics import Diagnostic

if TYPE_CHECKING:
    from datamodel_pipeline.pipeline.project import Project

SUMMARY = "print a model's full schema as SQL"
DESCRIPTION = """\
The engine may be one that the model has not decided for. Without a version it is the newest that is known; the second
line of the output says which. What the engine cannot hold is said on standard error, and so are errors in the specs
(then nothing is printed, and the exit code is 2)."""
EXAMPLE = "datamodel ddl blog --engine postgresql\ndatamodel ddl blog --engine 'mysql 8.0' > schema.sql"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument(
        "model", metavar="MODEL", nargs="?", help="a folder of specs/; may be left out when there is one"
    )
    form = "postgresql, 'postgresql 16' or postgresql:16; likewise mysql and sqlite"
    parser.add_argument("--engine", metavar="E", required=True, help=form)


def run(arguments: argparse.Namespace) -> int:
    """Prints the SQL; 0 fine, 2 when a name is unknown or the specs have errors."""
    from datamodel_pipeline.diagnostics import has_errors
    from datamodel_pipeline.engines import registry
    from datamodel_pipeline.pipeline.full_schema import full_schema

    product, version = registry.parse(arguments.engine)
    project = _models.opened()
    model, problems = _one(project, arguments.model)
    if wrong := registry.problem(product, version):
        problems = (*problems, wrong)
    if problems:
        _models.say(*problems)
        return 2
    found = full_schema(project, model, registry.engine(product, version))
    _models.say(*found.findings)
    if has_errors(found.findings):
        return 2
    sys.stdout.write(found.sql)
    return 0


def _one(project: Project, named: str | None) -> tuple[str, tuple[Diagnostic, ...]]:
    models, problems = _models.chosen(project, [named] if named else [])
    if problems:
        return "", problems
    if len(models) > 1:
        fix = f"name one of: {', '.join(models)}"
        return "", (Diagnostic("which-model", "there is more than one model", fix=fix),)
    return models[0], ()
