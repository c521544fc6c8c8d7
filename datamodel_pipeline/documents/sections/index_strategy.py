"""Index strategy: every index with the role of its columns, how foreign keys are covered, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, code
from datamodel_pipeline.documents.sections.table_rules import kind
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.documents.wording import counted, sentence
from datamodel_pipeline.schema.tables import Column, ForeignKey, Index, Role, Table

RANGES = ("timestamp", "datetime", "date", "time", "decimal", "money", "float", "double", "interval")
"""Types whose columns are compared with < and > or sorted by, far more often than with =."""


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """One index or unique key. `columns` names each column with its role and is ready Markdown."""

    table: Markdown
    name: str
    kind: str
    columns: Markdown
    why: str


@dataclass(frozen=True, slots=True)
class SinglesRow:
    """The indexes and unique keys of one column that a table has: pairs of a kind and the columns, ready Markdown."""

    table: Markdown
    kinds: tuple[tuple[str, Markdown], ...]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A foreign key without an index of its own, and what serves instead; ready Markdown."""

    table: Markdown
    key: str
    instead: Markdown


@dataclass(frozen=True, slots=True)
class IndexStrategyData:
    """What `index_strategy.md.j2` receives."""

    principles: tuple[Markdown, ...]
    composites: tuple[StrategyRow, ...]
    singles: tuple[SinglesRow, ...]
    foreign_keys: str
    covered: str
    left_out: tuple[CoverageRow, ...]


def build(view: ModelView) -> IndexStrategyData:
    """The strategy of a model."""
    tables = view.schema.tables
    rows = [(table, *found) for table in tables for found in _indexes(table)]
    covers = [(table, key, cover(table, key)) for table in tables for key in table.foreign_keys]
    keys, bare = len(covers), sum(1 for _, _, found in covers if not found)
    return IndexStrategyData(
        principles=tuple(map(Markdown, _principles(tables))),
        composites=tuple(_row(*row) for row in rows if len(row[2]) > 1),
        singles=tuple(row for table in tables if (row := _singles(table)).kinds),
        foreign_keys=counted(keys, "foreign key") if keys else "",
        covered="all of them are" if not bare else f"{keys - bare} of them {'is' if keys - bare == 1 else 'are'}",
        left_out=tuple(_left_out(*row) for row in covers if _is_left_out(*row)),
    )


def cover(table: Table, key: ForeignKey) -> str:
    """The key or index that begins with the foreign key's columns, in any order among themselves; "" if none does.

    Indexes over all rows are preferred: a partial one does not help where a row that it leaves out is looked for.
    """
    wanted = set(key.columns)
    plain = [index for index in table.indexes if len(index.columns) == len(index.parts)]
    leads = [(index.name, index.columns) for index in plain if index.where is None]
    leads += [(unique.name, unique.columns) for unique in table.unique_keys]
    leads += [(table.primary_key.name, table.primary_key.columns)] if table.primary_key else []
    leads += [(index.name, index.columns) for index in plain if index.where is not None]
    found = [(len(columns), name) for name, columns in leads if set(columns[: len(wanted)]) == wanted]
    own = [name for length, name in found if length == len(wanted)]
    return own[0] if own else (found[0][1] if found else "")


def _indexes(table: Table) -> Iterator[tuple[str, tuple[str, ...], Index | None, str]]:
    """(name, key parts, the index or None for a unique key, reason) of all but the primary key."""
    for key in table.unique_keys:
        yield key.name, key.columns, None, key.why
    for index in table.indexes:
        yield index.name, tuple(part.column for part in index.parts), index, index.why


def _row(table: Table, name: str, parts: tuple[str, ...], index: Index | None, why: str) -> StrategyRow:
    """One line of the strategy."""
    sort = {part.column for part in index.parts if part.descending} if index else set()
    roles = [_role(table, part, last=number == len(parts) - 1, sort=part in sort) for number, part in enumerate(parts)]
    pairs = zip(map(code, parts), roles, strict=True)
    words = [f"{part or 'expression'} ({role})" for part, role in pairs]
    return StrategyRow(
        table_link(table.name), name, kind(index) if index else "unique key", Markdown(", ".join(words)), sentence(why)
    )


def _singles(table: Table) -> SinglesRow:
    """The indexes of one column by kind; their reasons are on the table's page."""
    by_kind: dict[str, list[str]] = {}
    for _, parts, index, _ in _indexes(table):
        if len(parts) == 1:
            by_kind.setdefault(kind(index) if index else "unique key", []).append(code(parts[0]) or "expression")
    return SinglesRow(table_link(table.name), tuple((one, Markdown(", ".join(of))) for one, of in by_kind.items()))


def _role(table: Table, name: str, *, last: bool, sort: bool) -> str:
    """What a column does in a composite: equality first, then sort, then range."""
    column = table.column(name)
    if column is None:
        return "equality"
    if name == table.tenant_column:
        return "tenant"
    if sort or (last and _is_range(column)):
        return "sort, range"
    return "range" if _is_range(column) else "equality"


def _is_range(column: Column) -> bool:
    """Whether queries sort or cut by this column rather than name one value of it."""
    return column.type.name in RANGES and column.role is not Role.FOREIGN_KEY


def _is_left_out(table: Table, _: ForeignKey, found: str) -> bool:
    """Whether no plain index was made for the foreign key; `found` is what covers it."""
    return all(index.name != found or index.unique for index in table.indexes)


def _left_out(table: Table, key: ForeignKey, found: str) -> CoverageRow:
    """A foreign key that needs no index of its own, or has none."""
    instead = f"{code(found)} begins with it" if found else "none: no query and no parent's change needs one"
    return CoverageRow(table_link(table.name), key.name, Markdown(instead))


def _principles(tables: Sequence[Table]) -> Iterator[str]:
    """The rules that this model's indexes follow; only those that apply."""
    if not tables:
        return
    yield (
        "Composite indexes name equality columns first, then the sort order, then ranges (ESR): "
        "the engine walks to one place and reads on from there."
    )
    if any(table.tenant_column for table in tables):
        yield (
            "Where rows belong to a tenant, every composite and unique key starts with the tenant's column. "
            "Every query compares it with one value, so it is the best equality column there is, "
            "and one tenant's rows lie together."
        )
    if any(table.live_column for table in tables):
        yield (
            "Where rows are deleted softly, unique indexes and those for lists by age hold live rows only, if the "
            "engine has partial indexes: deleted rows cost no room there, and their unique values are free again. "
            "Indexes that serve foreign keys hold all rows, because deleting a parent must find those too."
        )
    yield (
        "Foreign keys are led by an index: without one, each DELETE or key change of a parent reads the whole child."
    )
