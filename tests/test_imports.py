"""How little a build does: which packages it imports and how often it parses, seen from the real doit at its exit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from projects import MODEL, ORDER, PRODUCT, build, shop, write

from datamodel_pipeline import __version__

HEAVY = ("pydantic", "yaml", "sqlglot", "jinja2", "watchfiles", "pluralizer")
SPY = (
    f"HEAVY = {HEAVY}"
    + """
import atexit, os, sys
from importlib.machinery import PathFinder

parsed = []

class Spy:
    def find_spec(self, name, path=None, target=None):
        if name != "yaml":
            return None
        found = PathFinder.find_spec(name, path)
        load = found.loader.exec_module
        def loaded(module):
            load(module)
            parse = module.parse
            def counted(*arguments, **named):
                parsed.append(1)
                return parse(*arguments, **named)
            module.parse = counted
        found.loader.exec_module = loaded
        return found

sys.meta_path.insert(0, Spy())

@atexit.register
def say():
    found = [name for name in HEAVY if name in sys.modules]
    os.write(2, ("\\n".join([str(len(parsed)), *found])).encode())
"""
)
ORDER_FILE = "specs/shop/entities/order.yaml"


@pytest.fixture(params=["loader", "dodo"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project of two models that has been built."""
    root = shop(tmp_path / "project")
    write(root, "specs/other/model.yaml", MODEL.replace("id: 1", "id: 2").replace("shop", "other"))
    write(root, "specs/other/entities/product.yaml", PRODUCT)
    if request.param == "dodo":
        write(root, "pyproject.toml", "")
        write(root, "dodo.py", "from datamodel_pipeline.pipeline.dodo import *\n")
    build(root)
    write(tmp_path, "spy/sitecustomize.py", SPY)
    return root


def spied(root: Path, *command: str) -> tuple[list[str], int, set[str]]:
    """Runs a command; returns what it said, how many YAML files it parsed, and what it imported."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={"PYTHONPATH": str(root.parent / "spy"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    parsed, *found = done.stderr.splitlines()
    return done.stdout.splitlines(), int(parsed), set(found)


def test_the_spy_sees(root: Path) -> None:
    (root / ".datamodel/state.sqlite").unlink()
    _, parsed, found = spied(root, "doit")
    assert parsed == 6
    assert found >= {"pydantic", "yaml", "sqlglot", "jinja2"}


@pytest.mark.parametrize("command", [("doit",), ("doit", "-n", "2"), ("datamodel_pipeline", "--version")], ids=" ".join)
def test_nothing_to_do_imports_nothing(root: Path, command: tuple[str, ...]) -> None:
    said, parsed, found = spied(root, *command)
    assert (parsed, found) == (0, set())
    assert said == (["2 models: 2 up to date"] if "doit" in command else [f"datamodel {__version__}"])


def test_a_comment_costs_one_parse(root: Path) -> None:
    write(root, ORDER_FILE, "# what a comment says\n" + ORDER)
    said, parsed, found = spied(root, "doit", "-v", "2")
    assert parsed == 1
    assert not found & {"sqlglot", "jinja2", "watchfiles"}
    assert [line for line in said if line.startswith(".  ")] == [".  shop.specs:entities/order.yaml"]


def test_an_attribute_costs_one_parse_and_one_table(root: Path) -> None:
    write(root, ORDER_FILE, ORDER.replace("  note: text?\n", "  note: text?\n  weight: integer?\n"))
    said, parsed, found = spied(root, "doit", "-v", "2")
    assert parsed == 1
    assert not found & {"sqlglot", "watchfiles"}
    ran = {line[3:] for line in said if line.startswith(".  ")}
    assert {name for name in ran if ":" in name and not name.startswith("shop.sections:")} == {
        "shop.specs:entities/order.yaml",
        "shop.tables:Order",
        "shop.postgresql:Order",
        "shop.sqlite:Order",
        "shop.pages:Order",
    }


def test_putting_an_edit_back_imports_no_template(root: Path) -> None:
    document = root / "outputs/backend/data-model/01-shop/01-shop.md"
    good = document.read_bytes()
    document.write_bytes(good + b"by hand\n")
    said, parsed, found = spied(root, "doit", "-v", "2")
    assert document.read_bytes() == good
    assert parsed == 0 and not found & {"sqlglot", "yaml"}
    assert [line for line in said if line.startswith(".  ")] == [".  shop"]
