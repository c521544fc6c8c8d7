"""`datamodel watch`: rebuild on save."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from datamodel_pipeline.commands import _models

SUMMARY = "rebuild at every save, and say in a line what changed and how long it took"
DESCRIPTION = """\
Watches the specs, the templates and pyproject.toml, folders that do not exist yet included, until Ctrl-C. Errors are
shown in full on standard error; the last good outputs stay until they are mended."""
EXAMPLE = "datamodel watch"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument(
        "--poll",
        action="store_true",
        help="look at all files several times a second, for file systems that tell of no changes",
    )


def run(arguments: argparse.Namespace) -> int:
    """Watches until Ctrl-C; 0."""
    from datamodel_pipeline.pipeline.watch import Watch

    poll = arguments.poll or bool(os.environ.get("WATCHFILES_FORCE_POLLING"))
    Watch(Path.cwd(), _line, _models.say, poll=poll).run()
    return 0


def _line(text: str) -> None:
    print(text, flush=True)
