"""`datamodel check`: every finding, and every output that is not what the specs give."""

from __future__ import annotations

import argparse
import sys

from datamodel_pipeline.commands import _models

SUMMARY = "report every finding, and every output that is not what the specs give"
DESCRIPTION = """\
Writes nothing and needs no earlier build. Ends with 1 when there is an error or when outputs have drifted; warnings
alone end with 0. Findings go to standard output in the chosen format, the summary to standard error.

formats:
  text    file:line:column: severity[rule]: what, then why and how to mend it
  github  workflow commands, which GitHub shows at the lines of a pull request
  sarif   SARIF 2.1.0, for code scanning and editors
  json    {"version": 1, "findings": [{"rule", "severity", "what", "why", "fix", "file", "line", "column"}]};
          file, line and column are null where a finding has no place; fields may be added, never renamed"""
EXAMPLE = "datamodel check\ndatamodel check --format github blog"
FORMATS = ("text", "github", "sarif", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    _models.add_models(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Inspects and prints; 0 fine, 1 errors or drift, 2 when there is no such model."""
    from datamodel_pipeline.commands import _formats
    from datamodel_pipeline.diagnostics import has_errors
    from datamodel_pipeline.pipeline import inspection

    project = _models.opened()
    models, unknown = _models.chosen(project, arguments.models)
    if unknown:
        _models.say(*unknown)
        return 2
    found = inspection.inspected(project, models)
    sys.stdout.write(_formats.written(arguments.format, found))
    _models.say(_formats.summary(found, len(models)))
    return 1 if has_errors(found) else 0
