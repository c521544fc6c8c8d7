"""What `doit` says: files, a summary, errors last; as much as was asked for, to whom it may concern."""

from __future__ import annotations

import io
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from projects import CUSTOMER, MODEL, OUTPUTS, PRODUCT, PYPROJECT, doit, shop, write

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity
from datamodel_pipeline.pipeline import terminal

WRITTEN = f"""\
written  {OUTPUTS}/01-shop/01-shop.md
written  {OUTPUTS}/01-shop/postgresql/schema.sql
written  {OUTPUTS}/README.md
"""
KEPT = "shop was not built; its outputs are still those of the last good build\n"
ONE_ENGINE = MODEL.replace("[postgresql 16, sqlite]", "[postgresql 16]")
DODO = '''\
from datamodel_pipeline.pipeline.dodo import *

def task_hello():
    """say hello"""
    return {"actions": ["echo hello; echo trouble >&2"]}

def task_fails():
    """fail with output"""
    return {"actions": ["echo half of it; echo no more >&2; exit 3"]}

def task_waits():
    """need what fails"""
    return {"actions": ["echo never"], "task_dep": ["fails"]}

def task_current():
    """be up to date"""
    return {"actions": ["echo never"], "uptodate": [True]}
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one model for one engine."""
    write(shop(tmp_path), "specs/shop/model.yaml", ONE_ENGINE)
    return tmp_path


def break_specs(root: Path) -> str:
    """Puts an error into each of two files; returns what `datamodel check` says about them."""
    write(root, "specs/shop/entities/product.yaml", PRODUCT.replace("string(40)", "txt"))
    write(root, "specs/shop/entities/customer.yaml", CUSTOMER.replace("string(100)", "strin(100)"))
    check = [sys.executable, "-m", "datamodel_pipeline", "check", "shop"]
    said = subprocess.run(check, cwd=root, capture_output=True, text=True, check=False).stdout
    heads = [line.split(" ")[0] for line in said.splitlines() if not line.startswith(" ")]
    assert heads == ["specs/shop/entities/customer.yaml:5:9:", "specs/shop/entities/product.yaml:5:15:"]
    return said


# -- piped -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [[], ["-n", "2"], ["-n", "2", "-P", "thread"]], ids=" ".join)
def test_files_then_a_summary(workers: list[str], root: Path) -> None:
    done = doit(root, *workers)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{WRITTEN}1 model: 1 built; 3 files written\n", "")
    done = doit(root, *workers)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 model: 1 up to date\n", "")


def test_removed_files_and_models_that_stay(root: Path) -> None:
    shutil.copytree(root / "specs/shop", root / "specs/store")
    write(root, "specs/store/model.yaml", ONE_ENGINE.replace("id: 1", "id: 2").replace("slug: shop", "slug: store"))
    doit(root)
    write(
        root,
        "specs/store/model.yaml",
        MODEL.replace("id: 1", "id: 2").replace("postgresql 16, ", "").replace("shop", "st"),
    )
    done = doit(root)
    lines = done.stdout.splitlines()
    assert sorted(line for line in lines if line.startswith("removed")) == [
        f"removed  {OUTPUTS}/02-store/02-store.md",
        f"removed  {OUTPUTS}/02-store/postgresql/schema.sql",
    ]
    summary = (
        r"2 models: 1 built, 1 up to date; 3 files written; 2 files removed; (\d warnings?) \(see `datamodel check`\)"
    )
    match = re.fullmatch(summary, lines[-1])
    assert match
    check = [sys.executable, "-m", "datamodel_pipeline", "check"]
    assert (
        subprocess.run(check, cwd=root, capture_output=True, text=True, check=True).stderr == f"2 models: {match[1]}\n"
    )


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=" ".join)
def test_errors_come_last_once_and_in_order(workers: list[str], root: Path) -> None:
    doit(root)
    errors = break_specs(root)
    done = doit(root, *workers)
    assert (done.returncode != 0, done.stdout, done.stderr) == (True, f"{errors}{KEPT}1 model: 1 failed\n", "")


def test_a_first_build_that_fails_has_written_nothing(root: Path) -> None:
    errors = break_specs(root)
    assert doit(root).stdout == f"{errors}shop was not built; nothing was written for it\n1 model: 1 failed\n"


def test_one_models_errors_do_not_hide_anothers_outputs(root: Path) -> None:
    shutil.copytree(root / "specs/shop", root / "specs/store")
    write(root, "specs/store/model.yaml", ONE_ENGINE.replace("id: 1", "id: 2").replace("slug: shop", "slug: store"))
    errors = break_specs(root)
    assert doit(root).stdout == (
        f"written  {OUTPUTS}/02-store/02-store.md\nwritten  {OUTPUTS}/02-store/postgresql/schema.sql\n{errors}"
        "shop was not built; nothing was written for it\n2 models: 1 failed, 1 built; 2 files written\n"
    )


def test_settings_that_are_wrong_stop_the_build(root: Path) -> None:
    doit(root)
    write(root, "pyproject.toml", PYPROJECT + '[tool.datamodel]\noutputs = "../elsewhere"\nspec = "specs"\n')
    done = doit(root)
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        "pyproject.toml:1:1: error[bad-setting]: [tool.datamodel] outputs = '../elsewhere' is no usable folder",
        "pyproject.toml:1:1: error[unknown-setting]: [tool.datamodel] has no setting 'spec'",
        "nothing was built",
    ]


def test_without_a_model_it_says_how_to_begin(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", PYPROJECT)
    done = doit(tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (2, "error[no-models]: there is no model in specs/")
    assert not (tmp_path / "outputs").exists()
    (tmp_path / "specs").mkdir()
    lines = doit(tmp_path).stdout.splitlines()
    assert lines[:2] == [f"written  {OUTPUTS}/README.md", "specs:1:1: warning[no-models]: there is no model in specs/"]
    assert lines[-1] == "1 file written"


def test_a_defect_of_ours_is_shown_with_its_traceback(root: Path) -> None:
    code = (
        "import sys; from datamodel_pipeline.pipeline.publishing import Publishing\n"
        "def run(self): raise ZeroDivisionError('of course')\n"
        "Publishing.run = run\n"
        "from doit.doit_cmd import DoitMain; sys.exit(DoitMain().run([]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert lines[0] == "shop failed because of a defect in datamodel_pipeline; please report it:"
    assert "ZeroDivisionError: of course" in lines
    assert lines[-2:] == ["shop was not built; nothing was written for it", "1 model: 1 failed"]


# -- how much ----------------------------------------------------------------------------------------------------------


def test_v_0_keeps_the_summary(root: Path) -> None:
    assert doit(root, "-v", "0").stdout == "1 model: 1 built; 3 files written\n"
    assert doit(root, "-v", "0").stdout == "1 model: 1 up to date\n"


def test_quiet_keeps_the_errors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doit(root, "--quiet").stdout == ""
    errors = break_specs(root)
    assert doit(root, "-q").stdout == errors
    monkeypatch.setenv("DATAMODEL_QUIET", "1")
    assert doit(root).stdout == errors
    monkeypatch.setenv("DATAMODEL_QUIET", "0")
    assert doit(root).stdout.endswith("1 model: 1 failed\n")


def test_v_2_shows_every_task(root: Path) -> None:
    lines = doit(root, "-v", "2").stdout.splitlines()
    assert ".  shop.specs:model.yaml" in lines and ".  shop.tables:Order" in lines and ".  shop" in lines
    assert lines[-1] == "1 model: 1 built; 3 files written"
    write(root, "specs/shop/entities/customer.yaml", "# more\n" + CUSTOMER)
    lines = doit(root, "-v", "2").stdout.splitlines()
    assert "-- shop.map" in lines and ".  shop.specs:entities/customer.yaml" in lines


# -- tasks of a team's own ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["-v", "0"], ["-v", "2"], ["--failure-verbosity", "2"]], ids=" ".join)
def test_foreign_tasks_look_as_in_doits_own_reporter(options: list[str], root: Path) -> None:
    write(root, "dodo.py", DODO)
    write(root, "pyproject.toml", "")
    names = ["hello", "fails", "waits", "current"]
    ours = doit(root, *options, *names)
    console = doit(root, *options, "-r", "console", *names)
    assert (ours.returncode, ours.stdout, ours.stderr) == (console.returncode, console.stdout, console.stderr)
    assert "half of it" in ours.stdout
    workers = doit(root, *options, "-n", "2", *names)
    assert sorted(workers.stdout.splitlines()) == sorted(console.stdout.splitlines())


def test_foreign_and_own_tasks_in_one_run(root: Path) -> None:
    write(root, "dodo.py", DODO.partition("def task_fails")[0])
    write(root, "pyproject.toml", "")
    done = doit(root)
    assert done.stdout == f".  hello\n{WRITTEN}1 model: 1 built; 3 files written\n"
    assert done.stderr == "trouble\n"


# -- at a terminal -----------------------------------------------------------------------------------------------------


def at_terminal(root: Path, *arguments: str, **environment: str) -> tuple[str, list[str]]:
    """What doit writes to a terminal whose live line knows no patience, and what then stands on the screen."""
    code = (
        "import sys; from datamodel_pipeline.pipeline import terminal\n"
        "terminal.PATIENCE = terminal.INTERVAL = 0\n"
        "from doit.doit_cmd import DoitMain; sys.exit(DoitMain().run(sys.argv[1:]))"
    )
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI", "TERM")}
    main, side = pty.openpty()
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, cwd=root, env=clean | {"TERM": "xterm"} | environment, stdout=side) as running:
        os.close(side)
        raw = b""
        while chunk := _read(main):
            raw += chunk
        running.wait()
    os.close(main)
    text = raw.decode().replace("\r\n", "\n")
    return text, screen(text)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so when the last writer is gone
        return b""


def screen(text: str) -> list[str]:
    """What a terminal shows: a carriage return goes back, `CSI K` erases the rest of the line, colours are not seen."""
    lines = []
    for line in re.sub(r"\x1b\[[\d;]*m", "", text).split("\n"):
        shown = ""
        for piece in line.split("\r"):
            erased = piece.removeprefix("\x1b[K")
            shown = erased if piece != erased else erased + shown[len(erased) :]
        lines.append(shown)
    return lines


def test_the_live_line_leaves_no_trace(root: Path) -> None:
    raw, shown = at_terminal(root)
    assert re.search(r"\r\x1b\[K\[ 1/\d\d\] shop", raw)
    assert shown[:-2] == WRITTEN.splitlines()
    assert re.fullmatch(r"1 model: 1 built; 3 files written; \d+\.\d s", shown[-2])
    assert shown[-1] == ""
    progress = [tuple(map(int, pair)) for pair in re.findall(r"\[ *(\d+)/(\d+)\]", raw)]
    assert progress == [(step, progress[-1][1]) for step in range(1, progress[-1][1] + 1)]


def test_colours_unless_they_are_unwelcome(root: Path) -> None:
    errors = break_specs(root).splitlines()
    raw, _ = at_terminal(root)
    assert "\x1b[31merror[unknown-type]\x1b[0m" in raw
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        raw, shown = at_terminal(root, **environment)
        assert not re.search(r"\x1b\[\d+m", raw)
        assert shown[: len(errors)] == errors


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}, {"TERM": ""}], ids=str)
def test_no_live_line_where_it_could_not_be_erased(environment: dict[str, str], root: Path) -> None:
    raw, shown = at_terminal(root, **environment)
    assert "\r" not in raw
    assert shown[:3] == WRITTEN.splitlines()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_only_the_severity_of_a_diagnostic_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    wrong = Diagnostic("a-rule", "error[a-rule] is odd", fix="mend it", location=Location("a.yaml", 1, 2))
    assert (
        terminal.shown(wrong, Terminal())
        == "a.yaml:1:2: \x1b[31merror[a-rule]\x1b[0m: error[a-rule] is odd\n  fix: mend it"
    )
    odd = Diagnostic("b-rule", "odd", severity=Severity.WARNING)
    assert terminal.shown(odd, Terminal()) == "\x1b[33mwarning[b-rule]\x1b[0m: odd"
    assert terminal.shown(odd, io.StringIO()) == "warning[b-rule]: odd"


def test_the_live_line_waits_and_is_not_rewritten_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("COLUMNS", "8")
    now = [100.0]
    stream = Terminal()
    line = terminal.LiveLine(stream, lambda: now[0])
    for seconds in (0.0, 0.29, 0.31, 0.40, 0.42, 0.5, 0.53):
        now[0] = 100.0 + seconds
        line.show(lambda: f"at {now[0]:.2f} and on")
    assert stream.getvalue() == "\r\x1b[Kat 100.\r\x1b[Kat 100.\r\x1b[Kat 100."
    line.erase()
    line.erase()
    assert stream.getvalue().endswith("at 100.\r\x1b[K")
    assert stream.getvalue().count("\r") == 4
