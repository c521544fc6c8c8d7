"""pydantic's errors in the reader's words: what is wrong, why, and how to mend it, at the place where it stands.

In: a ValidationError, the marks of the file, the kind of the file. Out: diagnostics, with places and with `at`. It
knows the language only through the JSON Schema of the form.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from pydantic import ValidationError

from datamodel_pipeline.diagnostics import Diagnostic, Location
from datamodel_pipeline.spec import json_schema
from datamodel_pipeline.spec.marks import Marks
from datamodel_pipeline.spec.refusal import Refusal, Refusals, kind_of
from datamodel_pipeline.spec.suggest import did_you_mean

MOST = 100
"""Problems of one file that are worded, looked up and worked around; nobody reads more at once."""

LONGEST = 400
"""Characters of a sentence that repeats what the user wrote."""

_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}


def diagnostics(
    error: ValidationError, form: json_schema.Form, kind: str, subject: str, marks: Marks
) -> tuple[Diagnostic, ...]:
    """A diagnostic for each error. `form` is that of the file, `kind` its name (`entity`, `model`).

    `subject` is the first part of `at`.
    """
    found: list[Diagnostic] = []
    for one in error.errors(include_url=False)[:MOST]:
        found.extend(_Wording(form, kind, subject, marks, one).diagnostics())
    if error.error_count() > MOST:
        what = f"{error.error_count() - MOST:,} more problems in this file are not shown"
        found.append(Diagnostic("more-problems", what, fix="mend those that are shown first", location=marks.value(())))
    return tuple(found)


_OTHER_KEYS = {
    "nullable": "optional",
    "null": "optional",
    "pii": "personal",
    "comment": "description",
    "doc": "description",
    "pk": "primary_keys",
    "sql": "as",
    "expression": "as",
    "fields": "attributes",
    "columns": "attributes",
    "relations": "relationships",
    "references": "belongs_to",
    "extends": "is_a",
    "name": "entity",
    "constraints": "checks",
    "keys": "on",
    "reason": "because",
}
"""What other tools call these keys."""


class _Wording:
    """The words for one error. `path` leads to the value, or to the mapping that lacks a key."""

    def __init__(self, form: json_schema.Form, kind: str, subject: str, marks: Marks, error: Any) -> None:
        self.form = form
        self.kind = kind
        self.subject = subject
        self.marks = marks
        self.type: str = error["type"]
        self.input: Any = error["input"]
        self.context: dict[str, Any] = error.get("ctx", {})
        parts = [str(part) for part in error["loc"]]
        self.is_key = bool(parts) and parts[-1] == "[key]"
        self.path = tuple(part for part in parts if part != "[key]")

    def diagnostics(self) -> list[Diagnostic]:
        """The diagnostics of this error: several where one value was refused for several reasons."""
        match self.type, self.context.get("error"):
            case "value_error", Refusal() as refusal:
                return [self._refused(refusal)]
            case "value_error", Refusals() as several:
                return [self._refused(refusal) for refusal in several.refusals]
            case "extra_forbidden", _:
                return [self._unknown_key()]
            case "missing", _:
                return [self._missing()]
            case "string_pattern_mismatch", _:
                return [self._misshapen()]
            case "literal_error", _:
                return [self._not_a_choice()]
            case _:
                return [self._other()]

    def _say(self, rule: str, what: str, *, why: str = "", fix: str = "", place: Location | None = None) -> Diagnostic:
        at = (self.subject, *self.path)
        what = what if len(what) <= LONGEST else f"{what[:LONGEST]}…"
        return Diagnostic(rule, what, why=why, fix=fix, location=place or self.marks.value(self.path), at=at)

    def _name(self) -> str:
        """The path as it stands in the file, for the beginning of a message."""
        known = self.marks.known(self.path)
        return f"`{'.'.join(known)}`: " if known else ""

    def _refused(self, refusal: Refusal) -> Diagnostic:
        path = (*self.path, *refusal.path)
        place = self.marks.inside(path, refusal.offset) if refusal.offset else self.marks.value(path)
        if refusal.rule in ("unknown-engine", "unknown-key") and refusal.path:
            place = self.marks.key(path)
        return self._say(refusal.rule, f"{self._name()}{refusal.what}", why=refusal.why, fix=refusal.fix, place=place)

    def _unknown_key(self) -> Diagnostic:
        *above, key = self.path
        known = json_schema.keys_at(self.form, above)
        where = f"`{'.'.join(above)}`" if above else f"the {self.kind} file"
        what = f"unknown key `{key}` in {where}"
        other = _OTHER_KEYS.get(key.lower(), "")
        fix = f"did you mean `{other}`?" if other in known else did_you_mean(key, known, most=20)
        return self._say("unknown-key", what, fix=fix, place=self.marks.key(self.path))

    def _missing(self) -> Diagnostic:
        *above, key = self.path
        where = f"`{'.'.join(self.marks.known(above))}`" if above else f"the {self.kind} file"
        example = json_schema.example_at(self.form, self.path)
        fix = f"add `{key}: {_yaml(example)}`" if example is not None else f"add `{key}`"
        return self._say("missing-key", f"{where} lacks `{key}`", fix=fix)

    def _misshapen(self) -> Diagnostic:
        pattern, word = self.context["pattern"], str(self.input)
        shape, guess = _shape(pattern, word)
        valid = guess and re.fullmatch(pattern, guess)
        fix = f"write `{guess}`" if valid else f"write for example `{shape[1]}`"
        what = f"{'' if self.is_key else self._name()}{word!r} is not {shape[0]}"
        place = self.marks.key(self.path) if self.is_key else None
        return self._say("bad-name", what, fix=fix, place=place)

    def _not_a_choice(self) -> Diagnostic:
        choices = re.findall(r"'([^']*)'", self.context["expected"])
        if not isinstance(self.input, str):
            what = f"{self._name()}expected one of {', '.join(choices)}, not {kind_of(self.input)}"
            return self._say("bad-value", what, fix=f"write for example `{choices[0]}`" if choices else "")
        what = f"{self._name()}unknown choice {self.input!r}"
        return self._say("unknown-choice", what, fix=did_you_mean(self.input, choices))

    def _other(self) -> Diagnostic:
        if limit := self._limit():
            what, fix = limit
            return self._say("bad-value", f"{self._name()}{what}", fix=fix)
        allowed = json_schema.kinds_at(self.form, self.path)
        expected = " or ".join(_WORDS[name] for name in allowed if name in _WORDS) or "another kind of value"
        fix = ""
        if "string" in allowed and "object" not in allowed and isinstance(self.input, int | float):
            written = (
                str(self.input).lower() if isinstance(self.input, bool) else getattr(self.input, "text", self.input)
            )
            fix = f'put it in quotes: "{written}"'
        elif allowed == ("boolean",):
            fix = "write true or false, without quotes"
        elif (example := self._example()) is not None:
            fix = f"write for example {_yaml(example)}"
        elif allowed == ("object",):
            fix = "write its keys indented below it, one a line"
        elif "string" in allowed:
            fix = "write a text, in quotes where it holds `{`, `[` or `: `"
        return self._say("bad-value", f"{self._name()}expected {expected}, not {kind_of(self.input)}", fix=fix)

    def _example(self) -> Any:
        """What could stand there; a decision's own example where it was written out."""
        above = self.path[:-1] if self.path[-1:] == ("choose",) else self.path
        return json_schema.example_at(self.form, self.path) or json_schema.example_at(self.form, above)

    def _limit(self) -> tuple[str, str] | None:
        """What a number, text or list has too much or too little of, and how to mend it."""
        context = self.context
        match self.type:
            case "greater_than_equal":
                return f"{self.input} is less than {context['ge']}", f"write {context['ge']} or more"
            case "less_than_equal":
                return f"{self.input} is more than {context['le']}", f"write {context['le']} or less"
            case "string_too_long":
                return f"the text has {len(self.input)} characters; it may have {context['max_length']}", "shorten it"
            case "string_too_short":
                return "the text is empty", "write something, or remove the key"
            case "too_short":
                return "the list is empty", "write at least one item, or remove the key"
            case _:
                return None


def _yaml(value: Any) -> str:
    """The value as YAML in one line."""
    match value:
        case str():
            return value
        case list():
            return f"[{', '.join(map(_yaml, value))}]"
        case dict():
            return "{" + ", ".join(f"{key}: {_quoted(item)}" for key, item in value.items()) + "}"
        case _:
            return json.dumps(value)


def _quoted(value: Any) -> str:
    """Inside of braces a text with a comma or a bracket needs quotes."""
    return json.dumps(value) if isinstance(value, str) and re.search(r"[,(){}\[\]:#]", value) else _yaml(value)


def _shape(pattern: str, word: str) -> tuple[tuple[str, str], str]:
    """What a pattern asks for, an example, and the word in that shape ("" where none is near)."""
    plain = unicodedata.normalize("NFKD", word.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]", plain)
    if "default" in pattern:
        return ("an entity's name or `default`", "Comment"), ""
    if pattern.startswith("^[A-Z]"):
        name = "".join(part[:1].upper() + part[1:] for part in words)
        return ("a name in PascalCase", "OrderLine"), name
    if "-" in pattern and pattern.startswith("^[a-z0-9]"):
        return ("a name of lower-case words joined by hyphens", "support-desk"), "-".join(words).lower()
    if pattern.startswith("^[0-9]{4}"):
        return ("a date", "2026-01-31"), ""
    return ("a name in snake_case", "created_by"), "_".join(words).lower()
