"""Archives: a row that is deleted, or whose retention is over, moves to `{table}_archive`, which never refuses it."""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.timestamps import TIMESTAMP
from datamodel_pipeline.design.words import a, nouns
from datamodel_pipeline.schema.expressions import CurrentTimestamp, NewUuid
from datamodel_pipeline.schema.tables import Column, Index, IndexPart, Key, Origin, Role, Table

COLUMN = "archived_at"


def with_archive(table: Table, *, by_deletion: bool = True) -> tuple[Table, Table]:
    """The table, knowing its archive, and the archive: the same columns, without what could refuse a row.

    `by_deletion`: every deletion moves rows there, not only a retention rule.
    """
    name = naming.archive(table.name)
    columns = tuple(_kept(column) for column in table.columns if column.name.lower() != COLUMN)
    archive = Table(
        name=name,
        columns=(*columns, _archived_at(table)),
        primary_key=_key(table, name),
        indexes=(_by_age(table, name),),
        comment=f"{'Deleted' if by_deletion else 'Archived'} {nouns(table.entity)}.",
        entity=table.entity,
        group=table.group,
        origin=Origin.ARCHIVE,
        tenant_column=table.tenant_column,
        options=table.options,
        renamed_from=naming.archive(table.renamed_from) if table.renamed_from else "",
        why=f"{_moves(table, by_deletion=by_deletion)}; it has no foreign keys and no unique keys, "
        f"because what it named may be gone and what was unique may be used again.",
    )
    return replace(table, archive_table=name), archive


def _moves(table: Table, *, by_deletion: bool) -> str:
    if by_deletion:
        return f"Whoever deletes {a(table.entity)} copies its row here first, in the same transaction"
    return f"The row of {a(table.entity)} moves here when its retention is over"


def _kept(column: Column) -> Column:
    """The column as plain data: a value is copied, not made again."""
    default = None if isinstance(column.default, NewUuid) else column.default
    return replace(
        column,
        identity=False,
        generated=None,
        default=default,
        role=Role.ATTRIBUTE if column.role is Role.FOREIGN_KEY else column.role,
        why=f"As it was in the deleted row. {column.why}".strip() if column.role is Role.TENANT else "As it was.",
    )


def _archived_at(table: Table) -> Column:
    return Column(
        name=COLUMN,
        type=TIMESTAMP,
        default=CurrentTimestamp(),
        role=Role.ARCHIVED_AT,
        why=f"When {a(table.entity)} came here; the time until the archive forgets it counts from then.",
    )


def _key(table: Table, name: str) -> Key | None:
    if table.primary_key is None:
        return None
    return Key(
        name=naming.primary_key(name),
        columns=table.primary_key.columns,
        why=f"{a(table.entity).capitalize()} is archived once, under the id that it had.",
    )


def _by_age(table: Table, name: str) -> Index:
    columns = tuple(filter(None, (table.tenant_column, COLUMN)))
    return Index(
        name=naming.index(name, columns),
        parts=tuple(IndexPart(column=column) for column in columns),
        why=f"Finds the {nouns(table.entity)} whose time in the archive is over.",
    )
