"""What is measured of one project size: the moments that a user waits for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from datamodel_pipeline.bench import generate
from datamodel_pipeline.bench.measure import CHECK, DOIT, Measured, once, repeated

SAVES = [sys.executable, "-m", "datamodel_pipeline.bench.saves"]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the result: what, for how many entities, and its cost."""

    name: str
    entities: int
    cost: Measured


def measured(folder: Path, entities: int, repeat: int) -> Iterator[Case]:
    """Every case for one project size, on a new project in an empty folder."""
    generate.project(folder, entities)
    edited = sorted((folder / "specs" / "generated" / "entities").iterdir())[entities // 2]
    edits: dict[str, Callable[[int], None]] = {
        "no-op": lambda _: None,
        "comment edited": lambda n: generate.commented(edited, f"note {n}"),
        "attribute added": lambda n: generate.attribute_added(edited, f"added_{n}"),
        "description": lambda n: generate.described(edited, f"Edit {n}."),
    }
    yield Case("clean build", entities, once(repeat, DOIT, folder)[0])
    for name, edit in edits.items():
        yield Case(name, entities, repeated(repeat, DOIT, folder, edit))
    yield Case("check", entities, once(repeat, CHECK, folder)[0])
    yield Case("save in watch", entities, _saved(folder, edited, repeat))


def _saved(folder: Path, edited: Path, repeat: int) -> Measured:
    """The medians of what the process printed about its saves."""
    whole, printed = once(repeat, [*SAVES, str(folder), str(edited), str(repeat)], folder)
    pairs = [tuple(map(float, line.split())) for line in printed.splitlines()]
    return replace(whole, cpu=median(cpu for cpu, _ in pairs), wall=median(wall for _, wall in pairs))
