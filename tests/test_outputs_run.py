"""The documents of this repository: every SQL block and every script runs on its engine, and both say the same."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import engine_scripts
import pytest
import support_desk_rows as seed
from engine_scripts import Database
from projects import build, outputs
from sql_blocks import blocks

from datamodel_pipeline.spec import load

ROOT = Path(__file__).parents[1]
JOB_MADE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")
"""What a retention job makes for itself: an archive that the schema does not have."""

Files = dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The outputs of a build of this repository's specs: path → text."""
    root = tmp_path_factory.mktemp("project")
    for name in ("specs", "templates"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    assert not build(root).failed
    return {path: text.decode() for path, text in outputs(root).items()}


def scripts() -> list[tuple[str, str, str]]:
    """(folder of the document, product, version or "") of every script that a build of the specs writes."""
    found = [load.read_model("model.yaml", path.read_bytes()).model for path in ROOT.glob("specs/*/model.yaml")]
    models = sorted((model for model in found if model), key=lambda model: model.folder)
    return [(model.folder, one.product, one.version) for model in models for one in model.decisions.engines]


def text_of(built: Files, folder: str, name: str) -> str:
    [path] = [path for path in built if path.endswith(f"/{folder}/{name}")]
    return built[path]


def sql_of(document: str, product: str) -> list[str]:
    found = [sql for of, sql in blocks(document) if of == product]
    assert found
    return found


def test_the_committed_outputs_are_what_a_build_writes(built: Files) -> None:
    committed = {path: text.decode() for path, text in outputs(ROOT).items()}
    assert sorted(committed) == sorted(built)
    for path, text in built.items():
        assert committed[path] == text, f"{path} is out of date: run doit"


def test_every_script_is_tested(built: Files) -> None:
    written = {path for path in built if path.endswith("/schema.sql")}
    assert {f"outputs/backend/data-model/{folder}/{product}/schema.sql" for folder, product, _ in scripts()} == written


@pytest.mark.parametrize(("folder", "product", "version"), scripts())
def test_a_document_and_its_script_make_the_same_database(
    built: Files, folder: str, product: str, version: str
) -> None:
    """Only what a retention job makes for itself is in the document alone."""
    document = text_of(built, folder, f"{folder}.md")
    with engine_scripts.empty(product, version) as one, engine_scripts.empty(product, version) as other:
        for sql in sql_of(document, product):
            engine_scripts.run(one, sql)
        engine_scripts.run(other, text_of(built, folder, f"{product}/schema.sql"))
        made, meant = engine_scripts.tables(one), engine_scripts.tables(other)
    assert len(meant) == len(re.findall(r"^CREATE TABLE ", text_of(built, folder, f"{product}/schema.sql"), re.M))
    assert set(made) - set(meant) == set(JOB_MADE.findall(document))
    assert {name: made.get(name) for name in meant} == meant


def seeded(built: Files, product: str, database: Database) -> list[str]:
    """Makes the support desk's tables and rows; returns the document's SQL about retention and erasure."""
    document = text_of(built, "02-support-desk", "02-support-desk.md")
    engine_scripts.run(database, text_of(built, "02-support-desk", f"{product}/schema.sql"))
    for statement in seed.statements(product):
        engine_scripts.run(database, statement)
    _, _, compliance = document.partition("\n## Retention and compliance\n")
    return sql_of(compliance, product)


PRODUCTS = ("postgresql", "mysql", "sqlite")


@pytest.mark.parametrize("product", PRODUCTS)
def test_retention_ends_what_is_old_and_nothing_else(built: Files, product: str) -> None:
    with engine_scripts.empty(product) as database:
        jobs = [sql for sql in seeded(built, product, database) if "= 42" not in sql]
        for _ in range(2):
            for sql in jobs:
                engine_scripts.run(database, sql)
        for query, expected in seed.AFTER_RETENTION.items():
            assert (query, database.rows(query)) == (query, expected)


@pytest.mark.parametrize("product", PRODUCTS)
def test_erasure_forgets_one_person_and_nobody_else(built: Files, product: str) -> None:
    with engine_scripts.empty(product) as database:
        requests = [sql for sql in seeded(built, product, database) if "UPDATE users" in sql and "= 42" in sql]
        told = seed.traces(database)
        assert len(requests) == 1
        engine_scripts.run(database, requests[0])
        left = seed.traces(database)
    assert len(told[seed.ERASED]) == len(told[seed.OTHER]) == len(seed.PERSONAL) - seed.SILENT
    assert left == {seed.OTHER: told[seed.OTHER], seed.ERASED: seed.HELD_BACK}
