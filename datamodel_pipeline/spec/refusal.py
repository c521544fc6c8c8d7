"""What is wrong with one value that a user wrote, raised while the value is being read and caught inside this layer.

In: the words for the reader. Out: an exception that pydantic collects beside its own. It knows no files and no places
beyond an offset into the text that is refused.
"""

from __future__ import annotations

from collections.abc import Callable


class Refusal(ValueError):  # noqa: N818 — pydantic collects ValueErrors; this one is a message, not a fault
    """One refused value: what is wrong, why it matters, how to mend it.

    `offset` counts characters from the start of the refused text, `path` leads from the value to the part of it that is
    meant. `rule` is the id of the diagnostic that it becomes. A `fix` that takes a search is given as a function, which
    is called only when somebody reads it.
    """

    def __init__(
        self,
        what: str,
        *,
        why: str = "",
        fix: str | Callable[[], str] = "",
        rule: str = "bad-value",
        offset: int = 0,
        path: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self._fix = fix
        self.rule = rule
        self.offset = offset
        self.path = path

    @property
    def fix(self) -> str:
        """How to mend it."""
        return self._fix if isinstance(self._fix, str) else self._fix()

    def below(self, *path: str) -> Refusal:
        """The same refusal, seen from a value that holds the refused one under `path`."""
        return Refusal(
            self.what, why=self.why, fix=self._fix, rule=self.rule, offset=self.offset, path=(*path, *self.path)
        )


class Refusals(ValueError):  # noqa: N818 — as above
    """Several refusals of one value, reported together. Empty is an error of ours."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("; ".join(refusal.what for refusal in refusals))
        self.refusals = tuple(refusals)


def kind_of(value: object) -> str:
    """What a reader calls the kind of this YAML value: "a list", "a number", …"""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {value!r}" if len(value) <= 40 else "a text"
        case list():
            return "a list"
        case _:
            return "a mapping"
