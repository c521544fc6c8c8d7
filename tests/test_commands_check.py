"""`datamodel check`: findings and drift, in every format, without writing anything."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from projects import CUSTOMER, MODEL, OUTPUTS, build, outputs, shop, write

from datamodel_pipeline.commands import _formats
from datamodel_pipeline.commands.main import main
from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity

DOCUMENT = f"{OUTPUTS}/01-shop/01-shop.md"
SQL = f"{OUTPUTS}/01-shop/postgresql/schema.sql"
CUSTOMER_FILE = "specs/shop/entities/customer.yaml"
DRIFT = """\
  why: what is committed and read would not be what was designed
  fix: run `doit` and commit the outputs with the specs
"""
NASTY = (
    Diagnostic("a-rule", "100% of\nit", "because: so", "do, that", location=Location("specs/a,b: c.yaml", 3, 7)),
    Diagnostic("b-rule", "nowhere", severity=Severity.WARNING),
    Diagnostic("a-rule", "in passing", severity=Severity.INFO, location=Location("x.yaml")),
)


class Checked(NamedTuple):
    code: int
    out: str
    err: str


Check = Callable[..., Checked]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one engine that holds everything, built; so there is nothing to report."""
    shop(tmp_path)
    write(tmp_path, "specs/shop/model.yaml", MODEL.replace("[postgresql 16, sqlite]", "[postgresql 16]"))
    build(tmp_path)
    return tmp_path


@pytest.fixture
def check(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    monkeypatch.chdir(root)

    def run(*words: str) -> Checked:
        code = main(["check", *words])
        return Checked(code, *capsys.readouterr())

    return run


def test_nothing_to_report(check: Check) -> None:
    assert check() == (0, "", "1 model: nothing to report\n")
    assert check("shop") == check("specs/shop/") == check()


def test_an_unknown_model_is_bad_usage(check: Check) -> None:
    said = "error[unknown-model]: there is no model 'shopp' in specs/\n  fix: did you mean `shop`?\n"
    assert check("shopp") == (2, "", said)


def test_errors_of_all_files_and_no_drift_beside_them(root: Path, check: Check) -> None:
    write(root, CUSTOMER_FILE, CUSTOMER.replace("string(100)", "strin(100)"))
    write(root, "specs/shop/entities/product.yaml", "datamodel: 1\nentity: Product\natributes: {}\n")
    found = check()
    assert found.code == 1
    assert [line for line in found.out.splitlines() if not line.startswith(" ")] == [
        f"{CUSTOMER_FILE}:5:9: error[unknown-type]: `attributes.name`: unknown type `strin`",
        "specs/shop/entities/product.yaml:3:1: error[unknown-key]: unknown key `atributes` in the entity file",
    ]
    assert found.err == "1 model: 2 errors\n"


def test_outputs_that_differ_are_missing_or_left_over(root: Path, check: Check) -> None:
    text = (root / SQL).read_text("utf-8")
    line = text[: text.index("CREATE TABLE")].count("\n") + 1
    (root / SQL).write_text(text.replace("CREATE TABLE", "create table", 1), "utf-8")
    (root / DOCUMENT).unlink()
    shutil.copytree(root / OUTPUTS / "01-shop", root / OUTPUTS / "09-gone")
    write(root, f"{OUTPUTS}/notes.md", "Somebody's own.\n")
    gone = f"{OUTPUTS}/09-gone/postgresql/schema.sql"
    differs = f"{SQL} is not what the specs give: line {line} is the first that differs"
    assert check() == (
        1,
        f"{DOCUMENT}:1:1: error[stale-output]: {DOCUMENT} does not exist, but the specs ask for it\n{DRIFT}"
        f"{SQL}:{line}:1: error[stale-output]: {differs}\n{DRIFT}"
        f"{gone}:1:1: error[stale-output]: {gone} was written by an earlier build, and nothing in the specs asks for it"
        f" any more\n{DRIFT}",
        "1 model: 3 errors\n",
    )
    build(root)
    assert check().code == 0


def test_an_edit_without_a_build_is_drift(root: Path, check: Check) -> None:
    write(root, CUSTOMER_FILE, CUSTOMER.replace("Somebody who buys.", "Somebody who pays."))
    found = check()
    assert found.code == 1 and found.err == "1 model: 2 errors\n"
    write(root, CUSTOMER_FILE, "# a comment changes nothing\n" + CUSTOMER)
    assert check().code == 0


def test_a_changed_template_is_drift_and_a_broken_one_an_error(root: Path, check: Check) -> None:
    template = '{% extends "packaged/table.md.j2" %}\n{% block heading %}\n### {{ heading }}!\n\n{% endblock %}\n'
    write(root, "templates/table.md.j2", template)
    assert "error[stale-output]" in check().out
    build(root)
    assert check().code == 0
    write(root, "templates/table.md.j2", "{% block %}")
    found = check()
    assert found.code == 1
    assert found.out.startswith("templates/table.md.j2:1:1: error[template-error]")
    write(root, "templates/tabel.md.j2", "never read")
    (root / "templates/table.md.j2").unlink()
    assert "templates/tabel.md.j2:1:1: warning[unknown-template]" in check().out


def test_a_check_needs_no_build_and_leaves_no_trace(root: Path, check: Check) -> None:
    shutil.rmtree(root / ".datamodel")
    before = outputs(root)
    assert check().code == 0
    assert outputs(root) == before
    shutil.rmtree(root / "outputs")
    found = check()
    assert (found.code, found.err) == (1, "1 model: 3 errors\n")
    assert sorted(path.name for path in root.iterdir()) == ["pyproject.toml", "specs"]


def test_a_damaged_memory_does_not_change_the_answer(root: Path, check: Check) -> None:
    write(root, CUSTOMER_FILE, CUSTOMER.replace("Somebody who buys.", "Somebody who pays."))
    before = check()
    for damage in ("DELETE FROM record", "UPDATE record SET value = x'00112233445566778899aabbccddeeff00'"):
        with closing(sqlite3.connect(root / ".datamodel/state.sqlite")) as state:
            state.execute(damage)
            state.commit()
        after = check()
        assert (after.code, after.out) == (before.code, before.out)
    (root / ".datamodel/state.sqlite").write_bytes(b"nothing of the kind")
    assert check().out == before.out


def test_after_a_check_the_build_still_publishes(root: Path, check: Check) -> None:
    write(root, CUSTOMER_FILE, CUSTOMER.replace("100", "90"))
    assert check().code == 1
    assert sorted(build(root).written) == [DOCUMENT, SQL]
    assert check().code == 0


def test_what_an_engine_cannot_hold_is_one_warning_a_reason(root: Path, check: Check) -> None:
    write(root, "specs/shop/model.yaml", MODEL)
    build(root)
    found = check("--format", "json")
    assert found.code == 0
    findings = json.loads(found.out)["findings"]
    assert {(one["rule"], one["severity"], one["file"]) for one in findings} == {
        ("not-on-sqlite", "warning", "specs/shop/model.yaml"),
        ("not-on-sqlite", "warning", "specs/shop/entities/order.yaml"),
    }
    times = next(one for one in findings if "times" in one["what"])
    assert times["what"].count(" of customers") == times["what"].count(" of orders") == 1
    assert (times["line"], times["column"]) == (6, 3)


def test_models_that_clash_are_reported_at_both(root: Path, check: Check) -> None:
    shutil.copytree(root / "specs/shop", root / "specs/store")
    found = check()
    assert found.code == 1
    assert found.out.count("error[duplicate-model-id]") == found.out.count("error[duplicate-model-slug]") == 2


def test_settings_are_checked(root: Path, check: Check) -> None:
    write(root, "pyproject.toml", "[tool.datamodel]\nspec = 'specs'\n")
    found = check()
    assert found.code == 1
    assert found.out.startswith("pyproject.toml:1:1: error[unknown-setting]: [tool.datamodel] has no setting 'spec'\n")


# -- formats -----------------------------------------------------------------------------------------------------------


def test_github_escapes_what_would_end_a_command_early() -> None:
    assert _formats.written("github", NASTY).splitlines() == [
        "::error file=specs/a%2Cb%3A c.yaml,line=3,col=7,title=a-rule::"
        "100%25 of%0Ait%0Awhy: because: so%0Afix: do, that",
        "::warning title=b-rule::nowhere",
        "::notice file=x.yaml,line=1,col=1,title=a-rule::in passing",
    ]


def test_json_is_flat_and_stable() -> None:
    assert json.loads(_formats.written("json", NASTY[:2])) == {
        "version": 1,
        "findings": [
            {
                "rule": "a-rule",
                "severity": "error",
                "what": "100% of\nit",
                "why": "because: so",
                "fix": "do, that",
                "file": "specs/a,b: c.yaml",
                "line": 3,
                "column": 7,
            },
            {
                "rule": "b-rule",
                "severity": "warning",
                "what": "nowhere",
                "why": "",
                "fix": "",
                "file": None,
                "line": None,
                "column": None,
            },
        ],
    }


def test_sarif_says_where_relative_to_the_checkout() -> None:
    log = json.loads(_formats.written("sarif", NASTY))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["a-rule", "b-rule"]
    assert [(result["ruleIndex"], result["level"]) for result in run["results"]] == [
        (0, "error"),
        (1, "warning"),
        (0, "note"),
    ]
    assert run["results"][0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "specs/a%2Cb%3A%20c.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
    assert "locations" not in run["results"][1]


@pytest.mark.parametrize("format_", ["github", "sarif", "json"])
def test_every_format_has_every_finding(format_: str, root: Path, check: Check) -> None:
    (root / DOCUMENT).unlink()
    found = check("--format", format_)
    assert (found.code, found.err) == (1, "1 model: 1 error\n")
    assert found.out.count("stale-output") == {"github": 1, "sarif": 2, "json": 1}[format_]


def test_warnings_move_with_the_lines_that_they_are_about(root: Path, check: Check) -> None:
    text = (
        "datamodel: 1\nentity: Basket\nrelationships:\n"
        "  products: {many_to_many: Product, attributes: {amount: integer, created_at: timestamp}}\n"
    )
    write(root, "specs/shop/entities/basket.yaml", text)
    build(root)
    places = []
    for comments in ("", "# one\n# two\n"):
        write(root, "specs/shop/entities/basket.yaml", comments + text)
        build(root)
        found = json.loads(check("--format", "json").out)["findings"]
        places.append([(one["rule"], one["line"]) for one in found])
    assert places == [[("conventional-column", 4)], [("conventional-column", 6)]]


def test_a_named_model_is_checked_for_itself(root: Path, check: Check) -> None:
    shutil.copytree(root / "specs/shop", root / "specs/store")
    other = MODEL.replace("id: 1", "id: 2").replace("shop", "store").replace("string(40)", "strin(40)")
    write(root, "specs/store/model.yaml", other)
    write(root, "specs/store/entities/product.yaml", "broken")
    assert check("shop") == (0, "", "1 model: nothing to report\n")
    found = check("shop", "store")
    assert (found.code, found.err) == (1, "2 models: 1 error\n")
