"""What is measured of one project size: the moments that a user waits for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from datamodel_pipeline.bench import generate
from datamodel_pipeline.bench.measure import CHECK, DOIT, Cost, repeated, run
from datamodel_pipeline.pipeline.project import Project


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the result: what, for how many entities, and its cost."""

    name: str
    entities: int
    cost: Cost


def measured(folder: Path, entities: int, repeat: int) -> Iterator[Case]:
    """Every case for one project size, on a new project in an empty folder."""
    generate.project(folder, entities)
    edited = sorted((folder / "specs" / "generated" / "entities").iterdir())[entities // 2]
    yield Case("clean build", entities, run(DOIT, folder))
    yield Case("no-op", entities, repeated(repeat, DOIT, folder))
    yield Case("comment edited", entities, repeated(repeat, DOIT, folder, lambda n: _comment(edited, n)))
    yield Case("attribute added", entities, repeated(repeat, DOIT, folder, lambda n: _attribute(edited, n)))
    yield Case("check", entities, run(CHECK, folder))
    yield Case("save in watch", entities, _saved(folder, edited, repeat))


def _comment(path: Path, number: int) -> None:
    path.write_text(path.read_text("utf-8") + f"# note {number}\n", "utf-8")


def _attribute(path: Path, number: int) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("attributes:\n", f"attributes:\n  added_{number}: integer?\n", 1), "utf-8")


def _saved(folder: Path, edited: Path, repeat: int) -> Cost:
    """From a saved file to written outputs, inside one process that stays: what `datamodel watch` does."""
    project = Project(folder)
    project.up_to_date()
    costs = []
    for number in range(100, 100 + repeat):
        _attribute(edited, number)
        cpu, wall = time.process_time(), time.perf_counter()
        outcome = project.up_to_date()
        assert outcome.written, outcome
        costs.append((time.process_time() - cpu, time.perf_counter() - wall))
    project.close()
    return Cost(median(c for c, _ in costs), median(w for _, w in costs), 0)
