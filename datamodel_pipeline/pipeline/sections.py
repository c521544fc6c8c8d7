"""The fifth stage of a model: pages of tables, and the sections that look at the whole model.

In: specs, tables and their variants. Out: Markdown fragments. A section's data is built whenever something that it sees
has changed; its template is rendered only when that data, or the template, is different.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import datamodel_pipeline
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.documents import glance
from datamodel_pipeline.documents.view import EngineView, ModelView, TableVariant, TableView
from datamodel_pipeline.pipeline.fingerprint import digest, digest_value
from datamodel_pipeline.pipeline.graph import BuildError
from datamodel_pipeline.pipeline.variants import LoweredTable
from datamodel_pipeline.schema.tables import Schema, Table
from datamodel_pipeline.spec.specs import Specs

if TYPE_CHECKING:
    from datamodel_pipeline.design.entity_map import Unit
    from datamodel_pipeline.documents.assemble import Piece
    from datamodel_pipeline.documents.outline import Section
    from datamodel_pipeline.engines._engine import Engine
    from datamodel_pipeline.pipeline.model_build import ModelBuild


class Sections:
    """The Markdown fragments of one model."""

    def __init__(self, build: ModelBuild) -> None:
        self._project = build.project
        self._reading = build.reading
        self._store = build.project.store
        self._model = build.name
        self._mapping = build.mapping
        self._tables = build.tables
        self._variants = build.variants
        self._source = build.files.folder
        self._data: dict[str, object] = {}

    def template_hash(self, name: str) -> str:
        """What a fragment depends on in its template; packaged templates are covered by the tool's fingerprint."""
        return self._project.template_hash(name)

    def _rendered(self, name: str, data: object) -> str:
        text = self._project.templates.render(name, data)  # type: ignore[arg-type]  # every section builds a dataclass
        if isinstance(text, Diagnostic):
            raise BuildError([text])
        return text

    # -- pages -----------------------------------------------------------------------------------------------------

    @cached_property
    def outline(self) -> tuple[Section, ...]:
        """The sections of this model's depth, in the document's order."""
        from datamodel_pipeline.documents import outline

        return outline.sections(self._mapping.decisions.depth)

    def page_name(self, unit: str) -> str:
        """The name under which the pages of a unit are remembered; also its node's name."""
        return f"{self._model}.pages:{unit}"

    def page_key(self, unit: str) -> str:
        """All that the unit's pages show, as digests."""
        meanings, tables = self._tables.meanings(self._units[unit]), self._variants.tables_key(unit)
        return f"{meanings} {tables} {self._page_context}"

    @cached_property
    def _page_context(self) -> str:
        labels = [engine.label for engine in self._variants.engines]
        return digest(*labels, self._mapping.decisions.depth, self.template_hash("table"))

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.name: unit for unit in self._mapping.units}

    def page_is_current(self, unit: str) -> bool:
        """Whether the unit's pages are remembered from these very values."""
        return self._store.is_current(self.page_name(unit), self.page_key(unit))

    def run_page(self, unit: str) -> None:
        """Renders the pages of a unit: one fragment a table, by table name."""
        from datamodel_pipeline.documents.assemble import Piece
        from datamodel_pipeline.documents.sections import table

        built = [(view.table.name, table.build_table(view)) for view in self.views(unit)]
        pieces = {name: Piece.of(self._rendered(table.NAME, data)) for name, data in built}
        shown = digest(*(part for name, piece in pieces.items() for part in (name, piece.content)))
        self._store.put(self.page_name(unit), self.page_key(unit), shown, pieces, keep=False)
        self._variants.forget_lowered(unit)

    def views(self, unit: str) -> list[TableView]:
        """The unit's tables with their variants."""
        entities = {entity.name: entity for entity in self._tables.members(self._units[unit])}
        tables = self._variants.tables_of(unit)
        per_engine = [(engine, self._variants.lowered(engine, unit)) for engine in self._variants.engines]
        return [
            TableView(
                table=table,
                entity=entities.get(table.entity) or entities[unit],
                variants=tuple(_variant(engine, lowered[position]) for engine, lowered in per_engine),
            )
            for position, table in enumerate(tables)
        ]

    def pages(self) -> dict[str, Piece]:
        """Table name → its page, for all tables."""
        self._store.values(f"{self._model}.pages:")
        found: dict[str, Piece] = {}
        for unit in self._mapping.units:
            found |= self._store.value(self.page_name(unit.name))
        return found

    @property
    def pages_digest(self) -> str:
        """The digest of all pages."""
        return digest(*(self._store.digest_of(self.page_name(unit.name)) for unit in self._mapping.units))

    # -- sections --------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the sections that are rendered from the whole model."""
        return tuple(section.name for section in self.outline)

    def section_name(self, section: str) -> str:
        """The name under which a section is remembered; also its node's name."""
        return f"{self._model}.sections:{section}"

    @cached_property
    def _sees_whole_tables(self) -> bool:
        """Whether the model is so small that a picture may show all columns."""
        return len(self._variants.order.creation.order) <= glance.WHOLE

    @cached_property
    def _tables_seen(self) -> str:
        """The digest of all that sections see of entities, tables and engines."""
        seen = self._tables.digest_of if self._sees_whole_tables else self._tables.glance_digest
        facts = [self._variants.facts_digest(engine.product) for engine in self._variants.engines]
        tables = [seen(unit.name) for unit in self._mapping.units]
        return digest(self._mapping.glances_digest, self._variants.order_digest, *facts, *tables)

    @cached_property
    def _left_out(self) -> int:
        return 0 if self._sees_whole_tables else self._tables.left_out()

    @cached_property
    def _model_digest(self) -> str:
        return digest(digest_value(self._mapping.model), self._source)

    def _viewed(self, section: str) -> str:
        """The digest of the model as the section sees it."""
        sees = self._section(section).sees
        tables = self._tables_seen if "tables" in sees else ""
        return digest(self._model_digest, tables, self._mapping.key if "spec_hash" in sees else "")

    def _seen(self, section: str) -> str:
        """The digest of all that the section is made from."""
        count = str(self._left_out) if self._section(section).counts else ""
        return digest(self._viewed(section), self.template_hash(section), count)

    def section_is_current(self, section: str) -> bool:
        """Whether the remembered fragment shows what this section would say now."""
        name, quick, key = self.section_name(section), f"{self._model}.seen:{section}", self._seen(section)
        if self._store.is_current(quick, key) and self._store.is_current(name, self._store.digest_of(quick)):
            return True
        if self._store.is_current(name, self._section_key(section)):
            self._store.put(quick, key, self._section_key(section), None)
            return True
        return False

    def _section_key(self, section: str) -> str:
        return digest(repr(self._section_data(section)), self.template_hash(section))

    def _section_data(self, section: str) -> object:
        if section not in self._data:
            self._data[section] = self._built(self._section(section))
        return self._data[section]

    def _built(self, section: Section) -> object:
        """The section's data. Of one that counts, what it saw is remembered: a column more is told without looking."""
        if not section.counts:
            return section.build(self.view_of(section.name))
        name, key = f"{self._model}.data:{section.name}", self._viewed(section.name)
        if not self._store.is_current(name, key):
            self._store.put(name, key, "", section.build(self.view_of(section.name)))
        return section.amended(self._store.value(name), self._left_out)

    def _section(self, name: str) -> Section:
        return next(section for section in self.outline if section.name == name)

    def view_of(self, section: str) -> ModelView:
        """The model as the section sees it: what it does not see is empty."""
        sees = self._section(section).sees
        view = self.view if "tables" in sees else self._bare_view
        return replace(view, spec_hash=self._mapping.key) if "spec_hash" in sees else view

    def run_section(self, section: str) -> None:
        """Renders one section."""
        from datamodel_pipeline.documents.assemble import Piece

        piece = Piece.of(self._rendered(section, self._section_data(section)))
        self._store.put(self.section_name(section), self._section_key(section), digest(piece.content), piece)
        self._store.put(f"{self._model}.seen:{section}", self._seen(section), self._section_key(section), None)

    def fragment(self, section: str) -> Piece:
        """The Markdown of a section."""
        piece: Piece = self._store.value(self.section_name(section))
        return piece

    @property
    def sections_digest(self) -> str:
        """The digest of all sections."""
        return digest(*(self._store.digest_of(self.section_name(name)) for name in self.names))

    @cached_property
    def view(self) -> ModelView:
        """The whole model, for sections."""
        specs = Specs(self._bare_view.specs.model, self._mapping.glances)
        return replace(
            self._bare_view,
            specs=specs,
            schema=Schema(tuple(sorted(self._all_tables(), key=lambda table: table.name))),
            engines=tuple(self._engine_view(engine) for engine in self._variants.engines),
        )

    @property
    def _bare_view(self) -> ModelView:
        """The model without anything that is made of its entities."""
        assert self._mapping.model is not None
        version = datamodel_pipeline.__version__
        return ModelView(
            Specs(self._mapping.model), Schema(), (), spec_hash="", tool_version=version, source=self._source
        )

    def _all_tables(self) -> list[Table]:
        self._store.values(f"{self._model}.{'tables' if self._sees_whole_tables else 'glance'}:")
        seen = self._variants.tables_of if self._sees_whole_tables else self._variants.glances_of
        return [table for unit in self._mapping.units for table in seen(unit.name)]

    def _engine_view(self, engine: Engine) -> EngineView:
        facts = self._variants.facts(engine.product)
        choice = next(c for c in self._mapping.decisions.engines if c.product == engine.product)
        creation = self._variants.order.creation
        return EngineView(
            product=engine.product,
            label=engine.label,
            version_chosen=bool(choice.version),
            order=creation.order,
            deferred=creation.deferred if engine.defers_foreign_keys() else (),
            prelude=tuple(dict.fromkeys(statement for table in facts for statement in table.prelude)),
            losses=tuple(loss for table in facts for loss in table.losses),
            steps=tuple(step for table in facts for step in table.steps),
        )


def _variant(engine: Engine, lowered: LoweredTable) -> TableVariant:
    table = lowered.table
    return TableVariant(
        product=engine.product,
        label=engine.label,
        table=table,
        types=tuple((column.name, engine.type_sql(column.type)) for column in table.columns),
        defaults=tuple((column.name, sql) for column in table.columns if (sql := engine.default_sql(column))),
        checks=tuple((check.name, engine.expression(check.expression)) for check in table.checks),
        statements=lowered.statements,
        losses=lowered.losses,
    )
