"""The outline of a document. It is the table of contents: what is not in `OUTLINE` is in no document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datamodel_pipeline import discovery
from datamodel_pipeline.documents.view import ModelView

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PACKAGE = "datamodel_pipeline.documents.sections"

PRODUCTION = frozenset({"production"})
MVP = PRODUCTION | {"mvp"}
ALL = MVP | {"schema"}

TABLES = frozenset({"tables"})
HASH = frozenset({"spec_hash"})


@dataclass(frozen=True, slots=True)
class Section:
    """One section: the name of its module and its template, its heading, and the depths that have it.

    `level` is the level of its heading. `pages` says that the tables' pages follow its text. `sees` names the parts of
    the view that it is given beside the model: `tables` (entities, tables and engines), `spec_hash`. What it does not
    see is empty there, and its changes do not concern it. `counts` says that it tells the number of all columns: its
    module has an `amended` beside `build`.
    """

    name: str
    title: str
    depths: frozenset[str]
    level: int = 2
    pages: bool = False
    sees: frozenset[str] = TABLES
    counts: bool = False

    @property
    def build(self) -> Callable[[ModelView], DataclassInstance]:
        """What builds its data. Only the modules of sections that are built are ever imported."""
        found: Callable[[ModelView], DataclassInstance] = discovery.load(PACKAGE, self.name).build
        return found

    def amended(self, data: DataclassInstance, left_out: int) -> DataclassInstance:
        """The data that `build` gave, with so many columns more than it saw."""
        found: DataclassInstance = discovery.load(PACKAGE, self.name).amended(data, left_out)
        return found


OUTLINE: tuple[Section, ...] = (
    Section("executive_summary", "Executive summary", ALL, counts=True),
    Section("er_diagram", "ER diagram", ALL),
    Section("tables", "Table definitions", ALL, pages=True),
    Section("closing_keys", "Foreign keys added last", ALL, level=3),
    Section("other_stores", "Entities in other stores", ALL, level=3),
    Section("cross_cutting", "Cross-cutting concerns", MVP),
    Section("index_strategy", "Index strategy", MVP),
    Section("migration_playbook", "Migration playbook", PRODUCTION),
    Section("retention", "Retention and compliance", PRODUCTION),
    Section("technical_context", "Technical context", PRODUCTION),
    Section("metadata", "Metadata", ALL, sees=HASH),
)


def sections(depth: str) -> tuple[Section, ...]:
    """The sections of a document of this depth, in order; an unknown depth has all of them."""
    known = depth in ALL
    return tuple(section for section in OUTLINE if depth in section.depths or not known)
