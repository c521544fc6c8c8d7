"""What entities know of each other: a small projection of every entity, and the map that tables are made with.

In: entries, made from entities one at a time, and the model's decisions. Out: the map, its units, and the problems
that need more than one file to see. It refuses to know columns: a table's own columns are `resolve`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from datamodel_pipeline.design import naming, table_names
from datamodel_pipeline.design.entries import EntityEntry, Kin, entry, mirrored
from datamodel_pipeline.design.map_problems import problems
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.spec.specs import Decisions

__all__ = ["EntityEntry", "EntityMap", "Reference", "Unit", "build", "entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An entity as the target of a foreign key, inheritance applied.

    `root` is the entity whose file makes the table: the entity itself, or the ancestor whose table it shares.
    """

    entity: str
    root: str
    table: str
    key: str
    deletes: str
    scoped: bool
    store: str
    renamed_from: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is resolved together: the root entity, and the members whose attributes its tables hold, root first."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityMap:
    """All entities of a model and how they hang together.

    `members`: root → itself and the single_table descendants; `parents`: table_per_type root → the entity it is;
    `junctions`: (entity, relationship) → junction table, for the side that makes it; `referenced`: roots whose tables
    other tables of the same tenant refer to; `archived`: roots whose tables have an archive beside them.
    """

    references: Mapping[str, Reference] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    junctions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    referenced: frozenset[str] = frozenset()
    archived: frozenset[str] = frozenset()
    tenant: str = ""

    def units(self) -> tuple[Unit, ...]:
        """One unit for every entity with a table of its own, by name."""
        return tuple(Unit(root, members) for root, members in sorted(self.members.items()))


def build(entries: Iterable[EntityEntry], decisions: Decisions) -> tuple[EntityMap, tuple[Diagnostic, ...]]:
    """The map of these entries, and what does not fit together (which is left out of the map)."""
    known = {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}
    made = _assemble(known, decisions)
    return made, (*problems(known, decisions), *table_names.problems(known, decisions), *_table_clashes(made))


def _assemble(known: Mapping[str, EntityEntry], decisions: Decisions) -> EntityMap:
    kin = Kin(known)
    references = {name: _reference(kin, name) for name in known}
    members: dict[str, list[str]] = {name: [name] for name, ref in references.items() if _own_table(ref)}
    parents: dict[str, str] = {}
    for name, ref in references.items():
        if ref.store == "sql" and ref.root != name:
            members[ref.root].append(name)
        elif _own_table(ref) and (parent := kin.parent(name)):
            parents[name] = parent.name
    tenant = references.get(decisions.tenancy.tenant) if decisions.tenancy.strategy == "shared" else None
    return EntityMap(
        references=references,
        members={root: tuple(names) for root, names in members.items()},
        parents=parents,
        junctions=_junctions(known, references),
        referenced=frozenset(_referenced(known, references, parents)),
        archived=frozenset(
            root
            for root, names in members.items()
            if references[root].deletes == "archival" or any(known[name].archives for name in names)
        ),
        tenant=tenant.entity if tenant and tenant.store == "sql" else "",
    )


def _own_table(reference: Reference) -> bool:
    return reference.store == "sql" and reference.root == reference.entity


def _reference(kin: Kin, name: str) -> Reference:
    own, root, top = kin.entries[name], kin.root(name), kin.top(name)
    return Reference(
        entity=name,
        root=root.name,
        table=root.table,
        key=top.key,
        deletes=top.deletes,
        scoped=top.tenant_scoped and own.store == "sql",
        store=own.store,
        renamed_from=own.renamed_from,
    )


def _junctions(entries: Mapping[str, EntityEntry], references: Mapping[str, Reference]) -> dict[tuple[str, str], str]:
    tables = {}
    for owner in entries.values():
        for link in owner.links:
            target = references.get(link.target)
            both_sql = target is not None and target.store == "sql" and owner.store == "sql"
            if link.kind == "many_to_many" and both_sql and not mirrored(entries, owner, link):
                tables[owner.name, link.name] = naming.junction(owner.name, link.name)
    return tables


def _referenced(
    entries: Mapping[str, EntityEntry], references: Mapping[str, Reference], parents: Mapping[str, str]
) -> Iterable[str]:
    """Roots of tenant-scoped tables that a foreign key with tenant_id needs a (tenant_id, id) key on."""
    for child, parent in parents.items():
        if references[child].scoped:
            yield references[parent].root
    for owner in entries.values():
        own = references[owner.name]
        for link in owner.links:
            target = references.get(link.target)
            if own.store != "sql" or target is None or target.store != "sql":
                continue
            if target.scoped and (link.kind == "many_to_many" or (link.kind == "belongs_to" and own.scoped)):
                yield target.root
            if own.scoped and link.kind == "many_to_many":
                yield own.root


def _table_clashes(made: EntityMap) -> Iterable[Diagnostic]:
    """Tables that would have the same name, letter case aside. An archive is not asked where its table clashes."""
    taken: dict[str, str] = {}
    clashing: set[str] = set()
    for table, owner, at in _wanted(made):
        first = taken.setdefault(table.lower(), owner)
        if first == owner or (at[0] in clashing and at[1] == "entity"):
            continue
        clashing.add(at[0])
        yield Diagnostic(
            "duplicate-table",
            f"{first} and {owner} both need a table called {table}",
            why="A table can hold one of them only.",
            fix=f"Rename one of the two, or give an entity a table of another name: `table: {table}_2`.",
            at=at,
        )


def _wanted(made: EntityMap) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    """Every table of the map, whose it is, and where that stands."""
    for root in made.members:
        yield made.references[root].table, f"entity {root}", (root, "entity")
    for root in made.members:
        if root in made.archived:
            yield naming.archive(made.references[root].table), f"the archive of {root}", (root, "entity")
    for (owner, relationship), table in sorted(made.junctions.items()):
        yield table, f"{owner}.{relationship}", (owner, "relationships", relationship)
