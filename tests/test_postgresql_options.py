"""A storage option is known exactly where a real server takes it."""

from __future__ import annotations

import psycopg
import pytest
from test_postgresql_catalog import Home, home

from datamodel_pipeline.schema.tables import Column, Table
from datamodel_pipeline.schema.types import Type

__all__ = ["home"]

NAMES = (
    *("fillfactor", "toast_tuple_target", "parallel_workers", "user_catalog_table", "autovacuum_enabled"),
    *("autovacuum_vacuum_threshold", "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_threshold"),
    *("autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_threshold", "autovacuum_analyze_scale_factor"),
    *("autovacuum_vacuum_cost_delay", "autovacuum_vacuum_cost_limit", "autovacuum_freeze_min_age"),
    *("autovacuum_freeze_max_age", "autovacuum_freeze_table_age", "autovacuum_multixact_freeze_min_age"),
    *("autovacuum_multixact_freeze_max_age", "autovacuum_multixact_freeze_table_age", "vacuum_index_cleanup"),
    *("log_autovacuum_min_duration", "vacuum_truncate", "autovacuum_vacuum_max_threshold"),
    *("vacuum_max_eager_freeze_failure_rate", "row_format", "tablespace"),
)
VALUES = ("1", "50", "2000", "200000", "true")
"""Each option takes at least one of them."""


@pytest.mark.parametrize("prefix", ["", "toast."])
@pytest.mark.parametrize("name", NAMES)
def test_known_options_are_the_servers(home: Home, prefix: str, name: str) -> None:
    engine, connection = home
    option = f"{prefix}{name}"

    def takes(value: str) -> bool:
        try:
            connection.execute(f"CREATE TEMP TABLE probe (a text) WITH ({option} = {value})")
        except psycopg.Error:
            return False
        connection.execute("DROP TABLE pg_temp.probe")
        return True

    columns = (Column(name="a", type=Type("text")),)
    written = Table(name="t", columns=columns, options=(("postgresql", ((option, "1"),)),))
    known = bool(engine.lower(written).table.options)
    assert known == any(map(takes, VALUES))
