"""The case files: the script of each case, exactly; the same script on a real server, read back from the catalog."""

from __future__ import annotations

import pytest
from golden import Case, cases
from other_models import planned
from servers import mysql
from test_mysql_catalog import assert_read_back, home
from test_postgresql_cases import schema

from datamodel_pipeline.engines import registry
from datamodel_pipeline.schema.tables import Schema

__all__ = ["home"]


def script(version: str, neutral: Schema) -> str:
    _, statements = planned(registry.engine("mysql", version), neutral)
    return "\n".join(f"{statement.sql};" for statement in statements)


def losses(neutral: Schema) -> str:
    lost = [loss for table in neutral.tables for loss in registry.engine("mysql").lower(table).losses]
    return "\n".join(f"{loss.table}, {loss.subject}: {loss.what} → {loss.instead}" for loss in lost)


@pytest.mark.parametrize("case", cases("mysql"))
def test_case(case: Case) -> None:
    newest = script("9", schema(case))
    case.expect("sql", newest)
    case.expect("losses", losses(schema(case)))
    older = script("8.0.16", schema(case))
    if older != newest:
        case.expect("8.0.16.sql", older)


@pytest.mark.parametrize("case", cases("mysql"))
def test_case_comes_back_from_the_catalog(case: Case, home: mysql.Connection) -> None:
    assert_read_back(registry.engine("mysql"), home, schema(case))


@pytest.mark.parametrize("case", cases("mysql"))
def test_the_oldest_script_runs_on_the_newest_server(case: Case, home: mysql.Connection) -> None:
    """No server of 8.0 is to be had; what is written for it must at least be valid today."""
    mysql.empty(home)
    cursor = home.cursor()
    for statement in planned(registry.engine("mysql", "8.0.16"), schema(case))[1]:
        cursor.execute(statement.sql)
