"""How the tool speaks about a reader's input: one value per problem, printed the same way everywhere.

In: what a loader, resolver, engine or rule found. Out: `Diagnostic` values and their text. This module knows
nothing of YAML, SQL or terminals; it must stay importable without any third-party package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a finding is. Only ERROR fails a build or a check."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Location(NamedTuple):
    """A place in a file: path relative to the project with forward slashes, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: what is wrong, why it matters, how to mend it (with the reader's own names).

    `rule` is a kebab-case id naming the pattern complained about, for example `unknown-entity`.
    """

    rule: str
    what: str
    why: str = ""
    fix: str = ""
    severity: Severity = Severity.ERROR
    location: Location | None = None
    at: tuple[str, ...] = ()
    """Where in the specs, for layers that do not know files: an entity's name (or `model`), then YAML keys, list
    positions as digits: `("Ticket", "attributes", "status", "type")`. `spec.load.locate` turns it into a location."""

    def __str__(self) -> str:
        """`file:line:col: error[rule]: what`, then indented `why:` and `fix:` lines."""
        place = f"{self.location}: " if self.location else ""
        lines = [f"{place}{self.severity}[{self.rule}]: {self.what}"]
        for label, text in (("why", self.why), ("fix", self.fix)):
            if text:
                first, *rest = text.splitlines()
                lines.append(f"  {label}: {first}")
                lines.extend(f"       {line}" for line in rest)
        return "\n".join(lines)


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics without repeats, by file, line, column, then rule and text: the order to print them in."""
    nowhere = Location("", 0, 0)
    return tuple(sorted(set(diagnostics), key=lambda d: (d.location or nowhere, d.rule, d.what)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
