"""What is looked at in every spec file before its own keys: the line with the format, and keys without a value.

In: a document that `yaml` has read. Out: diagnostics, and the marks that suit what is left of it.
"""

from __future__ import annotations

from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.spec import errors, upgrade, yaml
from datamodel_pipeline.spec.marks import SEPARATOR, Marks
from datamodel_pipeline.spec.salvage import drop


def format_problem(document: yaml.Document, subject: str) -> Diagnostic | None:
    """What is wrong with the format line; nothing for a file that could not be read up to it."""
    if "datamodel" not in document.value and document.stopped:
        return None
    return upgrade.check_format(document.value, subject, document.marks)


def without_empty(document: yaml.Document, subject: str) -> tuple[list[Diagnostic], Marks]:
    """A diagnostic for each key or list item without a value, and the marks of what is left when they are dropped.

    JSON defaults may hold null.
    """
    paths = [tuple(path.split(SEPARATOR)[1:]) for path in document.empty]
    empty = [path for path in paths if path and "default" not in path[:-1]]
    found = [
        Diagnostic(
            "empty-value",
            f"`{'.'.join(path)}` is empty",
            fix="write a value, or remove the key",
            location=document.marks.value(path),
            at=(subject, *path),
        )
        for path in empty[: errors.MOST]
    ]
    return found, drop(document.value, empty, document.marks)
