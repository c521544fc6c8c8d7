"""Why entities cannot become tables together: inheritance in circles, references between stores, choices at odds.

In: the entries of a model and its decisions. Out: diagnostics. It refuses to mend anything, and to ask whether names
exist and inverses match: `spec.check` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamodel_pipeline.design.entries import EntityEntry, Kin, Link
from datamodel_pipeline.design.words import article
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.spec.specs import Decisions

Entries = Mapping[str, EntityEntry]


def problems(entries: Entries, decisions: Decisions) -> Iterator[Diagnostic]:
    """Every problem between entities, in a fixed order."""
    yield from _tenant(entries, decisions)
    kin = Kin(entries)
    for own in entries.values():
        yield from _inheritance(entries, kin, own, decisions)
        for link in own.links:
            yield from _many_to_many(own, link, entries.get(link.target))


def _tenant(entries: Entries, decisions: Decisions) -> Iterator[Diagnostic]:
    tenancy = decisions.tenancy
    tenant = entries.get(tenancy.tenant)
    if tenancy.strategy == "shared" and tenant and tenant.store != "sql":
        yield Diagnostic(
            "tenant-without-table",
            f"the tenant {tenant.name} is kept in {tenant.store}",
            why="tenant_id is a foreign key to the tenant's table, and a document store has none.",
            fix=f"Store {tenant.name} in SQL, or choose another entity as the tenant.",
            at=("model", "decisions", "tenancy", "tenant"),
        )


def _inheritance(entries: Entries, kin: Kin, own: EntityEntry, decisions: Decisions) -> Iterator[Diagnostic]:
    at = (own.name, "is_a", "entity")
    if own.parent not in entries or own.parent == own.name:
        return
    if kin.circular(own.name):
        again = f"{article(own.name)} {own.name} again"
        yield Diagnostic(
            "inheritance-cycle",
            f"{own.name} is {article(own.parent)} {own.parent}, which in the end is {again}",
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
                f"{own.name} cannot have `{key}: {chosen}`: "
                f"it is {article(top.name)} {top.name}, and that has {theirs}",
                why="One row of the ancestor and one of the child are the same thing; they live and die together.",
                fix=f"Remove `{own.name}: {chosen}`, or choose {chosen} for {top.name}.",
                at=("model", "decisions", key, own.name),
            )


def _many_to_many(own: EntityEntry, link: Link, target: EntityEntry | None) -> Iterator[Diagnostic]:
    if target is None or link.kind != "many_to_many":
        return
    apart = next((entity for entity in (own, target) if entity.store != "sql"), None)
    if apart and own.store != target.store:
        yield Diagnostic(
            "junction-to-document-store",
            f"{own.name}.{link.name} is many_to_many, but {apart.name} is kept in {apart.store}",
            why="A junction table holds foreign keys to both sides, and a foreign key cannot leave the SQL database.",
            fix=f"Keep the ids as an attribute instead: `{link.name}: array(string(64))`.",
            at=(own.name, "relationships", link.name, link.kind),
        )
