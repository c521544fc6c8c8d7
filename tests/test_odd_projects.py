"""Projects as nobody should have them: a clear message at the right place, the right exit code, never a traceback."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from doit.doit_cmd import DoitMain
from projects import CUSTOMER, MODEL, ORDER, OUTPUTS, PYPROJECT, clean_build, outputs, shop, write
from projects import doit as real_doit
from projects import quick_doit as doit

from datamodel_pipeline.pipeline import names, scan
from datamodel_pipeline.pipeline.settings import Settings

DOCUMENT = f"{OUTPUTS}/01-shop/01-shop.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that has not been built."""
    return shop(tmp_path / "project")


def heads(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The first lines of all findings, without what stands under them; no traceback is among the rest."""
    assert "Traceback" not in done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "error[" in line or "warning[" in line]


def refused(root: Path, *arguments: str) -> list[str]:
    """The findings of a build that fails because of what its user wrote."""
    done = doit(root, *arguments)
    assert done.returncode in (1, 2)
    return heads(done)


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "datamodel_pipeline", "check"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


# -- folders of models -------------------------------------------------------------------------------------------------


def test_without_specs_nothing_is_removed(root: Path) -> None:
    doit(root)
    good = outputs(root)
    (root / "specs").rename(root / "elsewhere")
    assert refused(root) == ["error[no-models]: there is no model in specs/"]
    assert outputs(root) == good
    assert "error[no-models]" in check(root).stderr


def test_a_model_without_entities_is_built(root: Path) -> None:
    shutil.rmtree(root / "specs/shop/entities")
    done = doit(root)
    assert (done.returncode, heads(done)) == (0, [])
    assert DOCUMENT in outputs(root)


def test_the_commands_of_doit_are_known() -> None:
    assert {command.get_name() for command in DoitMain.DOIT_CMDS} == names.COMMANDS


@pytest.mark.parametrize("name", ["online-shop", "läden", "2nd_shop", "Shop"])
def test_legal_names_of_models(root: Path, name: str) -> None:
    (root / "specs/shop").rename(root / "specs" / name)
    assert doit(root).returncode == 0
    for command in (["run", name], [name], ["list", name], ["info", name], [f"{name}.tables:Order"]):
        done = doit(root, *command)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("my shop", "my-shop"),
        ("a=b", "a-b"),
        ("a:b", "a-b"),
        ("shop.map", "shop-map"),
        ("-x", "x"),
        ("_x", "x"),
        ("a*b", "a-b"),
        ("list", "list-model"),
        ("clean", "clean-model"),
        ("run", "run-model"),
        ("help", "help-model"),
        ("index", "index-model"),
        ("specs", "specs-model"),
        ("settings", "settings-model"),
        ("a\nb", "a-b"),
        ("a\udcffb", "a-b"),
        ("*", "my-model"),
    ],
    ids=repr,
)
def test_names_that_models_cannot_have(root: Path, name: str, instead: str) -> None:
    (root / "specs" / name).mkdir()
    write(root, f"specs/{name}/model.yaml", MODEL.replace("id: 1", "id: 2").replace("shop", "other"))
    done = doit(root)
    shown = f"specs/{names.shown(name)}"
    assert [line.partition(": a model's")[0] for line in heads(done)] == [f"{shown}:1:1: error[unusable-model-name]"]
    assert f"for example to specs/{instead};" in done.stdout
    assert names.model_problem(instead) == ""
    assert done.returncode == 2
    assert DOCUMENT in outputs(root), "the other model is built"
    assert doit(root, "list").returncode == 0
    found = check(root)
    assert found.returncode == 1 and "error[unusable-model-name]" in found.stdout


def test_the_only_model_has_a_bad_name(root: Path) -> None:
    (root / "specs/shop").rename(root / "specs/run")
    found = check(root)
    assert found.returncode == 2 and "error[unusable-model-name]" in found.stderr


# -- spec files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["or=der", "or\nder", "or\udcffder"], ids=repr)
def test_names_that_entity_files_cannot_have(root: Path, name: str) -> None:
    (root / "specs/shop/entities/order.yaml").rename(root / f"specs/shop/entities/{name}.yaml")
    (line,) = refused(root)
    assert line.startswith(f"specs/shop/entities/{names.shown(name)}.yaml:1:1: error[unusable-file-name]")
    assert "error[unusable-file-name]" in check(root).stdout


@pytest.mark.parametrize("name", ["or:der", "or der", "größe", "a.b", "a+b(1)", "-x"])
def test_names_that_entity_files_can_have(root: Path, name: str) -> None:
    (root / "specs/shop/entities/order.yaml").rename(root / f"specs/shop/entities/{name}.yaml")
    assert doit(root).returncode == 0
    assert doit(root, f"shop.specs:entities/{name}.yaml").returncode == 0


def test_every_file_problem_in_one_run(root: Path) -> None:
    entities = root / "specs/shop/entities"
    (entities / "product.yaml").rename(entities / "product.yml")
    (entities / "tag.yaml").symlink_to("nowhere.yaml")
    (entities / "loop.yaml").symlink_to("loop.yaml")
    write(root, "specs/shop/entities/order.yaml", ORDER.replace("decimal(12,2)", "decimel(12,2)"))
    assert [line.partition("]")[0].removeprefix("specs/shop/entities/") for line in refused(root)] == [
        "loop.yaml:1:1: error[unreadable-file",
        "order.yaml:5:10: error[unknown-type",
        "product.yml:1:1: error[unread-spec-file",
        "tag.yaml:1:1: error[unreadable-file",
    ]
    assert outputs(root) == {}


def test_a_file_that_becomes_unreadable_is_noticed(root: Path) -> None:
    assert doit(root).returncode == 0
    good = outputs(root)
    (root / "specs/shop/entities/tag.yaml").symlink_to("nowhere.yaml")
    assert "error[unreadable-file]" in refused(root)[0]
    assert outputs(root) == good
    (root / "specs/shop/entities/tag.yaml").unlink()
    assert doit(root).returncode == 0
    assert outputs(root) == good


def test_links_are_followed_but_not_in_circles(root: Path) -> None:
    doit(root)
    good = outputs(root)
    (root / "specs").rename(root / "kept")
    (root / "specs").symlink_to("kept")
    (root / "specs/shop/entities/here").symlink_to(".")
    (root / "specs/shop/entities/up").symlink_to("../..")
    (root / "specs/shop/entities/itself").symlink_to("itself")
    (root / "specs/shop/entities/more").mkdir()
    (root / "specs/shop/entities/more/back").symlink_to("..")
    done = doit(root)
    assert (done.returncode, heads(done)) == (0, [])
    assert outputs(root) == good


def test_a_folder_called_like_a_file(root: Path) -> None:
    (root / "specs/shop/entities/user.yaml").mkdir()
    write(root, "specs/shop/entities/user.yaml/customer.yaml", CUSTOMER)
    (root / "specs/shop/entities/customer.yaml").unlink()
    assert doit(root).returncode == 0
    shutil.rmtree(root / "specs/shop/entities/user.yaml")
    (root / "specs/shop/model.yaml").unlink()
    (root / "specs/shop/model.yaml").mkdir()
    assert any("error[missing-model]" in line for line in refused(root))


def test_permissions(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the system's refusal is simulated."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "somewhere")

    with monkeypatch.context() as patched:
        patched.setattr("builtins.open", refuse)
        (model,) = scan.scan(root, Settings()).models
    assert [str(found).splitlines()[0].partition(": ")[2] for found in model.diagnostics] == [
        f"error[unreadable-file]: specs/shop/{name}.yaml cannot be read: Permission denied"
        for name in ("entities/customer", "entities/order", "entities/product", "model")
    ]
    with monkeypatch.context() as patched:
        patched.setattr("os.scandir", refuse)
        found = scan.scan(root, Settings())
    assert (found.models, [one.rule for one in found.findings]) == ((), ["unreadable-folder"])


def test_other_line_ends_mean_the_same(root: Path) -> None:
    doit(root)
    good = outputs(root)
    for path in (root / "specs").rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert doit(root).returncode == 0
    assert outputs(root) == good


# -- templates and settings --------------------------------------------------------------------------------------------


def test_templates_that_cannot_be_used(root: Path) -> None:
    write(root, "templates/table.md.j2", "{% if")
    write(root, "templates/deeper/retention.md.j2", "never asked for")
    (root / "templates/retention.md.j2").write_bytes(bytes(range(256)) * 4 + b"{{")
    places = [line.partition(":")[0] for line in refused(root) if "error[template-error]" in line]
    assert places == ["templates/retention.md.j2", "templates/table.md.j2"]
    assert "templates/deeper/retention.md.j2 overrides nothing" in check(root).stdout
    (root / "templates/table.md.j2").unlink()
    (root / "templates/retention.md.j2").unlink()
    (root / "templates/retention.md.j2").symlink_to("nowhere")
    assert "templates/retention.md.j2:1:1: error[unreadable-file]" in refused(root)[0]


def test_settings_that_cannot_be_read(root: Path) -> None:
    write(root, "pyproject.toml", PYPROJECT + "[tool.datamodel")
    found = check(root)
    assert found.returncode == 1 and "pyproject.toml:1:1: error[unreadable-settings]" in found.stdout
    write(root, "pyproject.toml", PYPROJECT + '[tool]\ndatamodel = "yes"\n'.replace("[tool]\n", "[tool.other]\n"))
    assert doit(root).returncode == 0
    for wrong in ('[tool.datamodel]\noutputs = "/etc"\n', "[tool.datamodel]\nstate = 7\n", "[[tool.datamodel]]\n"):
        write(root, "pyproject.toml", PYPROJECT + wrong)
        assert len(refused(root)) == 1


# -- outputs and the memory --------------------------------------------------------------------------------------------


def leftovers(root: Path) -> list[str]:
    return [path for path in outputs(root) if path.endswith(".datamodel-tmp")]


@pytest.mark.parametrize("content", ["my own notes\n", "\udcff binary"], ids=repr)
def test_somebody_elses_file_is_never_replaced(root: Path, content: str) -> None:
    path = root / DOCUMENT
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8", "surrogateescape")
    assert refused(root) == [
        f"{DOCUMENT}:1:1: error[foreign-output]: {DOCUMENT} is somebody's own: "
        "it does not say in its first lines that it was generated"
    ]
    assert outputs(root) == {DOCUMENT: content.encode("utf-8", "surrogateescape")}
    assert doit(root, "clean").returncode == 0
    assert list(outputs(root)) == [DOCUMENT]
    path.unlink()
    assert doit(root).returncode == 0


def test_an_empty_file_is_nobodys(root: Path) -> None:
    write(root, DOCUMENT, "")
    assert doit(root).returncode == 0
    assert outputs(root)[DOCUMENT]


def test_a_generated_file_that_lost_its_mark(root: Path) -> None:
    doit(root)
    good = outputs(root)
    (root / DOCUMENT).write_text("edited beyond recognition\n")
    assert doit(root).returncode == 0
    assert outputs(root) == good, "the memory knows that it is ours"
    (root / DOCUMENT).write_text("edited beyond recognition\n")
    shutil.rmtree(root / ".datamodel")
    assert "error[foreign-output]" in refused(root)[0]
    (root / DOCUMENT).unlink()
    assert doit(root).returncode == 0
    assert outputs(root) == good


@pytest.mark.parametrize("place", ["outputs", OUTPUTS, f"{OUTPUTS}/01-shop", f"{OUTPUTS}/01-shop/sqlite"])
def test_a_file_where_a_folder_has_to_be(root: Path, place: str) -> None:
    write(root, place, "in the way")
    (line,) = refused(root)
    assert ("error[unwritable-output]" in line and "Not a directory" in line) or "File exists" in line
    assert {path: text for path, text in outputs(root).items() if path != place} == {}


def test_a_folder_where_a_file_has_to_be(root: Path) -> None:
    (root / DOCUMENT).mkdir(parents=True)
    assert "error[foreign-output]" in refused(root)[0]
    assert outputs(root) == {}


def test_a_full_disk(root: Path) -> None:
    doit(root)
    good = outputs(root)
    write(
        root,
        "specs/shop/entities/order.yaml",
        ORDER.replace("note: text?", f"note: {{type: text?, description: {'very ' * 9000} long}}"),
    )
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "from doit.doit_cmd import DoitMain; sys.exit(DoitMain().run([]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2, 3)
    assert "Traceback" not in done.stdout + done.stderr
    assert "error[unwritable-output]" in done.stdout
    assert outputs(root) == good
    assert doit(root).returncode == 0
    assert leftovers(root) == [] and outputs(root) != good


def test_a_memory_that_cannot_be_written(root: Path) -> None:
    write(root, ".datamodel", "in the way")
    done = real_doit(root)
    assert (done.returncode, done.stderr) == (
        0,
        ".datamodel/ cannot be written, so this build remembers nothing and takes its time\n",
    )
    good = outputs(root)
    assert DOCUMENT in good
    for command in (["-n", "2"], ["list", "--status"], ["forget", "shop"], ["shop.document"]):
        done = doit(root, *command)
        assert (done.returncode, heads(done)) == (0, [])
    assert outputs(root) == good
    assert check(root).returncode == 0
    assert (root / ".datamodel").read_text() == "in the way"


def test_a_damaged_memory_costs_one_build(root: Path) -> None:
    real_doit(root)
    good = outputs(root)
    state = root / ".datamodel/state.sqlite"
    for damage in (b"not a database" * 500, state.read_bytes()[: state.stat().st_size // 2]):
        state.write_bytes(damage)
        done = real_doit(root)
        assert (done.returncode, heads(done)) == (0, [])
        assert "it is built again" in done.stderr
        assert outputs(root) == good


@pytest.mark.parametrize("command", [[], ["shop"], ["-n", "2"], ["list", "--status"]], ids=" ".join)
def test_a_damaged_value_costs_one_build(root: Path, command: list[str]) -> None:
    doit(root)
    with sqlite3.connect(root / ".datamodel/state.sqlite") as state:
        state.execute("UPDATE record SET value = zeroblob(200)")
    state.close()
    write(root, "specs/shop/entities/order.yaml", ORDER.replace("note: text?", "remark: text?"))
    done = real_doit(root, *command)
    assert (done.returncode, heads(done)) == (0, [])
    assert doit(root).returncode == 0
    assert outputs(root) == clean_build(root, root.parent / "clean")
