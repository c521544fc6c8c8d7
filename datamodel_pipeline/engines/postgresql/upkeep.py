"""How `updated_at` is kept on PostgreSQL: one shared trigger function per column name, one trigger per table.

In: lowered tables with a touch column. Out: the function (once) and the triggers. The function takes clock_timestamp()
and not now(): now() is the start of the transaction, so a second update in it would not move the column, and a long
transaction would set it back behind what others have already committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.engines.postgresql.words import quote, shorten, unquote
from datamodel_pipeline.schema.tables import Table

PRINTED = re.compile(r'\s*BEGIN\s+NEW\.(?P<column>[a-z_][a-z0-9_]*|"(?:[^"]|"")+") := clock_timestamp\(\);', re.DOTALL)


def name(column: str) -> str:
    """The name of the function, and of the trigger on each table."""
    return shorten(f"set_{column}")


def function(column: str) -> Statement:
    """The trigger function for columns of this name. It looks nothing up outside pg_catalog (empty search_path)."""
    body = f"BEGIN\n    NEW.{quote(column)} := clock_timestamp();\n    RETURN NEW;\nEND"
    tag = "$body$" if "$$" in body else "$$"
    sql = (
        f"CREATE OR REPLACE FUNCTION {quote(name(column))}() RETURNS trigger\n"
        f"    LANGUAGE plpgsql\n    SET search_path = ''\nAS {tag}\n{body}\n{tag}"
    )
    return Statement("function", sql, name(column))


def functions(tables: Iterable[Table]) -> tuple[Statement, ...]:
    """The functions that the tables' triggers call, by column name."""
    return tuple(function(column) for column in sorted({table.touch_column for table in tables} - {""}))


def triggers(table: Table) -> tuple[Statement, ...]:
    """The table's trigger, if it has a touch column."""
    if not table.touch_column:
        return ()
    called = quote(name(table.touch_column))
    row = f"BEFORE UPDATE ON {quote(table.name)}\n    FOR EACH ROW"
    sql = f"CREATE TRIGGER {called}\n    {row} EXECUTE FUNCTION {called}()"
    return (Statement("create_trigger", sql, name(table.touch_column)),)


def read_column(body: str) -> str:
    """The column that a trigger function of ours keeps; "" for any other function."""
    match = PRINTED.match(body)
    return unquote(match["column"]) if match else ""
