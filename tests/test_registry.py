"""Engines are found by the names that readers write, and unknown ones are answered with what could have been meant."""

from __future__ import annotations

import subprocess
import sys

import pytest

from datamodel_pipeline.engines import registry


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("postgresql 16", ("postgresql", "16")),
        ("postgresql:16", ("postgresql", "16")),
        ("  PostgreSQL   v16 ", ("postgresql", "16")),
        ("postgresql", ("postgresql", "")),
        ("mysql 8.0", ("mysql", "8.0")),
        ("postgresql 16 beta", ("postgresql 16 beta", "")),
        ("", ("", "")),
    ],
)
def test_a_choice_is_read(text: str, meant: tuple[str, str]) -> None:
    assert registry.parse(text) == meant


def test_every_folder_is_an_engine_that_knows_its_versions() -> None:
    assert "postgresql" in registry.products()
    assert "registry" not in registry.products()
    for product in registry.products():
        newest = registry.engine(product)
        assert newest.product == product
        assert newest.version == newest.newest == newest.known[-1]
        assert [registry.engine(product, version).version for version in newest.known] == [*newest.known]


@pytest.mark.parametrize("version", ["14", "18", "16.4"])
def test_a_known_version_is_taken(version: str) -> None:
    engine = registry.engine("postgresql", version)
    assert engine.label == f"PostgreSQL {version}"
    assert engine.number[0] == int(version[:2])


@pytest.mark.parametrize(
    ("product", "version", "rule", "fix"),
    [
        ("postgres", "", "unknown-engine", "did you mean `postgresql`?"),
        ("oracle", "", "unknown-engine", "write one of: "),
        ("registry", "", "unknown-engine", "write one of: "),
        ("", "", "unknown-engine", "write one of: "),
        ("postgresql", "13", "unsupported-engine-version", "postgresql 1"),
        ("postgresql", "19", "unsupported-engine-version", "postgresql 1"),
        ("postgresql", "160", "unsupported-engine-version", "`postgresql 16`"),
        ("postgresql", "latest", "unsupported-engine-version", "`postgresql 18`"),
    ],
)
def test_an_unknown_choice_is_answered_with_a_fix(product: str, version: str, rule: str, fix: str) -> None:
    found = registry.problem(product, version)
    assert found is not None
    assert found.rule == rule
    assert fix in found.fix
    with pytest.raises(LookupError):
        registry.engine(product, version)


def test_importing_the_registry_imports_no_engine_and_nothing_heavy() -> None:
    code = (
        "import sys; from datamodel_pipeline.engines import registry; registry.products();"
        "print([m for m in sys.modules if 'engines.postgresql' in m or m in ('sqlglot', 'pydantic', 'yaml')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
