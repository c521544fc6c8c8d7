"""`doit bench`: builds generated projects and prints what each moment costs, as ratios to importing doit itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, ClassVar

from doit.cmd_base import Command

from datamodel_pipeline.bench.cases import Case, measured

BUDGETS = {"no-op": 3, "comment edited": 5, "attribute added": 10, "save in watch": 2, "clean build": 100, "check": 40}
"""The most that each case may cost at 1,000 entities, in R: the CPU time of importing doit, measured beside it."""
MEMORY = 300
"""The most MB that a clean build of 1,000 entities may take."""


class Bench(Command):  # type: ignore[misc]  # doit is not typed
    """Measures the build on generated projects."""

    name = "bench"
    doc_purpose = "measure the build on generated projects"
    doc_usage = "[SIZE ...]"
    doc_description = "SIZE is a number of entities (10 100 1000). The figures are ratios of CPU time."
    cmd_options: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "name": "repeat",
            "short": "r",
            "long": "repeat",
            "type": int,
            "default": 5,
            "help": "runs of each quick case",
        },
    )

    def execute(self, opt_values: dict[str, Any], pos_args: list[str]) -> int:
        """Prints the table; returns 1 when a budget for 1,000 entities is exceeded."""
        repeat = opt_values["repeat"]
        with tempfile.TemporaryDirectory() as name:
            print("R is the CPU time of importing doit, measured beside each case")
            print(f"{'case':<16} {'entities':>8} {'in R':>7} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'R s':>6}")
            late = False
            for size in map(int, pos_args or ["10", "100", "1000"]):
                for case in measured(Path(name) / str(size), size, repeat):
                    late |= _shown(case)
        return int(late)


def _shown(case: Case) -> bool:
    """Prints a line; whether the case is over its budget."""
    cost = case.cost
    line = f"{case.name:<16} {case.entities:>8} {cost.ratio:7.2f} {cost.cpu:7.2f} {cost.wall:7.2f}"
    print(f"{line} {cost.memory:8.0f} {cost.reference:6.3f}{_verdict(case)}", flush=True)
    return "OVER" in _verdict(case)


def _verdict(case: Case) -> str:
    """Whether the case keeps its budget, "" where it has none."""
    budget = BUDGETS.get(case.name, 0) if case.entities == 1000 else 0
    over = case.cost.ratio > budget or (case.name == "clean build" and case.cost.memory > MEMORY)
    return f"  {'OVER' if over else 'within'} {budget} R" if budget else ""
