"""From one spec format to the next: which formats this version reads, and how an older file becomes a newer one.

In: the text of a file, or what its `datamodel:` line says. Out: the upgraded text, or a diagnostic. Upgrades change the
text itself, so that comments and layout survive. It knows no construct of the language beyond the format line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from datamodel_pipeline import __version__
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.spec.marks import Marks
from datamodel_pipeline.spec.refusal import kind_of
from datamodel_pipeline.spec.specs import FORMAT

Upgrade = Callable[[str], str]
UPGRADES: tuple[Upgrade, ...] = ()
"""UPGRADES[n - 1] makes a text of format n one of format n + 1; the `datamodel:` line is changed by `upgraded`."""

_LINE = re.compile(
    r"^(?P<before>[\"']?datamodel[\"']?\s*:\s*)(?P<format>[0-9]+)(?P<after>[ \t]*(?:#[^\n]*)?\r?)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A file's text in the newest format, and the format that it had."""

    text: str
    before: int

    @property
    def changed(self) -> bool:
        """Whether the text had to be upgraded."""
        return self.before != FORMAT


def upgraded(text: str, upgrades: tuple[Upgrade, ...] = UPGRADES) -> Upgraded | None:
    """The text in the newest format; None when it names no format, or one that is newer than the upgrades reach."""
    match = _LINE.search(text)
    newest = len(upgrades) + 1
    if match is None or not 1 <= int(match["format"]) <= newest:
        return None
    before = int(match["format"])
    for step, upgrade in enumerate(upgrades[before - 1 :], before + 1):
        text = _LINE.sub(rf"\g<before>{step}\g<after>", upgrade(text), count=1)
    return Upgraded(text, before)


def check_format(value: dict[str, object], subject: str, marks: Marks) -> Diagnostic | None:
    """What is wrong with the `datamodel:` line of a file; None when this version reads the format."""
    found = value.get("datamodel")
    at = (subject, "datamodel")
    if "datamodel" not in value:
        what = "the file does not say its format"
        return Diagnostic(
            "missing-format",
            what,
            why="a later version of the tool needs it to read today's files",
            fix=f"begin the file with `datamodel: {FORMAT}`",
            location=marks.key(()),
            at=at,
        )
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        what = f"the format is a whole number, not {kind_of(found)}"
        return Diagnostic(
            "bad-format", what, fix=f"write `datamodel: {FORMAT}`", location=marks.value(("datamodel",)), at=at
        )
    if found > FORMAT:
        what = f"this file has spec format {found}; datamodel-pipeline {__version__} reads formats up to {FORMAT}"
        fix = "install a newer version: pip install --upgrade datamodel-pipeline"
        why = "nothing else in the file was checked: it may mean something that this version does not know"
        return Diagnostic("newer-format", what, why=why, fix=fix, location=marks.value(("datamodel",)), at=at)
    if found < FORMAT:
        what = f"this file has spec format {found}; the tool works with format {FORMAT}"
        return Diagnostic(
            "older-format", what, fix="run `datamodel upgrade`", location=marks.value(("datamodel",)), at=at
        )
    return None
