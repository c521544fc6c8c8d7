"""A doit run that finds its memory damaged starts over: the memory has been thrown away, so it is a full build.

In: the moment of the finding. Out: the same command line, once more, in this process.
"""

from __future__ import annotations

import os
import sys
from multiprocessing import parent_process
from typing import NoReturn

from doit import get_initial_workdir

from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.pipeline.graph import BuildError

_ONCE = "DATAMODEL_STARTED_OVER"


def start_over() -> NoReturn:
    """Starts over. Raises BuildError in a worker, which cannot, and when it did not help."""
    if parent_process() is not None or _ONCE in os.environ:
        what, fix = "what was remembered of earlier builds is damaged", "run doit again; it builds everything anew"
        raise BuildError([Diagnostic("damaged-state", what, fix=fix)])
    os.environ[_ONCE] = "1"
    os.chdir(get_initial_workdir() or ".")
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
