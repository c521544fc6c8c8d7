"""Measures processes: CPU seconds and peak memory of each, and their ratio to a reference measured in the same run."""

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
    """One process: CPU seconds (user and system), wall seconds, peak resident memory in MB."""

    cpu: float
    wall: float
    memory: float


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
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - before, usage.ru_maxrss / 1024)


def repeated(times: int, command: Sequence[str], folder: Path, before: Callable[[int], None] | None = None) -> Cost:
    """The median of several runs, each after `before(number)`; memory is the largest."""
    costs = []
    for number in range(times):
        if before:
            before(number)
        costs.append(run(command, folder))
    return Cost(median(c.cpu for c in costs), median(c.wall for c in costs), max(c.memory for c in costs))
