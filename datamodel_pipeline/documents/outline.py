"""The outline of a document. It is the table of contents: what is not in `OUTLINE` is in no document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datamodel_pipeline.documents.sections import (
    closing_keys,
    cross_cutting,
    er_diagram,
    executive_summary,
    index_strategy,
    metadata,
    migration_playbook,
    other_stores,
    retention,
    tables,
    technical_context,
)
from datamodel_pipeline.documents.view import ModelView

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PRODUCTION = frozenset({"production"})
MVP = PRODUCTION | {"mvp"}
ALL = MVP | {"schema"}

TABLES = frozenset({"tables"})
COUNTS = TABLES | {"left_out"}
HASH = frozenset({"spec_hash"})


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its template's name, its heading, the depths that have it, and what builds its data.

    `level` is the level of its heading. `pages` says that the tables' pages follow its text. `sees` names the parts of
    the view that it is given beside the model: `tables` (entities, tables and engines), `left_out`, `spec_hash`. What
    it does not see is empty there, and its changes do not concern it.
    """

    name: str
    title: str
    depths: frozenset[str]
    build: Callable[[ModelView], DataclassInstance]
    level: int = 2
    pages: bool = False
    sees: frozenset[str] = TABLES


OUTLINE: tuple[Section, ...] = (
    Section(executive_summary.NAME, executive_summary.TITLE, ALL, executive_summary.build, sees=COUNTS),
    Section(er_diagram.NAME, er_diagram.TITLE, ALL, er_diagram.build),
    Section(tables.NAME, tables.TITLE, ALL, tables.build, pages=True),
    Section(closing_keys.NAME, closing_keys.TITLE, ALL, closing_keys.build, level=3),
    Section(other_stores.NAME, other_stores.TITLE, ALL, other_stores.build, level=3),
    Section(cross_cutting.NAME, cross_cutting.TITLE, MVP, cross_cutting.build),
    Section(index_strategy.NAME, index_strategy.TITLE, MVP, index_strategy.build),
    Section(migration_playbook.NAME, migration_playbook.TITLE, PRODUCTION, migration_playbook.build),
    Section(retention.NAME, retention.TITLE, PRODUCTION, retention.build),
    Section(technical_context.NAME, technical_context.TITLE, PRODUCTION, technical_context.build),
    Section(metadata.NAME, metadata.TITLE, ALL, metadata.build, sees=HASH),
)


def sections(depth: str) -> tuple[Section, ...]:
    """The sections of a document of this depth, in order; an unknown depth has all of them."""
    known = depth in ALL
    return tuple(section for section in OUTLINE if depth in section.depths or not known)
