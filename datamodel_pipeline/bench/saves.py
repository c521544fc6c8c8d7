"""What a save costs inside a process that stays, as in `datamodel watch`: from a saved file to written outputs.

In: `python -m datamodel_pipeline.bench.saves FOLDER FILE TIMES`. Out: a line with CPU and wall seconds for each save.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from datamodel_pipeline.bench.generate import attribute_added
from datamodel_pipeline.pipeline.project import Project


def saves(folder: Path, edited: Path, times: int) -> None:
    """Edits the file that often and prints what each rebuild costs; the first edit warms up and is not counted."""
    project = Project(folder)
    project.up_to_date()
    for number in range(times + 1):
        attribute_added(edited, f"saved_{number}")
        cpu, wall = time.process_time(), time.perf_counter()
        outcome = project.up_to_date()
        assert outcome.written and not outcome.failed, outcome
        if number:
            print(time.process_time() - cpu, time.perf_counter() - wall)
    project.close()


if __name__ == "__main__":
    saves(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
