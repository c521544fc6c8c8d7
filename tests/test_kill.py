"""Builds that are killed, stopped or run at once: outputs are whole files, and the next build makes a clean one's."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import pytest
from projects import CUSTOMER, ORDER, OUTPUTS, build, clean_build, outputs, shop, write

DOIT = [sys.executable, "-m", "doit"]
ORDER_FILE = "specs/shop/entities/order.yaml"
SPELLINGS = [
    ORDER,
    ORDER.replace("note: text?", "remark: text?"),
    ORDER.replace("Customer}", "Customer, optional: true}"),
]
SLOW = """\
import os, sys, time
from pathlib import Path
from doit.doit_cmd import DoitMain

rename, seen = Path.replace, []

def slowly(self, target):
    if "/outputs/" in str(target):
        seen.append(target)
        os.write(1, b"renaming\\n")  # doit keeps what actions print
        if len(seen) >= int(os.environ["SLOW_FROM"]):
            time.sleep(float(os.environ["PAUSE"]))
    return rename(self, target)

Path.replace = slowly
sys.exit(DoitMain().run(sys.argv[1:]))
"""
"""doit, whose renames of outputs say so, and take their time from the given one on."""


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A project that has been built."""
    build(shop(tmp_path / "project"))
    write(tmp_path, "slow.py", SLOW)
    yield tmp_path / "project"
    while STARTED:
        kill_all(STARTED.pop())


def spawn(root: Path, *arguments: str, pause: float | None = None, slow_from: int = 1) -> subprocess.Popen[str]:
    """A build of its own process group; with seconds of pause before renames from that one on, if they are given."""
    command = DOIT if pause is None else [sys.executable, str(root.parent / "slow.py")]
    running = subprocess.Popen(
        [*command, *arguments],
        cwd=root,
        env=os.environ | {"PAUSE": str(pause), "SLOW_FROM": str(slow_from)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    STARTED.append(running)
    return running


def kill_all(running: subprocess.Popen[str]) -> None:
    """Kills a build and its workers, if they are still there."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def until_renaming(running: subprocess.Popen[str], times: int = 1) -> None:
    """Reads what a slow build says until it is about to rename the last of so many files."""
    assert running.stdout is not None
    while times:
        line = running.stdout.readline()
        assert line, "the build ended too early"
        times -= line == "renaming\n"


def finish(running: subprocess.Popen[str], code: int = 0) -> str:
    """Waits for the end; returns all that was said."""
    out, err = running.communicate(timeout=60)
    assert running.returncode == code, out + err
    assert "Traceback" not in out + err
    return out + err


def whole(root: Path, *versions: dict[str, bytes]) -> bool:
    """Whether every output is that of one of these builds."""
    found = {path: text for path, text in outputs(root).items() if not path.endswith(".datamodel-tmp")}
    return all(any(text == version.get(path) for version in versions) for path, text in found.items())


def is_as_built_anew(root: Path) -> bool:
    """Builds; whether the outputs, temporary files included, are then those of a clean build."""
    outcome = build(root)
    return not outcome.failed and outputs(root) == clean_build(root, root.parent / "clean")


# -- kill -9 -----------------------------------------------------------------------------------------------------------


def test_killed_at_any_moment(root: Path) -> None:
    """Facts row 15 among them: an edit, a kill, and the old text again before the next build."""
    choose = random.Random(15)
    texts = dict.fromkeys(SPELLINGS, b"")
    builds = []
    for text in texts:
        write(root, ORDER_FILE, text)
        builds.append(clean_build(root, root.parent / "clean"))
    started = time.monotonic()
    finish(spawn(root))
    duration = time.monotonic() - started
    now, killed = 0, 0
    for step in range(14):
        before, now = now, (now + 1) % len(SPELLINGS)
        write(root, ORDER_FILE, SPELLINGS[now])
        running = spawn(root, *(["-n", "2"] if step % 5 == 4 else []))
        time.sleep(choose.uniform(0.2, 1.1) * duration)
        killed += running.poll() is None
        kill_all(running)
        assert whole(root, *builds)
        if step % 3 == 1:
            now = before
            write(root, ORDER_FILE, SPELLINGS[now])
        if step % 4 == 3:
            (root / ".datamodel/state.sqlite").unlink(missing_ok=True)
        outcome = build(root)
        assert not outcome.failed
        assert outputs(root) == builds[now]
        assert build(root).ran == []
    assert killed > 3, "hardly a build was killed before it ended"


@pytest.mark.parametrize(
    ("renamed", "then"),
    [
        (1, "same"),
        (2, "reverted"),
        (3, "reverted"),
        (3, "same"),
        (2, "forgotten"),
        (2, "reverted and forgotten"),
    ],
)
def test_killed_between_two_renames(root: Path, renamed: int, then: str) -> None:
    old = outputs(root)
    write(root, ORDER_FILE, SPELLINGS[1])
    new = clean_build(root, root.parent / "clean")
    running = spawn(root, pause=30, slow_from=renamed)
    until_renaming(running, renamed)
    kill_all(running)
    assert whole(root, old, new)
    assert len([path for path in outputs(root) if path.endswith(".datamodel-tmp")]) >= 1
    if "reverted" in then:
        write(root, ORDER_FILE, ORDER)
    if "forgotten" in then:
        shutil.rmtree(root / ".datamodel")
    assert is_as_built_anew(root)
    assert outputs(root) == (old if "reverted" in then else new)


def test_workers_die_with_their_parent(root: Path) -> None:
    write(root, ORDER_FILE, SPELLINGS[1])
    running = spawn(root, "-n", "2", pause=30)
    until_renaming(running)
    running.kill()  # the parent alone
    running.communicate(timeout=20)  # which ends when nobody holds its output any more
    finish(spawn(root))
    assert is_as_built_anew(root)


# -- asked to stop -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=" ".join)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped(root: Path, number: signal.Signals, workers: list[str]) -> None:
    old = outputs(root)
    write(root, ORDER_FILE, SPELLINGS[1])
    new = clean_build(root, root.parent / "clean")
    running = spawn(root, *workers, pause=30)
    until_renaming(running)
    if number is signal.SIGINT:  # as a terminal does
        os.killpg(running.pid, number)
    else:
        running.send_signal(number)
    said = finish(running, 128 + number)
    assert said.strip().splitlines()[-1].startswith("stopped; every output is a whole file")
    assert whole(root, old, new)
    if not workers:
        assert [path for path in outputs(root) if path.endswith(".datamodel-tmp")] == []
    assert is_as_built_anew(root)


# -- several at once ---------------------------------------------------------------------------------------------------


def test_several_builds_at_once(root: Path) -> None:
    for spellings in (SPELLINGS, [*SPELLINGS[1:], ORDER]):
        running = []
        for text in spellings:
            write(root, ORDER_FILE, text)
            running.append(spawn(root))
            time.sleep(0.15)
        for one in running:
            finish(one)
        assert build(root).ran == [], "the last edit has been built"
        assert outputs(root) == clean_build(root, root.parent / "clean")


def test_a_second_build_waits_and_says_so(root: Path) -> None:
    write(root, ORDER_FILE, SPELLINGS[1])
    first = spawn(root, pause=0.7)
    until_renaming(first)
    second = spawn(root)
    listed = spawn(root, "list", "--status")
    assert "waiting" not in finish(listed)
    assert f"waiting for another build of this project (process {first.pid})" in finish(second)
    finish(first)
    assert is_as_built_anew(root)


def test_an_edit_during_a_build_is_not_lost(root: Path) -> None:
    """Facts row 13: what was parsed is what was hashed, so the next build sees the edit."""
    write(root, ORDER_FILE, SPELLINGS[1])
    running = spawn(root, pause=0.2)
    until_renaming(running)
    write(root, ORDER_FILE, SPELLINGS[2])
    write(root, "specs/shop/entities/customer.yaml", CUSTOMER.replace("string(100)", "string(99)"))
    finish(running)
    assert b"remark" in outputs(root)[f"{OUTPUTS}/01-shop/01-shop.md"]
    assert "shop.tables:Order" in build(root).ran
    assert outputs(root) == clean_build(root, root.parent / "clean")


def test_builds_beside_watch(root: Path) -> None:
    command = [sys.executable, "-m", "datamodel_pipeline", "watch"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
        try:
            assert watch.stdout is not None
            watch.stdout.readline()
            watch.stdout.readline()
            for _, text in zip(range(4), cycle(SPELLINGS[1:]), strict=False):
                write(root, ORDER_FILE, text)
                finish(spawn(root))
                assert outputs(root) == clean_build(root, root.parent / "clean")
        finally:
            watch.send_signal(signal.SIGINT)
        assert "Traceback" not in watch.communicate(timeout=30)[1]
    assert is_as_built_anew(root)
