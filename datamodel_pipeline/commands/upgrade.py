"""`datamodel upgrade`: spec files of an older format become files of today's, comments and layout kept."""

from __future__ import annotations

import argparse

from datamodel_pipeline.commands import _files, _models
from datamodel_pipeline.diagnostics import Diagnostic, Location

SUMMARY = "bring spec files of an older format up to the format of this version"
DESCRIPTION = """\
Changes files in place, every file or none: when one of them cannot be upgraded, it says so and writes nothing. With
--check it only lists the files that it would change, and ends with 1 if there are any."""
EXAMPLE = "datamodel upgrade --check\ndatamodel upgrade"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    _models.add_models(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; say what would be changed")


def run(arguments: argparse.Namespace) -> int:
    """Upgrades; 0 fine, 1 when --check found files to upgrade, 2 when a file cannot be upgraded."""
    project = _models.opened()
    models, unknown = _models.chosen(project, arguments.models)
    if unknown:
        _models.say(*unknown)
        return 2
    files = [file for name in models for file in project.files(name).files]
    changed, problems = upgraded_texts({file.path: file.content for file in files})
    if problems:
        _models.say(*problems)
        return 2
    for path, content in changed.items():
        _models.say(f"{path}: {'would be upgraded' if arguments.check else 'upgraded'}")
        if not arguments.check:
            _files.replace(project.root / path, content)
    if not changed:
        _models.say(f"{len(files)} files, all of today's format")
    return 1 if changed and arguments.check else 0


def upgraded_texts(files: dict[str, bytes]) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
    """The files whose text changes, with their new content; and those that cannot be upgraded."""
    from datamodel_pipeline.spec import upgrade

    changed: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    for path, content in files.items():
        found = upgrade.upgraded(content.decode("utf-8", "surrogateescape"))
        if found is None:
            problems.append(_hopeless(path))
        elif found.changed:
            changed[path] = found.text.encode("utf-8", "surrogateescape")
    return changed, tuple(problems)


def _hopeless(path: str) -> Diagnostic:
    return Diagnostic(
        "unknown-format",
        f"{path} has no `datamodel:` line with a format that this version knows",
        "how to upgrade a file depends on the format that it was written in",
        "begin the file with `datamodel: 1`, or install a newer datamodel-pipeline",
        location=Location(path),
    )
