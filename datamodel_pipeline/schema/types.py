"""Engine-neutral column types."""

from __future__ import annotations

from dataclasses import dataclass

ARGUMENTS: dict[str, tuple[int, int]] = {
    # name: how many numbers it takes, least and most
    "string": (1, 1),
    "char": (1, 1),
    "text": (0, 0),
    "smallint": (0, 0),
    "integer": (0, 0),
    "bigint": (0, 0),
    "decimal": (1, 2),
    "money": (0, 0),
    "float": (0, 0),
    "double": (0, 0),
    "boolean": (0, 0),
    "date": (0, 0),
    "time": (0, 0),
    "timestamp": (0, 0),
    "datetime": (0, 0),
    "interval": (0, 0),
    "uuid": (0, 0),
    "json": (0, 0),
    "binary": (0, 1),
}
"""The neutral types that take only numbers. `enum(a, b)` and `array(type)` stand beside them.

`timestamp` is an instant (stored with, or as, UTC); `datetime` is a wall-clock reading without a zone; `money` is an
exact amount, decimal(19,4); `string(n)` counts characters.
"""


@dataclass(frozen=True, slots=True)
class Type:
    """A neutral type, with per-engine spellings where the author wrote them.

    `spelled` holds (engine product, that engine's own SQL type) pairs and wins over the neutral meaning there. A type
    with no neutral form has the name "" and needs a spelling for every engine of the model.
    """

    name: str
    arguments: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    element: Type | None = None
    spelled: tuple[tuple[str, str], ...] = ()

    def spelling(self, engine: str) -> str | None:
        """The author's own SQL type for this engine product, or None."""
        return next((sql for name, sql in self.spelled if name == engine), None) if self.spelled else None

    def __str__(self) -> str:
        """The shorthand that a spec would use for it."""
        if self.name == "enum":
            return f"enum({', '.join(self.values)})"
        if self.name == "array" and self.element:
            return f"array({self.element})"
        if not self.name:
            return " / ".join(f"{engine}: {sql}" for engine, sql in self.spelled)
        return f"{self.name}({','.join(map(str, self.arguments))})" if self.arguments else self.name
