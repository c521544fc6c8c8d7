"""Row-level security on PostgreSQL: one tenant's session never sees or writes another tenant's rows.

In: a lowered table with a tenant column. Out: the statements that isolate it, also from the table's owner (FORCE). The
session names its tenant with `SET app.tenant_id = '…'` (or `set_config('app.tenant_id', …, true)` in a transaction);
where it does not, or names '', the comparison is with NULL: there are no rows and nothing can be written.
"""

from __future__ import annotations

import re

from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.engines.postgresql import types, words
from datamodel_pipeline.schema.tables import Table

SETTING = "app.tenant_id"
POLICY = "tenant_isolation"
PRINTED = re.compile(
    r'\(\(?(?P<column>[a-z_][a-z0-9_]*|"(?:[^"]|"")+")\)?(?:::\w+)?'
    rf" = \(?NULLIF\(current_setting\('{re.escape(SETTING)}'::text, true\), ''::text\)\)?(?:::[\w ]+)?\)"
)
"""The policy's condition as pg_get_expr prints it, for any type of column."""


def condition(table: Table) -> str:
    """The rows of the session's tenant. Text is compared as text: a cast to varchar(n) would cut the setting short."""
    column = table.column(table.tenant_column)
    name = column.type.name if column else "text"
    cast = "" if name in ("string", "char", "text") or not column else f"::{types.sql(column.type)}"
    return f"{words.quote(table.tenant_column)} = NULLIF(current_setting('{SETTING}', true), ''){cast}"


def statements(table: Table) -> tuple[Statement, ...]:
    """ENABLE, FORCE and the policy; nothing for a table without a tenant column."""
    if not table.tenant_column:
        return ()
    name = words.quote(table.name)
    rows = condition(table)
    return (
        Statement("enable_rls", f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY", table.name),
        Statement("enable_rls", f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY", table.name),
        Statement(
            "create_policy",
            f"CREATE POLICY {POLICY} ON {name}\n    USING ({rows})\n    WITH CHECK ({rows})",
            POLICY,
        ),
    )


def read_column(using: str, check: str) -> str:
    """The tenant column of a policy as the catalog prints it; "" where it is not ours or does not guard writes."""
    match = PRINTED.fullmatch(using)
    return words.unquote(match["column"]) if match and using == check else ""
