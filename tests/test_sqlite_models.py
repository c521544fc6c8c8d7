"""The models of this repository, and all that design makes, on both SQLites: created as planned, read back."""

from __future__ import annotations

import golden
import pytest
from golden import Case
from other_models import MODELS, designed, model
from servers import sqlite
from test_sqlite_catalog import assert_read_back

from datamodel_pipeline.engines import registry


@pytest.mark.parametrize("kind", sqlite.KINDS)
@pytest.mark.parametrize("name", MODELS)
def test_a_committed_model_comes_back(name: str, kind: str) -> None:
    assert_read_back(registry.engine("sqlite"), sqlite.connect(kind), model(name))


@pytest.mark.parametrize("kind", sqlite.KINDS)
@pytest.mark.parametrize("case", golden.cases("resolve"))
def test_what_design_makes_is_taken(case: Case, kind: str) -> None:
    """Every case of `design` without errors is a schema that SQLite takes and gives back."""
    if schema := designed(case.blocks, "sqlite"):
        assert_read_back(registry.engine("sqlite"), sqlite.connect(kind), schema)
