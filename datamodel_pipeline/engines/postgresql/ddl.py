"""The statements that make a table on PostgreSQL.

In: lowered tables. Out: statements in the order in which they run. It decides nothing: what a table becomes was decided
by `lower`.
"""

from __future__ import annotations

from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.engines.postgresql import security, upkeep, words
from datamodel_pipeline.engines.postgresql.columns import column_sql
from datamodel_pipeline.engines.postgresql.defaults import Defaults
from datamodel_pipeline.engines.postgresql.indexes import index_sql
from datamodel_pipeline.engines.postgresql.keys import foreign_key_sql, key_sql
from datamodel_pipeline.engines.postgresql.words import quote
from datamodel_pipeline.schema.tables import Check, ForeignKey, Table

INDENT = "    "
WIDEST = 100
"""Columns of text that a line of SQL should stay within."""


def create(table: Table, deferred: frozenset[str], major: int) -> tuple[Statement, ...]:
    """The table, its indexes, trigger, comments and policies."""
    return (
        Statement("create_table", create_table(table, deferred, major), table.name),
        *(Statement("create_index", index_sql(table, index), index.name) for index in table.indexes),
        *upkeep.triggers(table),
        *comments(table),
        *security.statements(table),
    )


def create_table(table: Table, deferred: frozenset[str], major: int) -> str:
    """CREATE TABLE, one line for a column or constraint (three for a foreign key)."""
    defaults = Defaults(major)
    lines = [column_sql(column, defaults) for column in table.columns]
    if table.primary_key:
        lines.append(key_sql("PRIMARY KEY", table.primary_key))
    lines += [key_sql("UNIQUE", key) for key in table.unique_keys]
    lines += [_check_sql(check) for check in table.checks]
    lines += [foreign_key_sql(key, INDENT * 2) for key in table.foreign_keys if key.name not in deferred]
    body = ",\n".join(INDENT + line for line in lines)
    options = ", ".join(f"{option} = {value}" for option, value in table.engine_options(words.PRODUCT))
    return f"CREATE TABLE {quote(table.name)} (\n{body}\n)" + (f" WITH ({options})" if options else "")


def add_foreign_key(table: Table, key: ForeignKey) -> Statement:
    """The statement that adds a foreign key after both tables exist."""
    sql = f"ALTER TABLE {quote(table.name)}\n{INDENT}ADD {foreign_key_sql(key, INDENT * 2)}"
    return Statement("add_foreign_key", sql, key.name)


def comments(table: Table) -> tuple[Statement, ...]:
    """COMMENT ON for the table and every column that says something."""
    name = quote(table.name)
    found = [(f"TABLE {name}", table.name, table.comment)]
    found += [(f"COLUMN {name}.{quote(column.name)}", column.name, column.comment) for column in table.columns]
    return tuple(
        Statement("comment", f"COMMENT ON {target} IS {words.text(comment)}", subject)
        for target, subject, comment in found
        if comment
    )


def _check_sql(check: Check) -> str:
    """On two lines where one would be too long to read."""
    name, condition = f"CONSTRAINT {quote(check.name)}", f"CHECK ({words.expression(check.expression)})"
    fits = len(INDENT) + len(name) + 1 + len(condition) < WIDEST
    return f"{name} {condition}" if fits else f"{name}\n{INDENT * 2}{condition}"
