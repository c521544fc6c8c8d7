"""Every piece of SQL that an entity contains, and where it stands, so that it can be parsed before tables are made.

In: an entity. Out: sites. It refuses to read SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from datamodel_pipeline.spec.specs import Attribute, Entity, Sql


class SqlSite(NamedTuple):
    """One piece of SQL: where it stands (see `Diagnostic.at`), and the SQL."""

    at: tuple[str, ...]
    sql: Sql

    @property
    def key(self) -> str:
        """The key under which `resolve_unit` looks for what was read from it."""
        return expression_key(self.sql)


def expression_key(sql: Sql) -> str:
    """The author's text; where engines were given their own SQL, that too, so that two such texts stay apart."""
    return "\0".join((sql.text, *(part for pair in sql.spelled for part in pair)))


def sql_of(entity: Entity) -> tuple[SqlSite, ...]:
    """Every piece of SQL of an entity, in the author's order."""
    return tuple(_sites(entity))


def _sites(entity: Entity) -> Iterator[SqlSite]:
    for attribute in entity.attributes:
        yield from _of_attribute(attribute, (entity.name, "attributes", attribute.name))
    for relationship in entity.relationships:
        at = (entity.name, "relationships", relationship.name, "attributes")
        for attribute in relationship.attributes:
            yield from _of_attribute(attribute, (*at, attribute.name))
    for name, sql in entity.checks:
        yield SqlSite((entity.name, "checks", name), sql)
    for number, index in enumerate(entity.indexes):
        here = (entity.name, "indexes", str(number))
        for position, key in enumerate(index.keys):
            if key.expression:
                yield SqlSite((*here, "keys", str(position)), key.expression)
        if index.where:
            yield SqlSite((*here, "where"), index.where)


def _of_attribute(attribute: Attribute, at: tuple[str, ...]) -> Iterator[SqlSite]:
    if isinstance(attribute.default, Sql):
        yield SqlSite((*at, "default"), attribute.default)
    if attribute.check:
        yield SqlSite((*at, "check"), attribute.check)
    if attribute.generated:
        yield SqlSite((*at, "generated"), attribute.generated.expression)
