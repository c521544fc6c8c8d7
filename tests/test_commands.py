"""The command line as a whole: finding verbs, helping, exit codes, and how little starting costs."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from projects import build, shop

import datamodel_pipeline
from datamodel_pipeline import discovery
from datamodel_pipeline.commands import main as command_line
from datamodel_pipeline.commands.main import main

ROOT = Path(__file__).parent.parent
HEAVY = ("doit", "pydantic", "yaml", "sqlglot", "jinja2", "watchfiles", "sqlite3")
VERBS = command_line.verbs()


def datamodel(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command as a shell would."""
    command = [sys.executable, "-m", "datamodel_pipeline", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def imported(words: list[str], folder: Path) -> set[str]:
    """Which of the heavy packages a command line imports."""
    code = (
        "import sys; from datamodel_pipeline.commands.main import main; code = main(sys.argv[1:]);"
        f"print('imported', *(name for name in {HEAVY!r} if name in sys.modules))"
    )
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_the_verbs_are_those_of_the_folder() -> None:
    assert VERBS == ("check", "completion", "ddl", "schema", "upgrade", "watch")


@pytest.mark.parametrize("words", [["--version"], ["-V"]])
def test_version(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert capsys.readouterr() == (f"datamodel {datamodel_pipeline.__version__}\n", "")


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help_lists_every_verb_with_its_summary(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    out, err = capsys.readouterr()
    listed = dict(re.findall(r"^  (\w+) {2,}(.+)$", out, re.MULTILINE))
    assert {verb: listed[verb] for verb in VERBS} == {
        verb: discovery.load(command_line.PACKAGE, verb).SUMMARY for verb in VERBS
    }
    assert err == ""


def test_no_verb_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("usage: datamodel VERB")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("chekc", "there is no verb 'chekc': did you mean `check`?"),
        ("wach", "there is no verb 'wach': did you mean `watch`?"),
        ("main", "there is no verb 'main': there is `check`, `completion`, `ddl`, `schema`, `upgrade`, `watch`"),
        ("--versoin", "there is no option '--versoin': did you mean `--version`?"),
    ],
)
def test_unknown_verbs_are_guessed(word: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 2
    assert capsys.readouterr() == ("", f"datamodel: {said}\n`datamodel --help` lists the verbs\n")


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_ends_with_its_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    example = out.rpartition("\nexample:\n")[2]
    assert all(re.match(r"  (source <\()?datamodel ", line) for line in example.splitlines())
    assert main(["help", verb]) == 0
    assert capsys.readouterr().out == out


def test_an_unknown_option_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--fromat", "json"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "--fromat" in err


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "watch"])
def test_examples_work_when_pasted(verb: str, tmp_path: Path) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    build(tmp_path)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for line in discovery.load(command_line.PACKAGE, verb).EXAMPLE.splitlines():
        command = ["bash", "-c", f"set -o pipefail; {line}"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


# -- what starting costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["chekc"], *([verb, "--help"] for verb in VERBS)], ids=" ".join
)
def test_questions_about_the_command_import_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    assert imported(words, tmp_path) == set()


def test_verbs_import_only_what_they_need(tmp_path: Path) -> None:
    root = shop(tmp_path)
    build(root)
    assert imported(["check"], root) & {"doit", "watchfiles", "sqlglot"} == set()
    assert imported(["schema"], root) == {"pydantic", "yaml"} or imported(["schema"], root) == {"pydantic"}
    assert imported(["ddl", "--engine", "mysql"], root) & {"doit", "watchfiles", "jinja2"} == set()


# -- how it ends -------------------------------------------------------------------------------------------------------


def test_python_m_is_the_same_command(tmp_path: Path) -> None:
    done = datamodel(tmp_path, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"datamodel {datamodel_pipeline.__version__}\n", "")


def test_a_reader_that_goes_away_is_no_accident(tmp_path: Path) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    command = [sys.executable, "-m", "datamodel_pipeline", "ddl", "marketplace", "--engine", "postgresql"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        assert "Error" not in running.stderr.read()
        assert running.wait() == 128 + signal.SIGPIPE


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("datamodel_pipeline.commands.upgrade.run", interrupted)
    assert main(["upgrade"]) == 128 + signal.SIGINT
    assert capsys.readouterr() == ("", "")


def test_a_folder_without_models_says_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["check"], ["ddl", "--engine", "sqlite"], ["upgrade"]):
        assert main(words) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("error[no-models]: there is no model in specs/\n")
    assert list(tmp_path.iterdir()) == []
