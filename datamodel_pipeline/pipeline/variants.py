"""The fourth stage of a model: each unit's tables on each engine, as SQL.

In: neutral tables. Out, per engine and unit: the SQL text, and the few facts (losses, steps, shared statements) that
sections see; these are remembered, and the lowered tables behind them are made again when a page wants them.
Before it, one look at all outlines settles the order of creation and names that clash.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from datamodel_pipeline.design import clashes
from datamodel_pipeline.engines import registry
from datamodel_pipeline.engines._engine import Engine, Loss, Statement
from datamodel_pipeline.pipeline.fingerprint import digest, digest_value
from datamodel_pipeline.pipeline.mapping import Mapping
from datamodel_pipeline.pipeline.store import Store
from datamodel_pipeline.pipeline.tables import Tables
from datamodel_pipeline.planning import creation
from datamodel_pipeline.planning.creation import Creation
from datamodel_pipeline.planning.plan import Step
from datamodel_pipeline.schema.tables import Table


@dataclass(frozen=True, slots=True)
class Order:
    """How the model's tables are made, and the names that had to give way."""

    creation: Creation
    renamings: tuple[clashes.Renaming, ...] = ()


@dataclass(frozen=True, slots=True)
class LoweredTable:
    """One table on one engine with all that was derived from it."""

    table: Table
    statements: tuple[Statement, ...]
    deferred: tuple[Statement, ...]
    prelude: tuple[Statement, ...]
    losses: tuple[Loss, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """One table's part of an engine's schema.sql: what comes before all tables, its own SQL, what comes after all."""

    table: str
    prelude: tuple[str, ...]
    sql: bytes
    deferred: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What sections about the whole model see of one table on one engine."""

    table: str
    prelude: tuple[Statement, ...]
    losses: tuple[Loss, ...]
    steps: tuple[Step, ...]


class Variants:
    """The tables of one model on its engines."""

    def __init__(self, store: Store, model: str, mapping: Mapping, tables: Tables) -> None:
        self._store = store
        self._model = model
        self._mapping = mapping
        self._tables = tables
        self._concerns_of = ""
        self._said: dict[str, list[str]] = {}
        self._lowered: dict[tuple[str, str], tuple[str, tuple[LoweredTable, ...]]] = {}

    @cached_property
    def engines(self) -> tuple[Engine, ...]:
        """The engines of the model, in the order of its decisions."""
        return tuple(registry.engine(choice.product, choice.version) for choice in self._mapping.decisions.engines)

    # -- order and names -------------------------------------------------------------------------------------------

    @property
    def _order_name(self) -> str:
        return f"{self._model}.order"

    @property
    def order_is_current(self) -> bool:
        """Whether the remembered order was made from these outlines."""
        return self._store.is_current(self._order_name, self._tables.outline_digest)

    @property
    def has_order(self) -> bool:
        """Whether any order is remembered."""
        return self._store.record(self._order_name) is not None

    def run_order(self) -> None:
        """Orders the tables and settles names that clash."""
        outlines = [table for unit in self._tables.outlines.values() for table in unit]
        renamings = clashes.renamings(outlines)
        settled = [clashes.renamed(table, renamings) for table in outlines]
        value = Order(creation.order(settled), renamings)
        self._store.put(self._order_name, self._tables.outline_digest, digest_value(value), value)

    @property
    def order(self) -> Order:
        """The order of creation."""
        value: Order = self._store.value(self._order_name)
        return value

    @property
    def order_digest(self) -> str:
        """The digest of the order of creation."""
        return self._store.digest_of(self._order_name)

    def tables_of(self, unit: str) -> tuple[Table, ...]:
        """The unit's neutral tables under their final names."""
        return tuple(clashes.renamed(table, self.order.renamings) for table in self._tables.of(unit))

    def glances_of(self, unit: str) -> tuple[Table, ...]:
        """What sections see of the unit's tables, under their final names; checks are not among it."""
        renamings = [renaming for renaming in self.order.renamings if renaming.kind != "checks"]
        return tuple(clashes.renamed(table, renamings) for table in self._tables.glance(unit))

    def _concerns(self, unit: str) -> str:
        """What the order says about this unit's tables, "" for nothing."""
        concerned = self._concerned
        if not concerned:
            return ""
        return repr([concerned[name] for name in self._tables.names(unit) if name in concerned])

    @property
    def _concerned(self) -> dict[str, list[str]]:
        """What the order says about single tables: keys to add later, names to change."""
        if self._concerns_of != self.order_digest:
            self._concerns_of = self.order_digest
            self._said = {}
            for pair in self.order.creation.deferred:
                self._said.setdefault(pair[0], []).append(repr(pair))
            for renaming in self.order.renamings:
                self._said.setdefault(renaming.table, []).append(repr(renaming))
        return self._said

    # -- one unit on one engine ------------------------------------------------------------------------------------

    def record_name(self, product: str, unit: str) -> str:
        """The name under which a unit on an engine is remembered; also its node's name."""
        return f"{self._model}.{product}:{unit}"

    def _script_name(self, product: str, unit: str) -> str:
        return f"{self._model}.script.{product}:{unit}"

    def key(self, engine: Engine, unit: str) -> str:
        """All that the SQL is made from, as digests."""
        return f"{engine.label} {self.tables_key(unit)}"

    def tables_key(self, unit: str) -> str:
        """All that the unit's tables under their final names are made from, as digests."""
        return f"{self._tables.digest_of(unit)} {self._concerns(unit)}"

    def is_current(self, engine: Engine, unit: str) -> bool:
        """Whether the unit's SQL for this engine is remembered from these very tables."""
        names = self.record_name(engine.product, unit), self._script_name(engine.product, unit)
        return self._store.are_current(names, self.key(engine, unit))

    def run(self, engine: Engine, unit: str) -> None:
        """Writes the unit's SQL for one engine."""
        lowered, key = self.lowered(engine, unit), self.key(engine, unit)
        self._store.put(self._script_name(engine.product, unit), key, "", tuple(map(_script, lowered)), keep=False)
        self._store.put(self.record_name(engine.product, unit), key, None, tuple(map(_facts, lowered)))

    def _lower(self, engine: Engine, table: Table, deferred: frozenset[tuple[str, str]]) -> LoweredTable:
        lowered = engine.lower(table)
        later = frozenset(name for owner, name in deferred if owner == table.name and engine.defers_foreign_keys())
        statements = engine.create(lowered.table, deferred=later)
        keys = [key for key in lowered.table.foreign_keys if key.name in later]
        added = tuple(made for key in keys if (made := engine.add_foreign_key(lowered.table, key)) is not None)
        return LoweredTable(
            table=lowered.table,
            statements=statements,
            deferred=added,
            prelude=engine.prelude([lowered.table]),
            losses=lowered.losses,
            steps=creation.steps(engine.product, lowered.table, (*statements, *added)),
        )

    def lowered(self, engine: Engine, unit: str) -> tuple[LoweredTable, ...]:
        """The unit's tables on this engine."""
        key = self.key(engine, unit)
        if self._lowered.get((engine.product, unit), ("",))[0] != key:
            deferred = frozenset(self.order.creation.deferred)
            made = tuple(self._lower(engine, table, deferred) for table in self.tables_of(unit))
            self._lowered[engine.product, unit] = key, made
        return self._lowered[engine.product, unit][1]

    def forget_lowered(self, unit: str) -> None:
        """Lets go of a unit's lowered tables, once its page is rendered."""
        for engine in self.engines:
            self._lowered.pop((engine.product, unit), None)

    # -- all units on one engine -----------------------------------------------------------------------------------

    def facts_digest(self, product: str) -> str:
        """The digest of the facts of all units on this engine."""
        return digest(*(self._store.digest_of(self.record_name(product, unit.name)) for unit in self._mapping.units))

    def facts(self, product: str) -> tuple[Facts, ...]:
        """The facts of all tables on this engine, in the order of creation."""
        self._store.values(f"{self._model}.{product}:")
        found: dict[str, Facts] = {}
        for unit in self._mapping.units:
            found |= {facts.table: facts for facts in self._store.value(self.record_name(product, unit.name))}
        return tuple(found[name] for name in self.order.creation.order)

    def scripts(self, product: str) -> tuple[Script, ...]:
        """The SQL of all tables on this engine, in the order of creation."""
        self._store.values(f"{self._model}.script.{product}:")
        found: dict[str, Script] = {}
        for unit in self._mapping.units:
            found |= {script.table: script for script in self._store.value(self._script_name(product, unit.name))}
        return tuple(found[name] for name in self.order.creation.order)


def _script(lowered: LoweredTable) -> Script:
    return Script(
        table=lowered.table.name,
        prelude=tuple(f"{statement.sql};" for statement in lowered.prelude),
        sql="\n\n".join(f"{statement.sql};" for statement in lowered.statements).encode(),
        deferred=tuple(f"{statement.sql};" for statement in lowered.deferred),
    )


def _facts(lowered: LoweredTable) -> Facts:
    """The facts; a step's SQL is in the table's script already, unless it comes after all tables."""
    made = len(lowered.statements)
    steps = (*(replace(step, sql="") for step in lowered.steps[:made]), *lowered.steps[made:])
    return Facts(
        table=lowered.table.name,
        prelude=lowered.prelude,
        losses=lowered.losses,
        steps=steps,
    )
