"""What all tests share: the `--update-golden` switch and the real servers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from golden import Case

pytest_plugins = ["servers.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected blocks of the case files")


@pytest.fixture(autouse=True)
def _golden_switch(request: pytest.FixtureRequest) -> None:
    callspec = getattr(request.node, "callspec", None)
    for value in callspec.params.values() if callspec else ():
        if isinstance(value, Case):
            value.update = request.config.getoption("--update-golden")
