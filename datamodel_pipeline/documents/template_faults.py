"""What is wrong with templates, in words: overrides that override nothing, and templates that fail.

In: Jinja's errors and the names there are. Out: diagnostics with file and line. It refuses to load or render anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from jinja2 import TemplateNotFound

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity
from datamodel_pipeline.spec.suggest import closest


def overrides_nothing(path: str, name: str, packaged: Sequence[str]) -> Diagnostic:
    """The warning for a file that no section asks for. `packaged` are the names that there are."""
    near = closest(name, packaged)
    return Diagnostic(
        rule="unknown-template",
        what=f"{path} overrides nothing: there is no packaged template of that name",
        why="It is never rendered, so the document does not show what it says.",
        fix=f"Rename it to {near}." if near else f"Use one of: {', '.join(packaged)}.",
        severity=Severity.WARNING,
        location=Location(path),
    )


def failure(
    error: BaseException, path: str, names: Sequence[str], packaged: Sequence[str], places: tuple[str, ...]
) -> Diagnostic:
    """The diagnostic of a template that could not be parsed or rendered.

    `path` is told where no line is known, `names` are those that the template sees, `places` how the names of
    templates begin in tracebacks.
    """
    if isinstance(error, TemplateNotFound):
        near = closest(str(error), packaged)
        what = f"the template {error} does not exist"
        fix = f"Did you mean {near}?" if near else f"Packaged templates: {', '.join(packaged)}."
    else:
        what = f"the template cannot be rendered: {error}"
        fix = f"It receives: {', '.join(names)}. docs/templates.md describes them." if names else "Correct the syntax."
    return Diagnostic(
        rule="template-error",
        what=what,
        why="No document is written from a template that fails; the last good outputs stay.",
        fix=fix,
        location=_place(error, places) or Location(path),
    )


def _place(error: BaseException, places: tuple[str, ...]) -> Location | None:
    """The innermost line of a template that the error passed through."""
    line, file = getattr(error, "lineno", None), getattr(error, "filename", None)
    if line and file:
        return Location(file, line)
    found: Location | None = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(places):
            found = Location(name, trace.tb_lineno)
        trace = trace.tb_next
    return found
