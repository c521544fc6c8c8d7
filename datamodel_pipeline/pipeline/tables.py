"""The third stage of a model: units become tables, each from its members' specs and what it reads of the map.

In: specs and the entity map. Out, per unit: its neutral tables, a small outline of them (names, foreign keys) for the
stage that orders them, and what sections about the whole model see of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from datamodel_pipeline.design import resolve
from datamodel_pipeline.diagnostics import Diagnostic, has_errors
from datamodel_pipeline.documents import glance
from datamodel_pipeline.pipeline.fingerprint import digest, digest_value
from datamodel_pipeline.pipeline.graph import BuildError
from datamodel_pipeline.pipeline.mapping import Mapping
from datamodel_pipeline.pipeline.reading import Reading
from datamodel_pipeline.pipeline.store import Store
from datamodel_pipeline.schema.tables import Table
from datamodel_pipeline.spec.specs import Entity

if TYPE_CHECKING:
    from datamodel_pipeline.design.entity_map import Unit
    from datamodel_pipeline.schema.expressions import Written

SAID = "said"
"""Marks the records of units about which there is something to say, so that those of the others need not be loaded."""


class Tables:
    """The neutral tables of one model, by unit."""

    def __init__(self, store: Store, model: str, reading: Reading, mapping: Mapping) -> None:
        self._store = store
        self._model = model
        self._reading = reading
        self._mapping = mapping
        self._reads: dict[str, str] = {}

    def record_name(self, unit: str) -> str:
        """The name under which a unit's tables are remembered; also its node's name."""
        return f"{self._model}.tables:{unit}"

    def _outline_name(self, unit: str) -> str:
        return f"{self._model}.outline:{unit}"

    def _names_name(self, unit: str) -> str:
        return f"{self._model}.names:{unit}"

    def _glance_name(self, unit: str) -> str:
        return f"{self._model}.glance:{unit}"

    def meanings(self, unit: Unit) -> str:
        """The digests of what the unit's members mean."""
        return " ".join([self._reading.meaning(task) for task in self._mapping.files_of(unit)])

    def key(self, unit: Unit) -> str:
        """All that the unit's tables are made from, as digests."""
        return f"{self.meanings(unit)} {self._read_digest(unit)} {self._mapping.engines}"

    def _read_digest(self, unit: Unit) -> str:
        """The digest of what the unit reads of the map: remembered while neither the map nor the unit changed."""
        if unit.name not in self._reads:
            name, key = f"{self._model}.reads:{unit.name}", f"{self._mapping.digest} {self.meanings(unit)}"
            if not self._store.is_current(name, key):
                value = digest_value(resolve.reads(self.members(unit), self._mapping.entities))
                self._store.put(name, key, value, None)
            self._reads[unit.name] = self._store.digest_of(name)
        return self._reads[unit.name]

    def is_current(self, unit: Unit) -> bool:
        """Whether the unit's tables are remembered from these very inputs."""
        named = (self.record_name, self._names_name, self._outline_name, self._glance_name)
        return self._store.are_current([name(unit.name) for name in named], self.key(unit))

    def members(self, unit: Unit) -> tuple[Entity, ...]:
        """The specs of a unit, its root first."""
        return tuple(
            entity for task in self._mapping.files_of(unit) if (entity := self._reading.entity(task)) is not None
        )

    def run(self, unit: Unit) -> None:
        """Makes the unit's tables. Raises BuildError."""
        members = self.members(unit)
        expressions, problems = self._expressions(members)
        resolved = resolve.resolve_unit(members, self._mapping.entities, self._mapping.decisions, expressions)
        found = self._mapping.relocated((*problems, *resolved.diagnostics))
        if has_errors(found):
            raise BuildError(found)
        key, value = self.key(unit), digest_value(resolved.tables)
        glances = [glance.glance(table, members) for table in resolved.tables]
        names = tuple(table.name for table in resolved.tables), sum(seen.left_out for seen in glances)
        self._store.put(self._names_name(unit.name), key, SAID if resolved.diagnostics else "", names)
        outline = tuple(_outline(table) for table in resolved.tables)
        self._store.put(self._outline_name(unit.name), key, digest_value(outline), outline)
        self._store.put(self._glance_name(unit.name), key, None, tuple(seen.table for seen in glances))
        self._store.put(self.record_name(unit.name), key, value, (resolved.tables, resolved.diagnostics))

    def _expressions(self, members: tuple[Entity, ...]) -> tuple[dict[str, Written], list[Diagnostic]]:
        """Every piece of SQL of these specs, spelled for the model's engines; remembered by text."""
        engines = self._mapping.products
        found: dict[str, Written] = {}
        problems: list[Diagnostic] = []
        for site in (site for member in members for site in resolve.sql_of(member)):
            key = digest(site.key, site.place, *engines)
            if self._store.is_current(f"sql:{key}", key):
                found[site.key] = self._store.value(f"sql:{key}")
                continue
            from datamodel_pipeline.parsing import expressions

            sql, place = site.sql, site.place
            reading = expressions.read(sql.text, sql.spelled, engines, neutral=sql.neutral, place=place)
            problems += [self._sql_problem(site.at, problem.offset, problem.what) for problem in reading.problems]
            if reading.written is not None:
                found[site.key] = reading.written
                self._store.put(f"sql:{key}", key, "", reading.written)
        return found, problems

    def _sql_problem(self, at: tuple[str, ...], offset: int, what: str) -> Diagnostic:
        marks = self._reading.marks(self._mapping.task_of[at[0]])
        why = "the build spells this SQL for every engine of the model, so it must be able to read it"
        return Diagnostic("unreadable-sql", what, why, location=marks.inside(at[1:], offset), at=at)

    def of(self, unit: str) -> tuple[Table, ...]:
        """The unit's tables, with the names that its own conventions gave."""
        tables: tuple[Table, ...] = self._store.value(self.record_name(unit))[0]
        return tables

    def names(self, unit: str) -> tuple[str, ...]:
        """The names of the unit's tables."""
        names: tuple[str, ...] = self._store.value(self._names_name(unit))[0]
        return names

    def left_out(self) -> int:
        """How many columns all tables have beside those that a glance shows."""
        self._store.values(f"{self._model}.names:")
        return sum(self._store.value(self._names_name(unit.name))[1] for unit in self._mapping.units)

    def owner(self, table: str) -> str:
        """The entity that a table belongs to, "" when there is no such table."""
        found = (t.entity for unit in self.outlines.values() for t in unit if t.name == table)
        return next(found, "")

    def findings(self, unit: str) -> tuple[Diagnostic, ...]:
        """Warnings about the unit, not yet located: a comment moves what they are about, and remakes nothing."""
        if self._store.digest_of(self._names_name(unit)) != SAID:
            return ()
        found: tuple[Diagnostic, ...] = self._store.value(self.record_name(unit))[1]
        return found

    def digest_of(self, unit: str) -> str:
        """The digest of the unit's tables."""
        return self._store.digest_of(self.record_name(unit))

    def glance(self, unit: str) -> tuple[Table, ...]:
        """What sections see of the unit's tables, with the names that its own conventions gave."""
        tables: tuple[Table, ...] = self._store.value(self._glance_name(unit))
        return tables

    def glance_digest(self, unit: str) -> str:
        """The digest of what sections see of the unit's tables."""
        return self._store.digest_of(self._glance_name(unit))

    @property
    def outline_digest(self) -> str:
        """The digest of all outlines."""
        return digest(*(self._store.digest_of(self._outline_name(unit.name)) for unit in self._mapping.units))

    @cached_property
    def outlines(self) -> dict[str, tuple[Table, ...]]:
        """The outlines of all units."""
        self._store.values(f"{self._model}.outline:")
        return {unit.name: self._store.value(self._outline_name(unit.name)) for unit in self._mapping.units}


def _outline(table: Table) -> Table:
    """The table with only what orders tables and what makes names clash."""
    keyed = {name for key in table.foreign_keys for name in key.columns}
    return replace(
        table,
        columns=tuple(replace(c, why="", comment="") for c in table.columns if c.name in keyed),
        unique_keys=tuple(replace(key, why="") for key in table.unique_keys),
        checks=tuple(replace(check, why="") for check in table.checks),
        foreign_keys=tuple(replace(key, why="") for key in table.foreign_keys),
        indexes=tuple(replace(index, why="") for index in table.indexes),
        comment="",
        why="",
    )
