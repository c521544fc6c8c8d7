"""What is wrong between entities: names that do not exist, inverses without their belongs_to, inheritance in circles.

In: the entries of a model and its decisions. Out: diagnostics. It refuses to mend anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from datamodel_pipeline.design.entries import EntityEntry, Kin, Link
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.spec.specs import Decisions
from datamodel_pipeline.spec.suggest import closest

Entries = Mapping[str, EntityEntry]


def problems(entries: Entries, decisions: Decisions) -> Iterator[Diagnostic]:
    """Every problem that takes more than one file to see, in a fixed order."""
    yield from _decisions(entries, decisions)
    kin = Kin(entries)
    for own in entries.values():
        yield from _inheritance(entries, kin, own, decisions)
        for link in own.links:
            yield from _link(entries, own, link)


def unknown_entity(name: str, entries: Iterable[str], said_by: str, at: tuple[str, ...]) -> Diagnostic:
    """An entity is named that no file describes."""
    near = closest(name, tuple(entries))
    return Diagnostic(
        "unknown-entity",
        f"{said_by} names the entity {name}, which does not exist",
        why="Every entity that is named needs a file of its own below entities/.",
        fix=f"Did you mean {near}?" if near else f"Write entities/{name.lower()}.yaml, or name an entity that exists.",
        at=at,
    )


def _decisions(entries: Entries, decisions: Decisions) -> Iterator[Diagnostic]:
    tenancy, at = decisions.tenancy, ("model", "decisions")
    if tenancy.tenant and tenancy.tenant not in entries:
        yield unknown_entity(tenancy.tenant, entries, "decisions.tenancy", (*at, "tenancy", "tenant"))
    elif tenancy.strategy == "shared" and tenancy.tenant and entries[tenancy.tenant].store != "sql":
        yield Diagnostic(
            "tenant-without-table",
            f"the tenant {tenancy.tenant} is kept in {entries[tenancy.tenant].store}",
            why="tenant_id is a foreign key to the tenant's table, and a document store has none.",
            fix=f"Store {tenancy.tenant} in SQL, or choose another entity as the tenant.",
            at=(*at, "tenancy", "tenant"),
        )
    for position, name in enumerate(tenancy.shared_entities):
        if name not in entries:
            where = (*at, "tenancy", "shared_entities", str(position))
            yield unknown_entity(name, entries, "decisions.tenancy.shared_entities", where)
    for key, choice in (("deletes", decisions.deletes), ("primary_keys", decisions.primary_keys)):
        for name, _ in choice.exceptions:
            if name not in entries:
                yield unknown_entity(name, entries, f"decisions.{key}", (*at, key, name))


def _inheritance(entries: Entries, kin: Kin, own: EntityEntry, decisions: Decisions) -> Iterator[Diagnostic]:
    if not own.parent:
        return
    at = (own.name, "is_a")
    if own.parent not in entries:
        yield unknown_entity(own.parent, entries, f"{own.name}.is_a", at)
    elif kin.circular(own.name):
        yield Diagnostic(
            "inheritance-cycle",
            f"{own.name} is a {own.parent}, which in the end is a {own.name} again",
            why="A table cannot be the parent of its own parent.",
            fix=f"Take the is_a out of {own.name} or of {own.parent}.",
            at=at,
        )
    elif own.store != "sql" or entries[own.parent].store != "sql":
        yield Diagnostic(
            "inheritance-across-stores",
            f"{own.name} is kept in {own.store}, its parent {own.parent} in {entries[own.parent].store}",
            why="is_a shares a table or a key, which only tables in the SQL database can do.",
            fix=f"Replace is_a by a relationship: `{own.parent.lower()}: {{belongs_to: {own.parent}}}`.",
            at=at,
        )
    else:
        yield from _own_choices(own, kin.top(own.name), decisions)


def _own_choices(own: EntityEntry, top: EntityEntry, decisions: Decisions) -> Iterator[Diagnostic]:
    """Choices for a child that its ancestor has made already."""
    for key, choice, theirs in (
        ("deletes", decisions.deletes, top.deletes),
        ("primary_keys", decisions.primary_keys, top.key),
    ):
        chosen = dict(choice.exceptions).get(own.name, theirs)
        if chosen != theirs:
            yield Diagnostic(
                "inherited-decision",
                f"{own.name} cannot have `{key}: {chosen}`: it is a {top.name}, and that has {theirs}",
                why="One row of the ancestor and one of the child are the same thing; they live and die together.",
                fix=f"Remove `{own.name}: {chosen}`, or choose {chosen} for {top.name}.",
                at=("model", "decisions", key, own.name),
            )


def _link(entries: Entries, own: EntityEntry, link: Link) -> Iterator[Diagnostic]:
    at = (own.name, "relationships", link.name)
    target = entries.get(link.target)
    if target is None:
        yield unknown_entity(link.target, entries, f"{own.name}.{link.name}", (*at, link.kind))
    elif link.kind == "many_to_many":
        yield from _many_to_many(own, link, target)
    elif link.kind in {"has_many", "has_one"}:
        yield from _inverse(own, link, target)


def _many_to_many(own: EntityEntry, link: Link, target: EntityEntry) -> Iterator[Diagnostic]:
    at = (own.name, "relationships", link.name)
    apart = next((entity for entity in (own, target) if entity.store != "sql"), None)
    if apart and own.store != target.store:
        yield Diagnostic(
            "junction-to-document-store",
            f"{own.name}.{link.name} is many_to_many, but {apart.name} is kept in {apart.store}",
            why="A junction table holds foreign keys to both sides, and a foreign key cannot leave the SQL database.",
            fix=f"Keep the ids as an attribute instead: `{link.name}: array(string(64))`.",
            at=(*at, link.kind),
        )
    if not link.inverse:
        return
    back = next((other for other in target.links if other.name == link.inverse), None)
    if back is None or back.kind != "many_to_many" or back.target != own.name:
        yield Diagnostic(
            "inverse-missing",
            f"{own.name}.{link.name} is the inverse of {target.name}.{link.inverse}, "
            f"which is no many_to_many to {own.name}",
            why="Both sides must speak of the same junction table.",
            fix=f"Write in {target.name}: `{link.inverse}: {{many_to_many: {own.name}}}`, or remove `inverse`.",
            at=(*at, "inverse"),
        )


def _inverse(own: EntityEntry, link: Link, target: EntityEntry) -> Iterator[Diagnostic]:
    at = (own.name, "relationships", link.name)
    back = [other for other in target.links if other.kind == "belongs_to" and other.target == own.name]
    name = link.inverse or own.name.lower()
    unique = ", unique: true" if link.kind == "has_one" else ""
    if link.inverse:
        back = [other for other in back if other.name == link.inverse]
    if not back:
        said = f" called {link.inverse}" if link.inverse else ""
        yield Diagnostic(
            "inverse-missing",
            f"{own.name}.{link.name} says {link.kind} {target.name}, "
            f"but {target.name} has no belongs_to {own.name}{said}",
            why="The foreign key stands on the side that belongs; without it there is nothing to count.",
            fix=f"Write in {target.name}: `{name}: {{belongs_to: {own.name}{unique}}}`.",
            at=(*at, link.kind),
        )
    elif len(back) > 1:
        names = ", ".join(other.name for other in back)
        yield Diagnostic(
            "inverse-ambiguous",
            f"{own.name}.{link.name} could mean {names} of {target.name}",
            why="It is not clear which foreign key it mirrors.",
            fix=f"Say which: `{link.name}: {{{link.kind}: {target.name}, inverse: {back[0].name}}}`.",
            at=(*at, link.kind),
        )
    elif link.kind == "has_one" and not back[0].unique:
        yield Diagnostic(
            "inverse-not-unique",
            f"{own.name}.{link.name} says has_one, but many {target.name} rows may name one {own.name}",
            why="Only a unique foreign key makes it one.",
            fix=f"Write in {target.name}: `{back[0].name}: {{belongs_to: {own.name}, unique: true}}`, or say has_many.",
            at=(*at, link.kind),
        )
