"""The rows of a table's checks, keys, indexes and foreign keys, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from datamodel_pipeline.documents import neutral
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, code, codes
from datamodel_pipeline.documents.sections.table_columns import per_engine
from datamodel_pipeline.documents.view import TableView
from datamodel_pipeline.documents.wording import counted, listed, sentence
from datamodel_pipeline.schema.tables import ForeignKey, Index, Table

CHECKED = {
    "bool": "truth value",
    "size": "range",
    "timestamp": "instant",
    "json": "JSON",
    "decimal": "digits",
    "uuid": "UUID",
}
"""What checks are for that stand in for a type; other kinds are their own word."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check; `condition` is ready Markdown, per engine where the spelling differs."""

    name: str
    condition: Markdown
    why: str


@dataclass(frozen=True, slots=True)
class EngineChecks:
    """Checks that one engine needs because it does not check such values by itself: their number, and of what.

    `kinds` are pairs of what is checked (`length`) and the columns.
    """

    engine: str
    number: str
    kinds: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class EngineIndexes:
    """Foreign keys for which one engine keeps indexes of its own, because no other index begins with their columns."""

    engine: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A primary key, unique key or index. `columns` shows order, direction, predicate; `kind` says what it is."""

    name: str
    kind: str
    columns: str
    why: str


@dataclass(frozen=True, slots=True)
class ForeignKeyRow:
    """One foreign key; `references` is ready Markdown with a link."""

    name: str
    columns: tuple[str, ...]
    references: Markdown
    on_delete: str
    on_update: str
    why: str


def check_rows(view: TableView) -> tuple[CheckRow, ...]:
    """The author's and the conventions' checks."""
    rows = []
    for check in view.table.checks:
        spelled = [(v.label, sql) for v in view.variants for name, sql in v.checks if name == check.name]
        condition = per_engine(spelled) if spelled else code(neutral.expression(check.expression))
        rows.append(CheckRow(check.name, condition, sentence(check.why)))
    return tuple(rows)


def engine_checks(view: TableView) -> tuple[EngineChecks, ...]:
    """What single engines check besides."""
    shared = {check.name for check in view.table.checks}
    found = []
    for variant in view.variants:
        own = [check for check in variant.table.checks if check.name not in shared]
        kinds: dict[str, dict[str, None]] = {}
        for check in own:
            kinds.setdefault(CHECKED.get(check.kind, check.kind), {}).update(dict.fromkeys(check.expression.columns))
        if own:
            pairs = tuple((kind, tuple(columns)) for kind, columns in kinds.items())
            found.append(EngineChecks(variant.label, counted(len(own), "check"), pairs))
    return tuple(found)


def engine_indexes(view: TableView) -> tuple[EngineIndexes, ...]:
    """The indexes that an engine makes for foreign keys and that have their names."""
    known = {index.name for index in view.table.indexes}
    found = []
    for variant in view.variants:
        keys = {key.name for key in variant.table.foreign_keys}
        own = tuple(index.name for index in variant.table.indexes if index.name in keys and index.name not in known)
        found += [EngineIndexes(variant.label, own)] if own else []
    return tuple(found)


def index_rows(view: TableView) -> tuple[IndexRow, ...]:
    """The primary key, unique keys and indexes, then those that a single engine has instead of one of them.

    Indexes that are named for a foreign key are told by `engine_indexes`.
    """
    rows = list(_index_rows(view.table, ""))
    known = {row.name for row in rows}
    for variant in view.variants:
        found = replace(variant.table, primary_key=None) if view.table.primary_key else variant.table
        known |= {key.name for key in variant.table.foreign_keys}
        fresh = [row for row in _index_rows(found, f", only on {variant.label}") if row.name not in known]
        rows += fresh
        known |= {row.name for row in fresh}
    return tuple(rows)


def _index_rows(table: Table, suffix: str) -> Iterator[IndexRow]:
    """One row per key and index of this table."""
    if key := table.primary_key:
        yield IndexRow(key.name, f"primary key{suffix}", ", ".join(key.columns), sentence(key.why))
    for unique in table.unique_keys:
        yield IndexRow(unique.name, f"unique{suffix}", ", ".join(unique.columns), sentence(unique.why))
    for index in table.indexes:
        yield IndexRow(index.name, f"{kind(index)}{suffix}", neutral.index(index), sentence(index.why))


def kind(index: Index) -> str:
    """`index`, `unique, partial`, `index, gin`."""
    words = ["unique" if index.unique else "index"]
    words += ["partial"] if index.where else []
    words += [index.method] if index.method else []
    words += ["covering"] if index.include else []
    return ", ".join(words)


def foreign_key_rows(view: TableView) -> tuple[ForeignKeyRow, ...]:
    """The foreign keys as the specs mean them, then those that only some engine needs beside them."""
    extra: dict[str, ForeignKey] = {}
    engines: dict[str, list[str]] = {}
    known = {key.name for key in view.table.foreign_keys}
    for variant in view.variants:
        for key in variant.table.foreign_keys:
            if key.name not in known:
                extra.setdefault(key.name, key)
                engines.setdefault(key.name, []).append(variant.label)
    only = {name: f"Only on {listed(labels)}: " for name, labels in engines.items()}
    return tuple(_foreign_key_row(key, only.get(key.name, "")) for key in (*view.table.foreign_keys, *extra.values()))


def _foreign_key_row(key: ForeignKey, only: str) -> ForeignKeyRow:
    """One row; `only` says which engines have the key, "" where all do."""
    references = Markdown(f"{table_link(key.ref_table)} ({codes(key.ref_columns)})")
    on_delete = key.on_delete.sql + (f" ({', '.join(key.cleared)})" if key.cleared else "")
    why = sentence(f"{only}{key.why}")
    return ForeignKeyRow(key.name, key.columns, references, on_delete, key.on_update.sql, why)
