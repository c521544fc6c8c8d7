"""Measures processes: CPU seconds and peak memory of each, and their ratio to a reference measured beside it.

The speed of a shared machine changes from minute to minute, so every run of a case is preceded by one of the reference.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REFERENCE = [sys.executable, "-c", "import doit.doit_cmd"]
DOIT = [sys.executable, "-m", "doit"]
CHECK = [sys.executable, "-m", "datamodel_pipeline", "check"]


@dataclass(frozen=True, slots=True)
class Cost:
    """One process: CPU seconds (user and system), wall seconds, peak resident memory in MB, and what it printed."""

    cpu: float
    wall: float
    memory: float
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of several runs, the largest memory, and R: the median CPU seconds of the reference beside them."""

    cpu: float
    wall: float
    memory: float
    reference: float

    @property
    def ratio(self) -> float:
        """The CPU time in R."""
        return self.cpu / self.reference


def run(command: Sequence[str], folder: Path) -> Cost:
    """Runs a command to its end. Raises RuntimeError, with what it printed, when it fails."""
    before = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as started:
        assert started.stdout is not None
        printed = started.stdout.read().decode()
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{printed}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - before, usage.ru_maxrss / 1024, printed)


def reference(times: int, folder: Path) -> list[float]:
    """The CPU seconds of the reference, several times."""
    return [run(REFERENCE, folder).cpu for _ in range(times)]


def repeated(times: int, command: Sequence[str], folder: Path, before: Callable[[int], None]) -> Measured:
    """Several runs of a command, each after `before(number)` and the reference."""
    references, costs = [], []
    for number in range(times):
        before(number)
        references += reference(1, folder)
        costs.append(run(command, folder))
    return summed(costs, references)


def once(times: int, command: Sequence[str], folder: Path) -> tuple[Measured, str]:
    """One run of a command that takes long, between runs of the reference; and what it printed."""
    first = reference(times, folder)
    cost = run(command, folder)
    return summed([cost], [*first, *reference(times, folder)]), cost.printed


def summed(costs: Sequence[Cost], references: Sequence[float]) -> Measured:
    """The medians of several runs."""
    return Measured(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        max(cost.memory for cost in costs),
        median(references),
    )
