"""Words that a column may be called but that an engine does not read as a name unless they are quoted."""

from __future__ import annotations

from typing import Final

from sqlglot.dialects.mysql import MySQL

_POSTGRESQL: Final = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
    column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
    from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
    localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
    returning right select session_user similar some symmetric system_user table tablesample then to trailing true
    union unique user using variadic verbose when where window with
"""
"""pg_get_keywords() of PostgreSQL 14 to 18, categories R and T: those that cannot stand for a column."""

_SQLITE: Final = """
    add all alter and as autoincrement between case check collate commit constraint create current_date current_time
    current_timestamp default deferrable delete distinct drop else escape except exists foreign from group having in
    index insert intersect into is isnull join limit not nothing notnull null on or order primary raise references
    returning select set table then to transaction union unique update using values when where
"""
"""Measured: the keywords of SQLite that a CHECK does not take for a column (and three that it takes for the time)."""

_MYSQL_SINCE: Final = "external library manual parallel qualify tablesample"
"""Reserved by MySQL 9."""

RESERVED: Final[dict[str, frozenset[str]]] = {
    "postgresql": frozenset(_POSTGRESQL.split()),
    "mysql": frozenset(MySQL.Generator.RESERVED_KEYWORDS) | frozenset(_MYSQL_SINCE.split()),
    "sqlite": frozenset(_SQLITE.split()),
}
"""For each engine product, in lower case."""
