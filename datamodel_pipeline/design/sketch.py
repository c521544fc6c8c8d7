"""A table being made: what the conventions add to, one after the other, until it is frozen.

In: a unit's members, its neighbours, the expressions read so far. Out: one `schema.Table`. It refuses to decide
anything; the conventions do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.entity_map import Reference
from datamodel_pipeline.design.neighbours import Neighbours
from datamodel_pipeline.design.sql_sites import expression_key
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import Check, Column, ForeignKey, Index, Key, Origin, Table
from datamodel_pipeline.spec.specs import Entity, Relationship, Sql
from datamodel_pipeline.spec.suggest import closest


class Junction(NamedTuple):
    """What a junction table joins: its owner's member entity and relationship, and both ends."""

    owner: Entity
    relationship: Relationship
    source: Reference
    target: Reference

    @property
    def bare(self) -> bool:
        """Without attributes of its own, so that the pair is the key."""
        return not self.relationship.attributes


class Mention(NamedTuple):
    """Columns that an author's SQL names, to be looked up once the table has all of its columns."""

    at: tuple[str, ...]
    text: str
    columns: tuple[str, ...]


@dataclass(slots=True)
class Sketch:
    """The table so far. `named` says which column an author's attribute or relationship became.

    `required` holds, for each single_table child, the columns that its rows must fill. `said` is shared by the unit.
    """

    name: str
    members: tuple[Entity, ...]
    neighbours: Neighbours
    expressions: Mapping[str, Written]
    said: list[Diagnostic]
    origin: Origin = Origin.ENTITY
    junction: Junction | None = None
    scoped: bool = False
    columns: dict[str, Column] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    required: dict[str, list[str]] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    primary_key: Key | None = None
    unique_keys: list[Key] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    tenant_column: str = ""
    live_column: str = ""
    touch_column: str = ""
    kind_column: str = ""
    why: str = ""

    @property
    def root(self) -> Entity:
        """The entity that the table is named after; of a junction table, the owner's root."""
        return self.members[0]

    def say(self, rule: str, what: str, *, why: str, fix: str, at: tuple[str, ...]) -> None:
        """Reports an error."""
        self.said.append(Diagnostic(rule, what, why=why, fix=fix, at=at))

    def add(self, column: Column, at: tuple[str, ...] = ()) -> bool:
        """Adds a column unless the table has one of that name (letter case aside), which is reported."""
        there = self.columns.get(column.name.lower())
        if there is None:
            self.columns[column.name.lower()] = column
            return True
        self.say(
            "duplicate-column",
            f"the table {self.name} would have two columns called {column.name}",
            why=f"The other one is there already: {there.why or 'another attribute of that name.'}",
            fix=f"Give this one another name, for example {column.name}_2.",
            at=at,
        )
        return False

    def column_of(self, name: str) -> str:
        """The column that an attribute, a relationship or a column name stands for; "" when there is none."""
        if name in self.named:
            return self.named[name]
        column = self.columns.get(name.lower())
        return column.name if column else ""

    def columns_of(self, names: Iterable[str]) -> tuple[str, ...] | None:
        """The columns of several names; None when one leads nowhere, which `spec.check` reports."""
        found = tuple(self.column_of(name) for name in names)
        return found if all(found) else None

    def unknown_column(self, name: str, at: tuple[str, ...]) -> None:
        """Reports a name in an author's SQL that is no column here."""
        names = {**self.named, **{column.name: column.name for column in self.columns.values()}}
        near = self.named.get(name) or closest(name, tuple(sorted(names)))
        self.say(
            "unknown-column",
            f"{self.root.name} has no attribute or column called {name}",
            why=f"The table {self.name} has: {', '.join(column.name for column in self.columns.values())}.",
            fix=f"Did you mean {near}?" if near else f"Declare {name} below `attributes:`, or name one that exists.",
            at=at,
        )

    def written(self, sql: Sql, at: tuple[str, ...]) -> Written | None:
        """What was read from an author's SQL, its columns noted for a later look; None when it could not be read."""
        found = self.expressions.get(expression_key(sql))
        if found is None:
            found = self.expressions.get(sql.text)
            if found is None:
                return None
            found = replace(found, spelled=tuple({**dict(found.spelled), **dict(sql.spelled)}.items()))
        self.mentions.append(Mention(at, sql.text, found.columns))
        return found

    def scoped_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The columns with tenant_id in front, where the table has it."""
        tenant = self.tenant_column
        if not tenant:
            return columns
        return (tenant, *(column for column in columns if column != tenant))

    def add_unique(self, columns: tuple[str, ...], why: str) -> None:
        """Adds a unique key over these columns, tenant first, unless an equal one is there."""
        columns = self.scoped_columns(columns)
        present = [set(key.columns) for key in self.unique_keys]
        if self.primary_key:
            present.append(set(self.primary_key.columns))
        if set(columns) not in present:
            self.unique_keys.append(Key(name=naming.unique(self.name, columns), columns=columns, why=why))

    def freeze(self) -> Table:
        """The table as it stands."""
        root, junction = self.root, self.junction
        entity = junction.owner if junction else root
        own = self.origin is Origin.ENTITY
        return Table(
            name=self.name,
            columns=tuple(self.columns.values()),
            primary_key=self.primary_key,
            unique_keys=tuple(self.unique_keys),
            checks=tuple(self.checks),
            foreign_keys=tuple(self.foreign_keys),
            indexes=tuple(self.indexes),
            comment=root.description if own else "",
            entity=entity.name,
            group=entity.group or root.group,
            origin=self.origin,
            touch_column=self.touch_column,
            tenant_column=self.tenant_column,
            live_column=self.live_column,
            options=root.options if own else (),
            expected_rows=root.expected_rows if own else None,
            renamed_from=self._former_name(),
            why=self.why,
        )

    def _former_name(self) -> str:
        """The name that the table had before the entity or relationship was renamed."""
        if not self.junction:
            former = naming.table(self.root.renamed_from) if self.root.renamed_from and not self.root.table else ""
        else:
            owner, relationship = self.junction.owner, self.junction.relationship
            former = naming.junction(owner.renamed_from or owner.name, relationship.renamed_from or relationship.name)
        return former if former != self.name else ""
