"""Whatever authors write, what design makes of it is a schema that the real engines take.

Every schema is made from specs that no person would write; the engines' own rules (keys that foreign keys need, names
that may not collide, actions that checks forbid) are the judges.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from other_models import planned
from servers import mysql, sqlite
from servers import postgresql as pg
from test_design_properties import resolved, specs
from test_mysql_catalog import home

from datamodel_pipeline.engines import registry
from datamodel_pipeline.spec.specs import Specs

__all__ = ["home"]

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(made=specs())
def test_postgresql_takes_it(made: Specs) -> None:
    connection = pg.server("18").admin
    _, statements = planned(registry.engine("postgresql", "18"), resolved(made))
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE SCHEMA tried")
        connection.execute("SET LOCAL search_path = tried")
        for statement in statements:
            connection.execute(statement.sql.encode())


@FEW
@given(made=specs())
def test_sqlite_takes_it(made: Specs) -> None:
    connection = sqlite.connect(sqlite.KINDS[0])
    _, statements = planned(registry.engine("sqlite"), resolved(made))
    for statement in statements:
        connection.execute(statement.sql)
    assert list(connection.execute("PRAGMA foreign_key_check")) == []


@FEW
@given(made=specs())
def test_mysql_takes_it(home: mysql.Connection, made: Specs) -> None:
    mysql.empty(home)
    _, statements = planned(registry.engine("mysql"), resolved(made))
    cursor = home.cursor()
    for statement in statements:
        cursor.execute(statement.sql)
