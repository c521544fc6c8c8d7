"""Executive summary: how large the model is, what stands at its centre, the decisions, the risks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from datamodel_pipeline.documents import decided
from datamodel_pipeline.documents.decided import DecisionRow
from datamodel_pipeline.documents.differences import differences, told
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, inline, slug, text
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.documents.wording import counted, listed, rows
from datamodel_pipeline.schema.tables import Origin, Table

CENTRES = 5
WIDEST = 2
"""So many facts about an engine stand in the summary."""
ENGINE_DIFFERENCES = "Engine differences"
"""The heading under which the rest of them stands."""
LARGE = 10_000_000
"""From so many rows on, an index or a rewrite takes long enough to plan for."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything; `extra` are kinds of tables that no entity is."""

    entities: int
    groups: int
    tables: int
    extra: tuple[str, ...]
    columns: int
    foreign_keys: int
    indexes: int


@dataclass(frozen=True, slots=True)
class ExecutiveSummaryData:
    """What `executive_summary.md.j2` receives. Paragraphs, risks and first looks are ready Markdown.

    The first paragraph says the size in words.
    """

    size: Size
    paragraphs: tuple[Markdown, ...]
    decisions: tuple[DecisionRow, ...]
    risks: tuple[Markdown, ...]
    first_looks: tuple[Markdown, ...]


def build(view: ModelView) -> ExecutiveSummaryData:
    """The summary of a model."""
    labels = [engine.label for engine in view.engines]
    size = _size(view)
    return ExecutiveSummaryData(
        size=size,
        paragraphs=tuple(Markdown(words) for words in (_words(size), _centre(view), _engines(view)) if words),
        decisions=decided.rows(view.specs.model.decisions, labels),
        risks=tuple(map(Markdown, (*_cycles(view), *_losses(view), *_large(view)))),
        first_looks=_first_looks(view),
    )


def amended(data: ExecutiveSummaryData, left_out: int) -> ExecutiveSummaryData:
    """The summary where tables have so many columns more than `build` saw."""
    size = replace(data.size, columns=data.size.columns + left_out)
    return replace(data, size=size, paragraphs=(Markdown(_words(size)), *data.paragraphs[1:]))


def _size(view: ModelView) -> Size:
    """The counts."""
    tables, entities = view.schema.tables, view.specs.entities
    origins = Counter(table.origin for table in tables)
    extra = [counted(origins[Origin.JUNCTION], "junction table")] if origins[Origin.JUNCTION] else []
    extra += [counted(origins[Origin.ARCHIVE], "archive table")] if origins[Origin.ARCHIVE] else []
    return Size(
        entities=len(entities),
        groups=len({entity.group for entity in entities if entity.group}),
        tables=len(tables),
        extra=tuple(extra),
        columns=sum(len(table.columns) for table in tables),
        foreign_keys=sum(len(table.foreign_keys) for table in tables),
        indexes=sum(len(table.indexes) for table in tables),
    )


def _words(size: Size) -> str:
    """The counts in one or two sentences."""
    if not size.tables:
        return f"The model has {counted(size.entities, 'entity')} and no tables."
    inside = f" in {counted(size.groups, 'group')}" if size.groups > 1 else ""
    verb = "becomes" if size.entities == 1 else "become"
    more = f", among them {listed(size.extra)}" if size.extra else ""
    return (
        f"The model has {counted(size.entities, 'entity')}{inside}, "
        f"which {verb} {counted(size.tables, 'table')}{more}. "
        f"{'It has' if size.tables == 1 else 'Together they have'} {counted(size.columns, 'column')}, "
        f"{counted(size.foreign_keys, 'foreign key')} and "
        f"{counted(size.indexes, 'index', 'indexes')} besides keys."
    )


def in_degrees(view: ModelView) -> Counter[str]:
    """How many foreign keys of other tables point to each table; the tenant's own keys do not count."""
    return Counter(
        key.ref_table
        for table in view.schema.tables
        for key in table.foreign_keys
        if key.ref_table != table.name and key.columns != (table.tenant_column,)
    )


def _centre(view: ModelView) -> str:
    """The tables that most others hang on."""
    degrees = in_degrees(view)
    ranked = sorted((name for name in degrees if degrees[name] > 1), key=lambda name: (-degrees[name], name))[:CENTRES]
    if not ranked:
        return ""
    first = f"{table_link(ranked[0])} ({counted(degrees[ranked[0]], 'foreign key')} from other tables)"
    rest = [f"{table_link(name)} ({degrees[name]})" for name in ranked[1:]]
    verb = "stand" if rest else "stands"
    return f"At the centre {verb} {listed([first, *rest])}."


def _engines(view: ModelView) -> str:
    """Which engines there are variants for."""
    labels = [text(engine.label) for engine in view.engines]
    if len(labels) < 2:
        return f"All SQL is for {labels[0]}." if labels else ""
    return f"There is a variant for each of {listed(labels)}; what one of them cannot express is said where it matters."


def _cycles(view: ModelView) -> list[str]:
    """Foreign keys that go in circles."""
    pairs = sorted({pair for engine in view.engines for pair in engine.deferred})
    if not pairs:
        return []
    names = listed([f"{inline(key)} of {table_link(table)}" for table, key in pairs[:CENTRES]])
    more = f" and {len(pairs) - CENTRES} more" if len(pairs) > CENTRES else ""
    return [f"References go in circles. {names}{more} can only be added when all tables stand."]


def _losses(view: ModelView) -> list[str]:
    """What each engine cannot express: all of it where no later section tells it, else the facts about most tables."""
    tables = len(view.schema.tables)
    if view.specs.model.decisions.depth == "schema":
        return [str(told(engine, one, tables)) for engine in view.engines for one in differences(engine)]
    risks = []
    for engine in view.engines:
        found = differences(engine)
        facts = " ".join(str(text(one.what)) for one in found[:WIDEST])
        rest = len(found) - WIDEST
        more = f" and {counted(rest, 'smaller thing')}" if rest > 0 else ""
        if found:
            risks.append(f"{text(engine.label)}: {facts} See [these{more}](#{slug(ENGINE_DIFFERENCES)}).")
    return risks


def _large(view: ModelView) -> list[str]:
    """Tables large enough to plan for."""
    large = [t for t in view.schema.tables if (t.expected_rows or 0) >= LARGE and t.origin is not Origin.ARCHIVE]
    large.sort(key=lambda table: (-(table.expected_rows or 0), table.name))
    names = listed([f"{table_link(table.name)} ({rows(table.expected_rows or 0)})" for table in large[:CENTRES]])
    return [f"Large tables need care with every change: {names}."] if large else []


def _first_looks(view: ModelView) -> tuple[Markdown, ...]:
    """Where a reviewer should begin."""
    degrees = in_degrees(view)
    entities = [table for table in view.schema.tables if table.origin is Origin.ENTITY]
    if not entities:
        return ()
    central = min(entities, key=lambda table: (-degrees[table.name], table.name))
    looks = [f"{table_link(central.name)}: {_what(central)}."]
    looks.append("[ER diagram](#er-diagram): do the lines say what the business says?")
    if view.specs.model.decisions.depth != "schema":
        looks.append("[Cross-cutting concerns](#cross-cutting-concerns): these rules hold for every table.")
    if view.specs.model.decisions.depth == "production":
        looks.append("[Retention and compliance](#retention-and-compliance): what is deleted, and when.")
    return tuple(map(Markdown, looks))


def _what(table: Table) -> str:
    """Why this table is worth a first look."""
    return "most other tables hang on it" if table.foreign_keys or table.indexes else "the first table to know"
