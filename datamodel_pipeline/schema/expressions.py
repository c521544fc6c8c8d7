"""SQL expressions and default values inside a schema, free of any engine's spelling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column of the same table; the engine quotes it where it must."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; the engine writes it in its own way. A str is text, a bool is true/false in the engine's spelling."""

    value: str | int | bool


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that a convention made: plain SQL words valid on every engine, between columns and literals.

    `Formula((ColumnRef("deleted_at"), " IS NULL"))` is an example. The parts are written one after the other, as they
    are, so the words carry their own blanks.
    """

    parts: tuple[str | ColumnRef | Literal, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names, first use first, without repeats."""
        return tuple(dict.fromkeys(part.name for part in self.parts if isinstance(part, ColumnRef)))


@dataclass(frozen=True, slots=True)
class Written:
    """An expression that an author wrote, with its spelling for each engine of the model.

    `text` is the author's own; `spelled` holds (engine product, SQL) pairs made by `parsing.expressions`, already
    quoted; an engine that is missing there uses `text`.
    """

    text: str
    columns: tuple[str, ...] = ()
    spelled: tuple[tuple[str, str], ...] = ()

    def spelling(self, engine: str) -> str:
        """The SQL for this engine product."""
        return next((sql for name, sql in self.spelled if name == engine), self.text)


Expression = Formula | Written


@dataclass(frozen=True, slots=True)
class CurrentTimestamp:
    """Default: the instant of the insert."""


@dataclass(frozen=True, slots=True)
class NewUuid:
    """Default: a fresh UUID made by the engine, time-ordered where the engine can."""


Default = Literal | CurrentTimestamp | NewUuid | Formula | Written
"""What a column gets when an insert names no value."""


def is_null(column: str) -> Formula:
    """`column IS NULL`."""
    return Formula((ColumnRef(column), " IS NULL"))


def is_not_null(column: str) -> Formula:
    """`column IS NOT NULL`."""
    return Formula((ColumnRef(column), " IS NOT NULL"))


def one_of(column: str, values: tuple[str, ...]) -> Formula:
    """`column IN ('a', 'b')`."""
    parts: list[str | ColumnRef | Literal] = [ColumnRef(column), " IN ("]
    for position, value in enumerate(values):
        parts += [", ", Literal(value)] if position else [Literal(value)]
    return Formula((*parts, ")"))
