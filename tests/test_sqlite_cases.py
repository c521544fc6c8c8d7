"""The case files: the script of each case, exactly; and the same script on both SQLites, read back."""

from __future__ import annotations

import pytest
from golden import Case, cases
from other_models import planned
from servers import sqlite
from test_postgresql_cases import schema
from test_sqlite_catalog import assert_read_back

from datamodel_pipeline.engines import registry


@pytest.mark.parametrize("case", cases("sqlite"))
def test_case(case: Case) -> None:
    engine = registry.engine("sqlite")
    _, statements = planned(engine, schema(case))
    case.expect("sql", "\n".join(f"{statement.sql};" for statement in statements))
    lost = [loss for table in schema(case).tables for loss in engine.lower(table).losses]
    case.expect("losses", "\n".join(f"{one.table}, {one.subject}: {one.what} → {one.instead}" for one in lost))


@pytest.mark.parametrize("kind", sqlite.KINDS)
@pytest.mark.parametrize("case", cases("sqlite"))
def test_case_comes_back(case: Case, kind: str) -> None:
    assert_read_back(registry.engine("sqlite"), sqlite.connect(kind), schema(case))
