"""`datamodel schema`: JSON Schemas of the spec files, for editors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from datamodel_pipeline.commands import _files, _models

SUMMARY = "print or write the JSON Schemas of spec files, for editors"
DESCRIPTION = """\
NAME is model or entity; without it both are printed, as one object by name. --write puts them into .schema/ of the
specs folder, where the first line of every spec points:

  # yaml-language-server: $schema=../../.schema/entity.json"""
EXAMPLE = "datamodel schema --write\ndatamodel schema entity"
FOLDER = ".schema"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="model or entity")
    parser.add_argument("--write", action="store_true", help="write the files instead of printing them")


def run(arguments: argparse.Namespace) -> int:
    """Prints or writes; 0 fine, 2 when there is no schema of that name."""
    from datamodel_pipeline.spec import json_schemas
    from datamodel_pipeline.spec.suggest import did_you_mean

    found = json_schemas.schemas()
    if arguments.name and arguments.name not in found:
        _models.say(f"there is no schema {arguments.name!r}: {did_you_mean(arguments.name, found)}")
        return 2
    wanted = {name: schema for name, schema in found.items() if arguments.name in (None, name)}
    texts = {name: text(schema) for name, schema in wanted.items()}
    if not arguments.write:
        sys.stdout.write(texts[arguments.name] if arguments.name else text(wanted))
        return 0
    return _write(texts)


def text(schema: object) -> str:
    """The schema as it stands in a file."""
    import json

    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _write(texts: dict[str, str]) -> int:
    from datamodel_pipeline.pipeline import settings

    found, problems = settings.load(Path.cwd())
    if problems:
        _models.say(*problems)
        return 2
    folder = Path(found.specs) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in texts.items():
        path = folder / f"{name}.json"
        same = path.is_file() and path.read_bytes() == content.encode()
        if not same:
            _files.replace(path, content.encode())
        _models.say(f"{path.as_posix()}: {'is up to date' if same else 'written'}")
    return 0
