"""Every piece of SQL that an entity contains, and where it stands, so that it can be parsed before tables are made.

In: an entity. Out: sites. It refuses to read SQL.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from datamodel_pipeline.design.known_defaults import known
from datamodel_pipeline.spec.check_entity import attributes_of, sql_sites
from datamodel_pipeline.spec.specs import Attribute, Entity, Sql

_PLACES: Final = {"checks": "check", "indexes": "index"}
_OF_ATTRIBUTE: Final = {"check": "check", "default": "default", "generated": "generated"}


class SqlSite(NamedTuple):
    """One piece of SQL: where it stands (see `Diagnostic.at`), and the SQL."""

    at: tuple[str, ...]
    sql: Sql

    @property
    def key(self) -> str:
        """The key under which `resolve_unit` looks for what was read from it."""
        return expression_key(self.sql)

    @property
    def place(self) -> str:
        """What it is for: check, default, generated or index."""
        section = self.at[1]
        if section in _PLACES:
            return _PLACES[section]
        return _OF_ATTRIBUTE[self.at[3] if section == "attributes" else self.at[5]]


def expression_key(sql: Sql) -> str:
    """The author's text; where engines were given their own SQL, that too, so that two such texts stay apart."""
    return "\0".join((sql.text, *(part for pair in sql.spelled for part in pair)))


def sql_of(entity: Entity) -> tuple[SqlSite, ...]:
    """Every piece of SQL of an entity that has to be read, each with its place."""
    settled = {at for at, attribute in attributes_of(entity) if _is_known(attribute)}
    return tuple(SqlSite(at, sql) for at, sql in sql_sites(entity) if not (at[-1] == "default" and at[:-1] in settled))


def _is_known(attribute: Attribute) -> bool:
    """Whether the default means the same everywhere, so that no engine's words are looked for in it."""
    return isinstance(attribute.default, Sql) and known(attribute.default, attribute.type) is not None
