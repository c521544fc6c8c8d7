"""`datamodel ddl`, `schema`, `upgrade` and `completion`."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from projects import MODEL, OUTPUTS, PRODUCT, build, outputs, shop, write

from datamodel_pipeline.commands import completion
from datamodel_pipeline.commands.main import main
from datamodel_pipeline.engines import registry
from datamodel_pipeline.spec import upgrade

ROOT = Path(__file__).parent.parent


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one model, in which the command runs."""
    monkeypatch.chdir(shop(tmp_path))
    return tmp_path


# -- ddl ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "engine"),
    [
        ("blog", "postgresql 16"),
        ("support-desk", "postgresql:16"),
        ("support-desk", "mysql 8.4"),
        ("support-desk", "sqlite"),
    ],
)
def test_ddl_is_the_file_that_a_build_writes(
    model: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "specs" / model, tmp_path / "specs" / model)
    build(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["ddl", model, "--engine", engine]) == 0
    product = registry.parse(engine)[0]
    (written,) = (tmp_path / OUTPUTS).glob(f"*-{model}/{product}/schema.sql")
    assert capsys.readouterr().out == written.read_text("utf-8")


def test_ddl_writes_for_engines_that_the_model_did_not_choose(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ddl", "--engine", "mysql"]) == 0
    out, err = capsys.readouterr()
    newest = registry.engine("mysql").label
    assert out.splitlines()[1] == f"-- Shop, for {newest}."
    assert "ENGINE = InnoDB" in out or "ENGINE=InnoDB" in out
    assert "warning[not-on-mysql]" in err and "not-on-sqlite" not in err
    assert not (root / ".datamodel").exists() and not (root / "outputs").exists()


def test_ddl_of_another_version_differs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ddl", "shop", "--engine", "postgresql:14"]) == 0
    assert "-- Shop, for PostgreSQL 14.\n" in capsys.readouterr().out
    assert build(root).diagnostics == []


@pytest.mark.parametrize(
    ("engine", "rule"), [("postgres", "unknown-engine"), ("sqlite:2", "unsupported-engine-version")]
)
def test_ddl_for_an_unknown_engine(engine: str, rule: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del root
    assert main(["ddl", "--engine", engine]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"error[{rule}]: ")


def test_ddl_of_several_models_wants_a_name(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(root / "specs/shop", root / "specs/store")
    write(root, "specs/store/model.yaml", MODEL.replace("id: 1", "id: 2").replace("slug: shop", "slug: store"))
    assert main(["ddl", "--engine", "sqlite"]) == 2
    said = "error[which-model]: there is more than one model\n  fix: name one of: shop, store\n"
    assert capsys.readouterr() == ("", said)
    assert main(["ddl", "store", "--engine", "sqlite"]) == 0


def test_ddl_of_broken_specs_prints_no_sql(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, "specs/shop/entities/product.yaml", PRODUCT.replace("string(40)", "strin(40)"))
    assert main(["ddl", "--engine", "sqlite"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("specs/shop/entities/product.yaml:5:15: error[unknown-type]")


# -- schema ------------------------------------------------------------------------------------------------------------


def test_schema_prints_one_or_all(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del root
    texts = {}
    for name in ("model", "entity"):
        assert main(["schema", name]) == 0
        texts[name] = json.loads(capsys.readouterr().out)
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == texts
    assert main(["schema", "entitty"]) == 2
    assert capsys.readouterr() == ("", "there is no schema 'entitty': did you mean `entity`?\n")


def test_schema_is_written_where_modelines_point(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--write"]) == 0
    assert capsys.readouterr() == ("", "specs/.schema/model.json: written\nspecs/.schema/entity.json: written\n")
    assert main(["schema", "entity"]) == 0
    assert (root / "specs/.schema/entity.json").read_text("utf-8") == capsys.readouterr().out
    assert main(["schema", "--write", "model"]) == 0
    assert capsys.readouterr().err == "specs/.schema/model.json: is up to date\n"
    assert build(root).diagnostics == []


@pytest.mark.parametrize("name", ["model", "entity"])
def test_the_committed_schemas_are_those_of_this_version(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    assert (ROOT / "specs/.schema" / f"{name}.json").read_text("utf-8") == capsys.readouterr().out


# -- upgrade -----------------------------------------------------------------------------------------------------------


def test_upgrade_has_nothing_to_do_today(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    for words in (["upgrade", "--check"], ["upgrade"], ["upgrade", "shop"]):
        assert main(words) == 0
        assert capsys.readouterr() == ("", "4 files, all of today's format\n")
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


def test_upgrade_changes_every_file_or_none(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The day format 2 comes: until then a format that renames a key stands for it."""

    def to_two(text: str) -> str:
        return text.replace("description:", "summary:")

    monkeypatch.setattr(upgrade, "FORMAT", 2)
    monkeypatch.setattr(upgrade.upgraded, "__defaults__", ((to_two,),))
    model, product = root / "specs/shop/model.yaml", root / "specs/shop/entities/product.yaml"
    model.write_text(MODEL.replace("datamodel: 1", "datamodel: 2"), "utf-8")
    product.write_text("# ours\r\ndatamodel: 1 # old\r\nentity: Product\r\ndescription: Ä\r\n", "utf-8", newline="")

    (root / "specs/shop/entities/order.yaml").write_text("datamodel: 3\nentity: Order\n", "utf-8")
    before = product.read_bytes()
    assert main(["upgrade"]) == 2
    assert capsys.readouterr().err.startswith("specs/shop/entities/order.yaml:1:1: error[unknown-format]")
    assert product.read_bytes() == before

    (root / "specs/shop/entities/order.yaml").unlink()
    assert main(["upgrade", "--check"]) == 1
    names = ["specs/shop/entities/customer.yaml", "specs/shop/entities/product.yaml"]
    assert capsys.readouterr().err == "".join(f"{name}: would be upgraded\n" for name in names)
    assert product.read_bytes() == before

    assert main(["upgrade"]) == 0
    assert capsys.readouterr().err == "".join(f"{name}: upgraded\n" for name in names)
    assert product.read_bytes().decode() == "# ours\r\ndatamodel: 2 # old\r\nentity: Product\r\nsummary: Ä\r\n"
    assert main(["upgrade", "--check"]) == 0
    assert outputs(root) == {}


# -- completion --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["c"], "check completion"),
        (["--v"], "--version"),
        (["help", "wa"], "watch"),
        (["check", "--f"], "--format"),
        (["check", "--format", ""], "text github sarif json"),
        (["check", "--format", "s"], "sarif"),
        (["completion", "f"], "fish"),
        (["ddl", "--engine", ""], ""),
        (["watch", "--"], "--help --poll"),
    ],
    ids=" ".join,
)
def test_bash_completes(words: list[str], offered: str, tmp_path: Path) -> None:
    script = f"""
source completion.bash
COMP_WORDS=(datamodel {" ".join(f"'{word}'" for word in words)}); COMP_CWORD={len(words)}
_datamodel; echo "${{COMPREPLY[*]}}"
"""
    write(tmp_path, "completion.bash", completion.bash(completion.known_verbs()))
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{offered}\n", "")


def test_every_shell_knows_every_verb_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in completion.SHELLS:
        assert main(["completion", shell]) == 0
        out = capsys.readouterr().out
        for verb in completion.known_verbs():
            long = [name for option in verb.options for name in option.names if name.startswith("--")]
            assert verb.name in out
            assert all(name in out or f"-l {name[2:]}" in out for name in long)
