"""doit as its users know it: every command, with the loader and with a dodo.py, with our reporter and doit's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from projects import ORDER, OUTPUTS, build, clean_build, doit, outputs, quick_doit, shop, write

DODO = "from datamodel_pipeline.pipeline.dodo import *\n"
OWN = '''
def task_copy():
    """copy the document"""
    return {"actions": ["cp %(dependencies)s copy.md"], "targets": ["copy.md"], "clean": True,
            "file_dep": ["outputs/backend/data-model/01-shop/01-shop.md"], "task_dep": ["shop"]}

def task_deploy():
    """put it where people read it"""
    return {"actions": ["cp copy.md deployed.md"], "file_dep": ["copy.md"], "targets": ["deployed.md"]}
'''
LOADERS = {
    "loader": {"pyproject.toml": '[tool.doit]\nloader = "datamodel"\n'},
    "console": {"dodo.py": DODO + 'DOIT_CONFIG = {**DOIT_CONFIG, "reporter": "console"}\n'},
    "dodo": {"dodo.py": DODO + OWN},
}
ORDER_FILE = "specs/shop/entities/order.yaml"
DOCUMENT = f"{OUTPUTS}/01-shop/01-shop.md"
FILES = [DOCUMENT, f"{OUTPUTS}/01-shop/postgresql/schema.sql", f"{OUTPUTS}/01-shop/sqlite/schema.sql"]
INDEX = f"{OUTPUTS}/README.md"
GROUPS = ["pages", "postgresql", "sections", "specs", "sqlite", "tables"]
TASKS = ["index", "shop", *sorted(f"shop.{name}" for name in ["document", "map", "order", *GROUPS])]


def run(folder: Path, *arguments: str, code: int = 0) -> list[str]:
    """The lines that doit prints; it ends with this code, and neither complains nor shows a traceback."""
    done = quick_doit(folder, *arguments)
    assert (done.returncode, done.stderr) == (code, "")
    assert "Traceback" not in done.stdout
    return done.stdout.splitlines()


def fails(folder: Path, *arguments: str) -> str:
    """What doit complains of when it cannot begin."""
    done = quick_doit(folder, *arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" not in done.stderr
    return done.stderr


def project(folder: Path, loader: str) -> Path:
    shop(folder)
    (folder / "pyproject.toml").unlink()
    for name, text in LOADERS[loader].items():
        write(folder, name, text)
    return folder


@pytest.fixture(params=list(LOADERS))
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project in each of the ways to find its tasks, not built."""
    return project(tmp_path / "project", request.param)


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """A project with the loader, built."""
    project(tmp_path / "project", "loader")
    build(tmp_path / "project")
    return tmp_path / "project"


def own_tasks(root: Path) -> bool:
    return "task_deploy" in (root / "dodo.py").read_text() if (root / "dodo.py").exists() else False


def statuses(root: Path, *arguments: str) -> dict[str, str]:
    """What `doit list --all --status` says of every task of ours."""
    lines = [line.split() for line in run(root, "list", "--all", "--status", *arguments)]
    return {name: status for status, name, *_ in lines if name not in ("copy", "deploy")}


def dirty(root: Path) -> set[str]:
    return {name for name, status in statuses(root).items() if status != "U"}


def ran(lines: list[str]) -> list[str]:
    """The tasks of which `-v 2` or doit's console reporter says that they ran."""
    return [line[3:] for line in lines if line.startswith(".  ")]


# -- in every way to find the tasks ------------------------------------------------------------------------------------


def test_build_and_build_again(root: Path) -> None:
    first = run(root)
    good = outputs(root)
    assert sorted(good) == sorted([*FILES, INDEX])
    assert good == clean_build(root, root.parent / "clean")
    assert any(line in first for line in (".  shop", f"written  {DOCUMENT}"))
    stamps = {path: (root / path).stat().st_mtime_ns for path in good}
    again = doit(root, "-v", "2").stdout.splitlines()
    assert [name for name in ran(again) if name not in ("copy", "deploy")] == []
    assert {path: (root / path).stat().st_mtime_ns for path in good} == stamps
    assert dirty(root) == set()


def test_list(root: Path) -> None:
    mine = ["copy", "deploy"] if own_tasks(root) else []
    assert [line.split()[0] for line in run(root, "list")] == sorted([*mine, *TASKS])
    everything = [line.split()[0] for line in run(root, "list", "--all")]
    assert {"shop.tables:Order", "shop.specs:model.yaml", "shop.sections:retention"} <= set(everything)
    assert all(len(line.split()) > 1 for line in run(root, "list", "--all")), "every task says what it does"
    assert [line.split()[0] for line in run(root, "list", "shop")] == ["shop"]
    assert outputs(root) == {}


def test_status_follows_the_files(root: Path) -> None:
    assert dirty(root) == set(statuses(root)), "nothing has been built"
    run(root)
    write(root, ORDER_FILE, ORDER.replace("note: text?", "remark: text?"))
    found = dirty(root)
    assert {"shop.specs", "shop.specs:entities/order.yaml", "shop.tables:Order", "shop.pages:Order", "shop"} <= found
    assert not {"shop.specs:entities/customer.yaml", "shop.specs:model.yaml"} & found
    run(root)
    assert dirty(root) == set()
    (root / DOCUMENT).write_text((root / DOCUMENT).read_text() + "by hand")
    assert dirty(root) == {"shop"}


def test_info(root: Path) -> None:
    run(root)
    lines = run(root, "info", "shop.tables:Order")
    assert "status     : up-to-date" in lines and f" - {ORDER_FILE}" in lines
    lines = run(root, "info", "shop")
    assert [line[3:] for line in lines if line.startswith(" - outputs")] == FILES
    write(root, ORDER_FILE, ORDER.replace("note: text?", "remark: text?"))
    lines = run(root, "info", "shop.specs:entities/order.yaml", code=1)
    assert "status     : run" in lines
    assert any(line.startswith("    - shop.specs:entities/order.yaml: what it is made from") for line in lines)


def test_clean(root: Path) -> None:
    run(root)
    good = outputs(root)
    removing = [
        f"{owner} - removing file '{path}'" for owner, path in [("index", INDEX), *(("shop", f) for f in FILES)]
    ]
    assert [line for line in run(root, "clean", "-n") if "removing" in line and "copy" not in line] == removing
    assert outputs(root) == good
    assert [line for line in run(root, "clean", "shop") if "removing" in line] == removing[1:]
    assert list(outputs(root)) == [INDEX]
    run(root)
    assert outputs(root) == good
    run(root, "clean")
    assert outputs(root) == {}
    assert not (root / OUTPUTS).exists() or not any((root / OUTPUTS).iterdir())
    run(root)
    assert outputs(root) == good


def test_forget(root: Path) -> None:
    run(root)
    good = outputs(root)
    assert run(root, "forget", "shop.pages:Order") == ["forgetting shop.pages:Order"]
    assert {"shop.pages:Order", "shop"} <= dirty(root)
    assert "shop.pages:Product" not in dirty(root)
    assert [name for name in ran(run(root, "-v", "2", "-r", "console")) if name.startswith("shop.pages")] == [
        "shop.pages:Order"
    ]
    assert dirty(root) == set()
    assert run(root, "forget", "--all") == ["forgetting all tasks"]
    assert dirty(root) == set(statuses(root))
    run(root)
    assert outputs(root) == good and dirty(root) == set()


def test_ignore(root: Path) -> None:
    run(root)
    good = outputs(root)
    assert run(root, "ignore", "shop") == ["ignoring shop"]
    write(root, ORDER_FILE, ORDER.replace("note: text?", "remark: text?"))
    assert any("shop" in line for line in run(root) if line.startswith("!! "))
    assert outputs(root) == good
    assert statuses(root)["shop"] == "I"
    run(root, "forget", "shop")
    run(root)
    assert outputs(root) == clean_build(root, root.parent / "clean") != good


def test_always_and_by_name(root: Path) -> None:
    run(root)
    good = outputs(root)
    assert {"shop.specs:model.yaml", "shop.tables:Order", "shop.document", "shop", "index"} <= set(
        ran(run(root, "-a", "-v", "2", "-r", "console"))
    )
    assert outputs(root) == good
    assert ran(run(root, "-v", "2", "-r", "console", "shop.document", "shop", "shop.pages:Order", DOCUMENT)) == []
    assert ran(run(root, "-v", "2", "-r", "console", "shop.tables")) in ([], ["shop.tables"])
    write(root, ORDER_FILE, ORDER.replace("note: text?", "remark: text?"))
    done = ran(run(root, "-v", "2", "-r", "console", "shop.document"))
    assert {"shop.specs:entities/order.yaml", "shop.pages:Order", "shop.document"} <= set(done)
    assert "shop" not in done and outputs(root) == good
    run(root, "run", "shop")
    assert outputs(root) == clean_build(root, root.parent / "clean") != good


def test_misspelled_names_fail(root: Path) -> None:
    for name in ("shpo", "shop.tables:Nobody"):
        assert f'nvalid parameter: "{name}"' in fails(root, name)
    assert 'nvalid parameter: "shop.docment"' in fails(root, "run", "shop", "shop.docment")
    assert 'nvalid parameter: "nowhere/a.md"' in fails(root, "-n", "2", "nowhere/a.md")
    for command in ("list", "clean", "forget", "ignore"):
        assert "'shop.docment' is not a task." in fails(root, command, "shop.docment")
    assert outputs(root) == {}


@pytest.mark.parametrize("kind", ["process", "thread"])
def test_workers_equal_one(root: Path, kind: str) -> None:
    wanted = clean_build(root, root.parent / "clean")
    run(root, "-n", "2", "-P", kind)
    assert outputs(root) == wanted
    write(root, ORDER_FILE, ORDER.replace("note: text?", "remark: text?"))
    run(root, "-n", "3", "-P", kind)
    assert outputs(root) == clean_build(root, root.parent / "clean") != wanted


def test_errors_say_where_and_fail(root: Path) -> None:
    run(root)
    good = outputs(root)
    write(root, ORDER_FILE, ORDER.replace("decimal(12,2)", "decimel(12,2)"))
    for arguments in ([], ["-n", "2"], ["shop.specs:entities/order.yaml"]):
        done = quick_doit(root, *arguments)
        assert done.returncode in (1, 2)
        assert f"{ORDER_FILE}:5:10: error[unknown-type]" in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
    assert outputs(root) == good
    assert statuses(root)["shop"] == "R"
    run(root, "info", "shop", code=1)
    write(root, ORDER_FILE, ORDER)
    run(root)
    assert outputs(root) == good


def test_help_and_completion(root: Path) -> None:
    assert "Commands" in run(root, "help")
    assert any("run tasks" in line for line in run(root, "help", "run"))
    assert run(root, "help", "shop.document")[0] == "shop.document  assemble the document"
    assert run(root, "tabcompletion")[0].startswith("# bash completion for")
    if not own_tasks(root):
        assert "shop.document" in "\n".join(run(root, "tabcompletion", "--hardcode-tasks"))


@pytest.mark.parametrize("seed", ["0", "1"])
def test_no_environment_reaches_an_output(tmp_path: Path, seed: str) -> None:
    wanted = clean_build(project(tmp_path / "one", "loader"), tmp_path / "clean")
    root = project(tmp_path / "another place", "dodo")
    odd = {
        "PYTHONHASHSEED": seed,
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "PYTHONUTF8": seed,
        "HOME": "/",
        "COLUMNS": "20",
    }
    command = [sys.executable, "-m", "doit", "-n", "2"]
    subprocess.run(command, cwd=root, env=os.environ | odd, capture_output=True, check=True, umask=0o077)
    assert outputs(root) == wanted


# -- what is particular ------------------------------------------------------------------------------------------------


def test_info_of_nothing(loaded: Path) -> None:
    assert fails(loaded, "info", "shop.docment") == "ERROR: 'shop.docment' is not a task.\n"


def test_a_group_is_current_when_its_members_are(loaded: Path) -> None:
    write(loaded, ORDER_FILE, "# only a comment\n" + ORDER)
    assert statuses(loaded)["shop.specs"] == "R"
    run(loaded)
    assert statuses(loaded)["shop.specs"] == "U"


def test_clean_takes_models_that_are_gone(loaded: Path) -> None:
    shutil.rmtree(loaded / "specs/shop")
    run(loaded, "clean")
    assert outputs(loaded) == {}


def test_the_teams_own_tasks(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "dodo")
    first = run(root)
    assert ran(first) == ["copy", "deploy"]
    assert first[-1] == "1 model: 1 built; 4 files written; 2 warnings (see `datamodel check`)"
    assert (root / "deployed.md").read_text() == (root / DOCUMENT).read_text()
    assert run(root) == ["-- copy", "-- deploy", "1 model: 1 up to date"]
    run(root, "forget", "deploy")
    assert run(root) == ["-- copy", ".  deploy", "1 model: 1 up to date"]
    run(root, "ignore", "copy")
    write(root, ORDER_FILE, ORDER.replace("note: text?", "remark: text?"))
    assert [line for line in run(root) if line.startswith("!! ")] == ["!! copy", "!! deploy"]
    run(root, "forget", "copy")
    assert ran(run(root)) == ["copy", "deploy"]
    assert (root / "deployed.md").read_text() == (root / DOCUMENT).read_text()
    (root / ".datamodel/state.sqlite").unlink()
    assert [line for line in run(root) if line.startswith(("-- ", ".  "))] == ["-- copy", "-- deploy"]
    run(root, "clean", "copy")
    assert not (root / "copy.md").exists()
    assert ran(run(root)) == ["copy"]
    (root / ".datamodel/doit.json").write_text("[]")
    assert ran(run(root)) == ["copy", "deploy"]
    run(root, "forget", "--all")
    assert ran(run(root)) == ["copy", "deploy"]


def test_a_dodo_with_its_own_settings(tmp_path: Path) -> None:
    """Their DOIT_CONFIG replaces ours, and with it doit's memory; ours still decides."""
    root = project(tmp_path / "project", "dodo")
    write(root, "dodo.py", DODO + 'DOIT_CONFIG = {"default_tasks": ["shop"], "backend": "json"}\n')
    run(root)
    assert sorted(outputs(root)) == FILES
    assert ran(run(root)) == []
    write(root, ORDER_FILE, ORDER.replace("note: text?", "remark: text?"))
    run(root)
    assert b"remark" in outputs(root)[DOCUMENT]


def test_the_memory_follows_the_settings(tmp_path: Path) -> None:
    for loader in ("loader", "dodo"):
        root = project(tmp_path / loader, loader)
        text = (root / "pyproject.toml").read_text() if loader == "loader" else ""
        write(root, "pyproject.toml", text + '[tool.datamodel]\nstate = "var/memory"\n')
        run(root)
        run(root, "ignore", "shop.map")
        assert {"doit.json", "lock", "state.sqlite"} <= {path.name for path in (root / "var/memory").iterdir()}
        assert not (root / ".datamodel").exists()


def test_other_folders(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "dodo")
    assert "Could not find dodo file" in fails(root / "specs")
    run(root / "specs", "-k")
    good = outputs(root)
    assert sorted(good) == sorted([*FILES, INDEX])
    shutil.rmtree(root / "outputs")
    run(tmp_path, "-f", "project/dodo.py")
    assert outputs(root) == good
    (root / "dodo.py").unlink()
    write(tmp_path, "tasks.py", DODO)
    shutil.rmtree(root / "outputs")
    run(tmp_path, "-f", "tasks.py", "-d", "project")
    assert outputs(root) == good
    (line, *_) = run(tmp_path, "-f", "tasks.py", code=2)
    assert line == "error[no-models]: there is no model in specs/"
    assert not (tmp_path / "outputs").exists()


def test_in_a_script_of_ones_own(tmp_path: Path) -> None:
    """`DoitMain().run([...])` knows its arguments, and sys.argv those of the script."""
    root = project(tmp_path / "project", "dodo")
    build(root)
    write(
        root, "ours.py", "import sys; from doit.doit_cmd import DoitMain; sys.exit(DoitMain().run(['shop.document']))"
    )
    done = subprocess.run([sys.executable, "ours.py"], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 model: 1 up to date\n", "")


def test_options_before_the_command(loaded: Path) -> None:
    (loaded / "pyproject.toml").unlink()
    write(loaded, "dodo.py", DODO)
    assert [line.split()[0] for line in run(loaded, "-f", "dodo.py", "list")] == TASKS
    assert re.fullmatch("1 model: 1 up to date", run(loaded, "-f", "dodo.py")[-1])
