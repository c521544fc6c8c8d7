"""What is wrong with a file that is no YAML at all, said so that the writer can mend it.

In: PyYAML's own error and the text. Out: one diagnostic. It knows nothing of specs.
"""

from __future__ import annotations

import yaml

from datamodel_pipeline.diagnostics import Diagnostic, Location

_TAB = ("a tab stands where YAML wants blanks", "indent with blanks: replace the tab by two of them")
_SPECIAL = {
    "\t": _TAB,
    "@": ("a text may not begin with `@`", "put the text in quotes"),
    "`": ("a text may not begin with a backtick", "put the text in quotes"),
    "?": (
        "this PyYAML has no C parser, and its other one takes a `?` inside of braces for a sign",
        'put the type in quotes ("text?"), write it outside of braces, or install PyYAML with libyaml',
    ),
    "%": ("a text may not begin with `%`", "put the text in quotes"),
}
_COMMON = (
    # what PyYAML says (either of its parsers), what we say, how to mend it
    ("tab character", *_TAB),
    (
        "expected ':'",
        "a key has no `:` behind it",
        "write `key: value`, close what was opened before it, or put a text of several lines in quotes",
    ),
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        "indent the line as its neighbours are, or put a text that holds `: ` in quotes",
    ),
    ("entries are not allowed", "a list item (`-`) stands where none can be", "start the list on a line of its own"),
    ("',' or ']'", "a list that begins with `[` is not closed", "close it with `]` and separate items with `,`"),
    ("',' or '}'", "a mapping that begins with `{` is not closed", "close it with `}` and separate pairs with `,`"),
    ("unexpected end of stream", "a quoted text is not closed", "close it with the quote that it begins with"),
    (
        "unknown escape",
        "a text in double quotes holds an unknown escape",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "expected key",
        "this stands where a key should",
        "indent it as its neighbours are; inside single quotes write '' for '",
    ),
    (
        "<block end>",
        "this stands where a key should",
        "indent it as its neighbours are; inside single quotes write '' for '",
    ),
    (
        "'-' indicator",
        "this stands where a list item should",
        "begin it with `- `, or indent it as the mapping it belongs to",
    ),
)


def diagnostic(error: yaml.YAMLError, file: str, text: str) -> Diagnostic:
    """The diagnostic for an error that PyYAML raised while it read `text`."""
    problem = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    what, fix = _words(problem, text, line, column)
    if (opened := _opened(error, line)) and (what, fix) != _TAB:
        fix += f" (it begins in line {opened})"
    return Diagnostic(
        "yaml-syntax",
        what,
        why="until the file is valid YAML, nothing in it can be read",
        fix=fix,
        location=Location(file, line + 1, column + 1),
    )


def _words(problem: str, text: str, line: int, column: int) -> tuple[str, str]:
    lines = text.splitlines()
    here = lines[line] if line < len(lines) else ""
    letter = here[column] if column < len(here) else ""
    if letter in _SPECIAL and ("cannot start any token" in problem or "got '?'" in problem):
        return _SPECIAL[letter]
    for words, what, fix in _COMMON:
        if words in problem:
            return what, fix
    return f"this is not valid YAML: {problem}", "compare the indentation and quotes with the lines around it"


def _opened(error: yaml.YAMLError, line: int) -> int:
    """The line, from 1, in which the broken thing begins, when that is another one; else 0."""
    mark = getattr(error, "context_mark", None)
    return mark.line + 1 if mark and mark.line != line and "block" not in str(getattr(error, "context", "")) else 0
