"""What happens when a build is told to stop: it stops at once, without a traceback, and leaves whole files.

In: SIGINT or SIGTERM. Out: the exit code that shells expect, 128 and the signal's number.
"""

from __future__ import annotations

import signal
import sys
import threading
from multiprocessing import active_children
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def stop_cleanly() -> None:
    """From now on the signals end this process by unwinding it, so that temporary files go and the memory is saved."""
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            signal.signal(number, _stop)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    for worker in active_children():
        worker.kill()
    print("stopped; every output is a whole file, and the next build completes the set", file=sys.stderr)
    raise SystemExit(128 + number)
