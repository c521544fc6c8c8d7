"""The rows of a table's column list: one row a column, with its type on every engine, and why it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents import neutral
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, cell, code
from datamodel_pipeline.documents.view import TableVariant, TableView
from datamodel_pipeline.documents.wording import listed, sentence
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Literal, NewUuid
from datamodel_pipeline.schema.tables import Column, Role, Table

ABSENT = Markdown("–")
"""Stands where an engine does not have the column."""


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column. `types` has one entry per heading of `type_headings`; all but `name` and `null` is ready Markdown."""

    name: str
    types: tuple[Markdown, ...]
    null: str
    default: Markdown
    notes: Markdown


def type_headings(view: TableView) -> tuple[str, ...]:
    """`Type` alone where all engines use the same types, else the engines' labels."""
    spellings = {variant.types for variant in view.variants}
    return tuple(variant.label for variant in view.variants) if len(spellings) > 1 else ("Type",)


def column_rows(view: TableView, headings: Sequence[str]) -> tuple[ColumnRow, ...]:
    """The table's columns in order, then those that only some engine adds."""
    types = [dict(variant.types) for variant in view.variants][: len(headings)]
    defaults = [(variant.label, dict(variant.defaults)) for variant in view.variants]
    links = _links(view.table)
    rows = []
    for column in _columns(view):
        spelled = tuple(code(engine.get(column.name, "")) or ABSENT for engine in types) or (code(str(column.type)),)
        notes = _notes(view, column, links.get(column.name, ()))
        null = "yes" if column.nullable else "no"
        rows.append(ColumnRow(column.name, spelled, null, _default(column, defaults), notes))
    return tuple(rows)


def extra_columns(view: TableView, variant: TableVariant) -> tuple[Column, ...]:
    """The columns that this engine adds to the neutral table."""
    known = {column.name for column in view.table.columns}
    return tuple(column for column in variant.table.columns if column.name not in known)


def _columns(view: TableView) -> tuple[Column, ...]:
    """The neutral columns, then each engine's own, without repeats."""
    extra = {column.name: column for variant in view.variants for column in extra_columns(view, variant)}
    return (*view.table.columns, *extra.values())


def _default(column: Column, defaults: Sequence[tuple[str, Mapping[str, str]]]) -> Markdown:
    """What an insert that names no value gets: the SQL, or in words what engines only spell differently."""
    if column.identity:
        return Markdown("identity")
    if column.default is None:
        return Markdown("")
    written = [(label, spelled[column.name]) for label, spelled in defaults if column.name in spelled]
    if len(written) == len(defaults) and len({sql for _, sql in written}) == 1:
        return code(written[0][1])
    match column.default:
        case CurrentTimestamp():
            return Markdown("current time")
        case NewUuid():
            return Markdown("new UUID")
        case Literal():
            return code(neutral.default(column.default))
        case _:
            return per_engine(written) or code(neutral.default(column.default))


def per_engine(spelled: Sequence[tuple[str, str]]) -> Markdown:
    """SQL once where all engines agree, else a line per spelling with the engines that use it."""
    by_sql: dict[str, list[str]] = {}
    for label, sql in spelled:
        by_sql.setdefault(sql, []).append(label)
    if len(by_sql) < 2:
        return code(next(iter(by_sql), ""))
    return Markdown("<br>".join(f"{', '.join(labels)}: {code(sql)}" for sql, labels in by_sql.items()))


def _links(table: Table) -> dict[str, tuple[Markdown, ...]]:
    """For every column the tables that it points to; the tenant's column only where it points there by itself."""
    links: dict[str, tuple[Markdown, ...]] = {}
    for key in table.foreign_keys:
        own = [name for name in key.columns if name != table.tenant_column] or list(key.columns)
        for name in own:
            links[name] = (*links.get(name, ()), Markdown(f"→ {table_link(key.ref_table)}"))
    return links


def _notes(view: TableView, column: Column, links: tuple[Markdown, ...]) -> Markdown:
    """Marks first, then what the column means, then why it is there."""
    table = view.table
    key = table.primary_key.columns if table.primary_key else ()
    marks = ["**primary key**"] if column.name in key else []
    marks += dict.fromkeys(links)
    marks += ["**personal data**"] if column.personal else []
    marks += [f"renamed from {code(column.renamed_from)}"] if column.renamed_from else []
    if column.generated:
        how = "stored" if column.generated.stored else "computed when read"
        marks.append(f"generated, {how}: {code(neutral.expression(column.generated.expression))}")
    engines = [v.label for v in view.variants if any(c.name == column.name for c in v.table.columns)]
    if table.column(column.name) is None:
        marks.append(f"only on {listed(engines)}")
    said = [cell(sentence(words)) for words in (column.comment, column.why) if words]
    return Markdown(" ".join([", ".join(marks) + ("." if marks and said else ""), *said]).strip())


def is_kept_by_build(column: Column) -> bool:
    """Whether a convention made the column, not the author."""
    return column.role not in (Role.ATTRIBUTE, Role.FOREIGN_KEY)
