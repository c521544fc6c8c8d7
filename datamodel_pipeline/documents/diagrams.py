"""Which diagrams a schema gets: one picture while it is readable, an overview and one per group after that.

In: tables. Out: diagrams that all fit Mermaid's budgets, with a sentence about what each leaves out. The steps of 12
and 40 tables come from looking at how existing tools' pictures of real schemas become unreadable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents import glance, mermaid
from datamodel_pipeline.documents.mermaid import Attribute, Edge, Node
from datamodel_pipeline.documents.wording import counted, listed
from datamodel_pipeline.schema.tables import ForeignKey, Table

ALL_COLUMNS = 12
KEYS_ONLY = 40
GROUPED = 16
"""So many tables stand in one picture where there are groups to split them by."""
SEVERAL = 3
"""So many groups make an overview that says something."""
STUBS = 8
"""So many tables of other groups are drawn beside a group; the rest are named in the text."""

UNGROUPED = "Other"


@dataclass(frozen=True, slots=True)
class Diagram:
    """One picture: `title` is "" where it is the only one; `note` says what it leaves out."""

    title: str
    text: str
    note: str = ""


def diagrams(tables: Sequence[Table]) -> tuple[Diagram, ...]:
    """The pictures of a schema, in the order of the document. Tables without relations are in none of them."""
    drawn = related(tables)
    if not drawn:
        return ()
    small = len(drawn) <= ALL_COLUMNS and len(tables) <= glance.WHOLE
    groups = _groups(drawn)
    most = GROUPED if len(groups) >= SEVERAL else KEYS_ONLY
    for whole in (True, False) if small else (False,) if len(drawn) <= most else ():
        edges = [edge for table in drawn for edge in _edges(table, hubs=small)]
        text = mermaid.diagram([_node(table, whole=whole) for table in drawn], edges)
        if mermaid.fits(text, len(edges)):
            return (Diagram("", text, "" if small else _hub_note(drawn)),)
    overview = (_overview(drawn, groups),) if len(groups) > 1 else ()
    lines = _Lines.of(drawn)
    return (*overview, *(one for name, members in groups.items() for one in _group(name, members, lines)))


def related(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The tables that reference another one of them, or are referenced, or reference themselves; in their order."""
    known = {table.name for table in tables}
    targets = {key.ref_table for table in tables for key in table.foreign_keys}
    return tuple(
        table for table in tables if table.name in targets or any(key.ref_table in known for key in table.foreign_keys)
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """All lines of a large schema but those to the tenant, by the table at either end."""

    by_child: Mapping[str, tuple[Edge, ...]]
    by_parent: Mapping[str, Sequence[Edge]]

    @classmethod
    def of(cls, tables: Sequence[Table]) -> _Lines:
        """The lines between these tables."""
        by_parent: dict[str, list[Edge]] = {table.name: [] for table in tables}
        by_child: dict[str, tuple[Edge, ...]] = {}
        for table in tables:
            by_child[table.name] = tuple(edge for edge in _edges(table, hubs=False) if edge.parent in by_parent)
            for edge in by_child[table.name]:
                by_parent[edge.parent].append(edge)
        return cls(by_child, by_parent)


def _node(table: Table, *, whole: bool) -> Node:
    """The table's box with all columns, or with those of its keys."""
    primary = table.primary_key.columns if table.primary_key else ()
    foreign = {name for key in table.foreign_keys for name in key.columns}
    unique = {key.columns[0] for key in table.unique_keys if len(key.columns) == 1}
    attributes = []
    marked = {*primary, *foreign, *unique}
    for column in table.columns if whole else (one for one in table.columns if one.name in marked):
        keys = [word for word, names in (("PK", primary), ("FK", foreign), ("UK", unique)) if column.name in names]
        attributes.append(Attribute(mermaid.type_word(column.type), column.name, tuple(keys)))
    return Node(table.name, tuple(attributes))


def _edges(table: Table, *, hubs: bool) -> tuple[Edge, ...]:
    """One line per foreign key; the tenant's own key only where `hubs` are drawn."""
    uniques = _uniques(table)
    return tuple(_edge(table, key, uniques) for key in table.foreign_keys if hubs or not _is_hub(table, key))


def _is_hub(table: Table, key: ForeignKey) -> bool:
    """Whether this is the key to the tenant, which every table has and no picture gains from."""
    return bool(table.tenant_column) and key.columns == (table.tenant_column,)


def _uniques(table: Table) -> list[set[str]]:
    """The sets of columns that no two rows share. Unique among live rows counts: that is what the model means."""
    uniques = [set(key.columns) for key in table.unique_keys]
    uniques += [set(table.primary_key.columns)] if table.primary_key else []
    return uniques + [
        set(index.columns)
        for index in table.indexes
        if index.unique and len(index.columns) == len(index.parts) and (index.where is None or table.live_column)
    ]


def _edge(table: Table, key: ForeignKey, uniques: Sequence[set[str]]) -> Edge:
    """The line of one foreign key, with its cardinality from NULLs and unique keys."""
    own = [name for name in key.columns if name != table.tenant_column] or list(key.columns)
    columns = [table.column(name) for name in own]
    optional = any(column is not None and column.nullable for column in columns)
    single = any(unique <= set(key.columns) for unique in uniques)
    return Edge(key.ref_table, table.name, ", ".join(own), optional, single)


def _hub_note(tables: Sequence[Table]) -> str:
    """What the picture says nothing of: the keys to the tenant."""
    hubs = [key.ref_table for table in tables for key in table.foreign_keys if _is_hub(table, key)]
    if not hubs:
        return ""
    return f"Left out: {counted(len(hubs), 'line')} to `{hubs[0]}`, the tenant."


def _groups(tables: Sequence[Table]) -> dict[str, list[Table]]:
    """The tables by group, groups by name, those without one last."""
    groups: dict[str, list[Table]] = {}
    for table in tables:
        groups.setdefault(table.group or UNGROUPED, []).append(table)
    return dict(sorted(groups.items(), key=lambda item: (item[0] == UNGROUPED, item[0])))


def _overview(tables: Sequence[Table], groups: Mapping[str, Sequence[Table]]) -> Diagram:
    """One box a group, one line per pair of groups with the number of foreign keys; the heaviest lines win."""
    label = {name: f"{name} ({counted(len(members), 'table')})" for name, members in groups.items()}
    home = {table.name: name for name, members in groups.items() for table in members}
    counts = Counter(
        (home[key.ref_table], home[table.name])
        for table in tables
        for key in table.foreign_keys
        if home.get(key.ref_table, home[table.name]) != home[table.name] and not _is_hub(table, key)
    )
    heaviest = sorted(counts, key=lambda pair: (-counts[pair], pair))
    limit = mermaid.EDGES
    while True:
        edges = [Edge(label[a], label[b], counted(counts[a, b], "foreign key")) for a, b in sorted(heaviest[:limit])]
        shown = {name for pair in heaviest[:limit] for name in pair} if limit < mermaid.EDGES else set(groups)
        text = mermaid.diagram([Node(label[name]) for name in groups if name in shown], edges)
        if mermaid.fits(text, len(edges)) or not limit:
            break
        limit //= 2
    note = "Each box is a group of tables; a line counts the foreign keys between two groups."
    return Diagram("Overview", text, " ".join([note, _hub_note(tables)]).strip())


def _group(name: str, members: Sequence[Table], lines: _Lines) -> tuple[Diagram, ...]:
    """A group's tables with their keys, and their neighbours elsewhere as stubs; in parts where one is too large."""
    if len(members) <= KEYS_ONLY and (one := _picture(name, members, lines)):
        return (one,)
    if len(members) == 1:
        return (_truncated(name, members[0]),)
    count = max(2, -(-len(members) // KEYS_ONLY))
    size = -(-len(members) // count)
    parts = [members[start : start + size] for start in range(0, len(members), size)]
    return tuple(one for number, part in enumerate(parts, 1) for one in _group(f"{name} {number}", part, lines))


def _picture(name: str, members: Sequence[Table], lines: _Lines) -> Diagram | None:
    """The group's diagram, or None when it is over budget."""
    inside = {table.name for table in members}
    outgoing = [edge for table in members for edge in lines.by_child[table.name]]
    incoming = [edge for table in members for edge in lines.by_parent[table.name] if edge.child not in inside]
    near = dict.fromkeys(edge.parent for edge in outgoing if edge.parent not in inside)
    near |= dict.fromkeys(edge.child for edge in incoming)
    stubs, cut = list(near)[:STUBS], list(near)[STUBS:]
    shown = inside.union(stubs)
    edges = [edge for edge in (*outgoing, *incoming) if edge.parent in shown and edge.child in shown]
    nodes = [_node(table, whole=False) for table in members] + [Node(stub) for stub in sorted(stubs)]
    text = mermaid.diagram(nodes, edges)
    if not mermaid.fits(text, len(edges)):
        return None
    return Diagram(name, text, _cut_note(cut))


def _cut_note(cut: Sequence[str]) -> str:
    """The neighbours that are not drawn, by name as far as anybody would read them."""
    named = [f"`{one}`" for one in cut[:STUBS]]
    more = [f"{len(cut) - STUBS} more"] if len(cut) > STUBS else []
    return f"Neighbours that are not drawn: {listed([*named, *more])}." if cut else ""


def _truncated(name: str, table: Table) -> Diagram:
    """One table that is over budget by itself: its box without columns and as many lines as fit."""
    edges = list(_edges(table, hubs=False))[: mermaid.EDGES]
    text = mermaid.diagram([Node(table.name)], edges)
    while not mermaid.fits(text, len(edges)):
        edges = edges[: len(edges) // 2]
        text = mermaid.diagram([Node(table.name)], edges)
    return Diagram(name, text, f"`{table.name}` is too large for a picture: columns and some lines are left out.")
