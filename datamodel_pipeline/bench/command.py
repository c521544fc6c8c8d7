"""`doit bench`: builds generated projects and prints what each moment costs, as ratios to importing doit itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, ClassVar

from doit.cmd_base import Command

from datamodel_pipeline.bench.cases import Case, measured
from datamodel_pipeline.bench.measure import REFERENCE, repeated

BUDGETS = {"no-op": 3, "comment edited": 5, "attribute added": 10, "save in watch": 2, "clean build": 100, "check": 40}
"""The most that each case may cost at 1,000 entities, in R: the CPU time of importing doit in the same run."""


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
            folder = Path(name)
            reference = repeated(max(repeat, 5), REFERENCE, folder).cpu
            print(f"R = {reference:.3f} s of CPU: importing doit on this machine")
            print(f"{'case':<16} {'entities':>8} {'in R':>7} {'CPU s':>7} {'wall s':>7} {'peak MB':>8}  budget at 1000")
            late = False
            for size in map(int, pos_args or ["10", "100", "1000"]):
                for case in measured(folder / str(size), size, repeat):
                    late |= _shown(case, reference)
        return int(late)


def _shown(case: Case, reference: float) -> bool:
    """Prints a line; whether the case is over its budget."""
    ratio, cost = case.cost.cpu / reference, case.cost
    budget = BUDGETS[case.name] if case.entities == 1000 else 0
    memory = f"{cost.memory:8.0f}" if cost.memory else " " * 8
    verdict = f"  ≤ {budget} R {'ok' if ratio <= budget else 'OVER'}" if budget else ""
    print(f"{case.name:<16} {case.entities:>8} {ratio:7.2f} {cost.cpu:7.2f} {cost.wall:7.2f} {memory}{verdict}")
    return bool(budget) and ratio > budget
