"""The second stage of a model: how its entities fit together.

In: the meaning of every spec file. Out: the entity map, its units, and the problems between files. Each entity's small
projections are remembered with the digest they were made from, so one edited entity loads one entity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from datamodel_pipeline.design import entity_map
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.documents import glance
from datamodel_pipeline.pipeline.fingerprint import digest, digest_value
from datamodel_pipeline.pipeline.reading import MODEL, Reading
from datamodel_pipeline.pipeline.scan import ModelFiles
from datamodel_pipeline.pipeline.store import Store
from datamodel_pipeline.spec import marks
from datamodel_pipeline.spec.check import check_outlines
from datamodel_pipeline.spec.check_entity import check_entity
from datamodel_pipeline.spec.outline import EntityOutline, outline
from datamodel_pipeline.spec.specs import Decisions, Entity, Model

if TYPE_CHECKING:
    from datamodel_pipeline.design.entity_map import EntityEntry, EntityMap, Unit
    from datamodel_pipeline.spec.marks import Marks


@dataclass(frozen=True, slots=True)
class Projection:
    """What other entities and checks need of one file, and what is wrong inside of it under the model's decisions.

    `meaning` is the digest of what the file means. A file with errors has no entry; it may have an outline. `glance` is
    what sections see of the entity. The digests are those of the entry and the glance.
    """

    task: str
    meaning: str
    outline: EntityOutline | None
    entry: EntityEntry | None
    findings: tuple[Diagnostic, ...]
    glance: Entity | None
    entry_digest: str
    glance_digest: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """The value of the map's record."""

    decisions: str
    projections: tuple[Projection, ...]
    diagnostics: tuple[Diagnostic, ...]


class Mapping:
    """The entity map of one model."""

    def __init__(self, store: Store, files: ModelFiles, reading: Reading) -> None:
        self._store = store
        self._files = files
        self._reading = reading
        self.record = f"{files.name}.map"

    @cached_property
    def model(self) -> Model | None:
        """model.yaml, if it could be read."""
        return self._reading.model()

    @property
    def decisions(self) -> Decisions:
        """The model's decisions; the defaults while model.yaml cannot be read."""
        return self.model.decisions if self.model else Decisions()

    @property
    def products(self) -> tuple[str, ...]:
        """The engines' products, in the order of the decisions."""
        return tuple(choice.product for choice in self.decisions.engines)

    @cached_property
    def engines(self) -> str:
        """The engines' products as one word."""
        return "+".join(self.products)

    @cached_property
    def key(self) -> str:
        """The digest of all that the map is made from."""
        tasks = self._reading.sources
        return digest(*(part for task in tasks for part in (task, self._reading.meaning(task))))

    @property
    def is_current(self) -> bool:
        """Whether the remembered map was made from these very specs."""
        return self._store.is_current(self.record, self.key)

    def remember(self) -> None:
        """Puts the map into the memory."""
        value = Remembered(self.decisions_digest, self.projections, self.diagnostics)
        self._store.put(self.record, self.key, self.digest, value)

    @cached_property
    def decisions_digest(self) -> str:
        """The digest of the decisions."""
        return digest_value(self.decisions)

    @cached_property
    def digest(self) -> str:
        """The digest of all that one entity's tables may depend on beside its own file."""
        return digest(self.decisions_digest, *(projection.entry_digest for projection in self._entered))

    @cached_property
    def glances(self) -> tuple[Entity, ...]:
        """What sections see of the entities, by name."""
        found = (projection.glance for projection in self._entered if projection.glance)
        return tuple(sorted(found, key=lambda entity: entity.name))

    @cached_property
    def glances_digest(self) -> str:
        """The digest of what sections see of the entities."""
        return digest(*(projection.glance_digest for projection in self._entered))

    @cached_property
    def _before(self) -> Remembered | None:
        if self._store.record(self.record) is None:
            return None
        value: Remembered = self._store.value(self.record)
        return value

    @cached_property
    def projections(self) -> tuple[Projection, ...]:
        """The projections of every entity that could be read, by file."""
        before = self._before
        reusable = before is not None and before.decisions == self.decisions_digest
        known = {p.task: p for p in before.projections} if before and reusable else {}
        found = []
        for task in self._reading.entity_tasks:
            old = known.get(task)
            fresh = old is None or old.meaning != self._reading.meaning(task)
            found.append(self._projection(task) if old is None or fresh else old)
        return tuple(found)

    def _projection(self, task: str) -> Projection:
        entity, partial = self._reading.entity(task), self._reading.partial(task)
        entry = entity_map.entry(entity, self.decisions) if entity else None
        seen = glance.entity(entity) if entity else None
        return Projection(
            task=task,
            meaning=self._reading.meaning(task),
            outline=outline(entity) if entity else self._reading.outline(task),
            entry=entry,
            findings=check_entity(partial, self.model.decisions if self.model else None) if partial else (),
            glance=seen,
            entry_digest=digest_value(entry),
            glance_digest=digest_value(seen),
        )

    @cached_property
    def _entered(self) -> tuple[Projection, ...]:
        """The projections of entities that could be read; of two files with one entity, the first."""
        found: dict[str, Projection] = {}
        for projection in self.projections:
            if projection.entry:
                found.setdefault(projection.entry.name, projection)
        return tuple(found.values())

    @cached_property
    def entries(self) -> tuple[EntityEntry, ...]:
        """The entries of the entities that could be read."""
        return tuple(projection.entry for projection in self._entered if projection.entry)

    @cached_property
    def _built(self) -> tuple[EntityMap, tuple[Diagnostic, ...]]:
        return entity_map.build(self.entries, self.decisions)

    @property
    def entities(self) -> EntityMap:
        """How the entities hang together."""
        return self._built[0]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What is resolved together, by name."""
        return self.entities.units()

    @cached_property
    def task_of(self) -> dict[str, str]:
        """Entity name → its file in the task list."""
        found: dict[str, str] = {}
        for projection in self.projections:
            if projection.outline:
                found.setdefault(projection.outline.name, projection.task)
        return found

    def files_of(self, unit: Unit) -> tuple[str, ...]:
        """The files of a unit's members."""
        return tuple(self.task_of[member] for member in unit.members)

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every problem between files, located."""
        if self.is_current and self._before:
            return self.relocated(self._before.diagnostics)
        found = [*self._checked(), *self._built[1]]
        return self.relocated(tuple(found))

    def _checked(self) -> list[Diagnostic]:
        found = [] if MODEL in self._reading.sources else [_missing(self._files.folder)]
        outlines: dict[str, EntityOutline] = {}
        for projection in self.projections:
            one = projection.outline
            if one and one.name in outlines:
                other = self._reading.sources[self.task_of[one.name]].path
                found.append(_duplicate(one.name, self._reading.marks(projection.task), other))
            elif one:
                outlines[one.name] = one
                found += projection.findings
        return [*found, *check_outlines(self._reading.decisions(), outlines)]

    def relocated(self, diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """The diagnostics with the places in the files that their paths mean."""
        if not any(diagnostic.at for diagnostic in diagnostics):
            return diagnostics
        known = {"model": self._reading.marks(MODEL)} if MODEL in self._reading.sources else {}
        wanted = {diagnostic.at[0] for diagnostic in diagnostics if diagnostic.at}
        known |= {name: self._reading.marks(task) for name, task in self.task_of.items() if name in wanted}
        return marks.locate(diagnostics, known)


def _missing(folder: str) -> Diagnostic:
    from datamodel_pipeline.spec import load

    return load.missing_model(folder)


def _duplicate(name: str, places: Marks, first: str) -> Diagnostic:
    from datamodel_pipeline.spec import load

    return load.duplicate_entity(name, places, first)
