"""The rows of a table's checks, keys, indexes and foreign keys, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from datamodel_pipeline.documents import neutral
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, code, codes
from datamodel_pipeline.documents.sections.table_columns import per_engine
from datamodel_pipeline.documents.view import TableView
from datamodel_pipeline.documents.wording import sentence
from datamodel_pipeline.schema.tables import Index, Table


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check; `condition` is ready Markdown, per engine where the spelling differs."""

    name: str
    condition: Markdown
    why: str


@dataclass(frozen=True, slots=True)
class EngineChecks:
    """Checks that one engine needs because it does not check such values by itself."""

    engine: str
    names: tuple[str, ...]


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
    found = [EngineChecks(v.label, tuple(n for n, _ in v.checks if n not in shared)) for v in view.variants]
    return tuple(checks for checks in found if checks.names)


def index_rows(view: TableView) -> tuple[IndexRow, ...]:
    """The primary key, unique keys and indexes, then those that a single engine has instead of one of them."""
    rows = list(_index_rows(view.table, ""))
    known = {row.name for row in rows}
    for variant in view.variants:
        found = replace(variant.table, primary_key=None) if view.table.primary_key else variant.table
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


def foreign_key_rows(table: Table) -> tuple[ForeignKeyRow, ...]:
    """The foreign keys as the specs mean them."""
    rows = []
    for key in table.foreign_keys:
        references = Markdown(f"{table_link(key.ref_table)} ({codes(key.ref_columns)})")
        on_delete = key.on_delete.sql + (f" ({', '.join(key.cleared)})" if key.cleared else "")
        why = sentence(key.why)
        rows.append(ForeignKeyRow(key.name, key.columns, references, on_delete, key.on_update.sql, why))
    return tuple(rows)
