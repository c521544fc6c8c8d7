"""One model as nodes: specs → map → tables → engines → pages → sections → document → files.

In: the model's files and the memory of earlier builds. Out: nodes, dependencies first. What a node computes lives in
the stage modules; this one knows how they hang together. The nodes of a model are known only once its changed files
have been read, so asking for them reads those files; nothing is remembered or written before a node runs.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from datamodel_pipeline.diagnostics import Diagnostic, Severity, has_errors, ordered
from datamodel_pipeline.pipeline.graph import BuildError, Node, bring_up_to_date
from datamodel_pipeline.pipeline.mapping import Mapping
from datamodel_pipeline.pipeline.publishing import Publishing
from datamodel_pipeline.pipeline.reading import Reading
from datamodel_pipeline.pipeline.scan import ModelFiles
from datamodel_pipeline.pipeline.sections import Sections
from datamodel_pipeline.pipeline.tables import Tables
from datamodel_pipeline.pipeline.variants import Variants

if TYPE_CHECKING:
    from datamodel_pipeline.design.entity_map import Unit
    from datamodel_pipeline.engines._engine import Engine
    from datamodel_pipeline.pipeline.project import Project


class ModelBuild:
    """The build of one model on the inputs of one scan."""

    def __init__(self, project: Project, files: ModelFiles) -> None:
        self.project = project
        self.files = files
        self.name = files.name
        self.reading = Reading(project.store, files)
        self.mapping = Mapping(project.store, files, self.reading)
        self.tables = Tables(project.store, files.name, self.reading, self.mapping)
        self.variants = Variants(project.store, files.name, self.mapping, self.tables)
        self.sections = Sections(self)
        self.publishing = Publishing(self)

    # -- problems --------------------------------------------------------------------------------------------------

    @cached_property
    def problems(self) -> tuple[Diagnostic, ...]:
        """Everything found in the files and between them, in order; needs no node to have run."""
        found = list(self.files.diagnostics)
        for task in self.reading.sources:
            found += self.reading.diagnostics(task)
        return ordered([*found, *self.between])

    @cached_property
    def between(self) -> tuple[Diagnostic, ...]:
        """What does not fit together: entities with each other, models with each other, templates with documents."""
        return (*self.mapping.diagnostics, *self.project.clashes(self.name), *self.project.template_findings)

    def look_around(self) -> None:
        """Forgets what depends on other models: the inputs have been read anew, and this model's are as they were."""
        for name in ("between", "problems", "is_readable"):
            self.__dict__.pop(name, None)

    @cached_property
    def is_readable(self) -> bool:
        """Whether every file could be read and the entities fit together, so that tables can be made."""
        fine = all(map(self.reading.is_readable, self.sources))
        return fine and not has_errors((*self.files.diagnostics, *self.between))

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the spec files."""
        return tuple(self.reading.sources)

    # -- nodes -----------------------------------------------------------------------------------------------------

    def nodes(self, *, full: bool = False) -> list[Node]:
        """All nodes of the model, or only those that can have something to do.

        When the files do not fit together, and (unless `full`) when they mean what was published last, only the nodes
        up to the map and the last one.
        """
        nodes = [self._spec_node(task) for task in self.sources if full or not self.reading.is_current(task)]
        if has_errors(self.files.diagnostics):
            nodes.append(self._unusable_node())
        nodes.append(self._map_node())
        if self.is_readable and (full or not self.publishing.is_intact):
            nodes += self._table_nodes(full=full)
            nodes += self._text_nodes()
        return [*nodes, self._last_node()]

    def _spec_node(self, task: str) -> Node:
        path = self.reading.sources[task].path
        return Node(
            name=self.reading.record_name(task),
            title=f"read {path}",
            is_current=partial(self.reading.is_current, task),
            run=partial(self._read, task),
            reads=(path,),
        )

    def _unusable_node(self) -> Node:
        """What fails while there are files that cannot be read at all."""
        name, title = f"{self.name}.specs:unusable", "find every spec file usable"
        return Node(name=name, title=title, is_current=lambda: False, run=self._complain)

    def _complain(self) -> None:
        raise BuildError(d for d in self.files.diagnostics if d.severity is Severity.ERROR)

    def _read(self, task: str) -> None:
        found = self.reading.remember(task)
        if has_errors(found):
            raise BuildError(found)

    def _map_node(self) -> Node:
        return Node(
            name=f"{self.name}.map",
            title="fit the entities together",
            is_current=lambda: self.mapping.is_current and not has_errors(self.between),
            run=self._fit,
            needs=(f"{self.name}.specs",),
        )

    def _fit(self) -> None:
        if has_errors(self.between):
            raise BuildError(self.between)
        self.mapping.remember()

    def _table_nodes(self, *, full: bool) -> list[Node]:
        """The nodes of single units, and the one between them that looks at all tables.

        Of units whose tables did not change, only what is out of date is a node of its own; should a new order of the
        tables concern others of them, the node that found it brings those up to date.
        """
        tables, later, settled = [], [], []
        for unit in self.mapping.units:  # a unit's page next to its SQL: what only the page needs is soon let go of
            unit_node = self._unit_node(unit)
            derived = [*(self._engine_node(engine, unit) for engine in self.variants.engines), self._page_node(unit)]
            if full or not self.variants.has_order or not unit_node.is_current():
                tables.append(unit_node)
                later += derived
            else:
                outdated = [node for node in derived if not node.is_current()]
                later += outdated
                settled += [node for node in derived if node not in outdated]
        return [*tables, self._order_node(settled), *later]

    def _order_node(self, settled: list[Node]) -> Node:
        def run() -> None:
            self.variants.run_order()
            bring_up_to_date(settled, self.project.outcome)

        return Node(
            name=f"{self.name}.order",
            title="order the tables and settle their names",
            is_current=lambda: self.variants.order_is_current,
            run=run,
            needs=(f"{self.name}.tables",),
        )

    def _unit_node(self, unit: Unit) -> Node:
        return Node(
            name=self.tables.record_name(unit.name),
            title=f"make the tables of {unit.name}",
            is_current=partial(self.tables.is_current, unit),
            run=partial(self.tables.run, unit),
            needs=(f"{self.name}.map",),
            reads=tuple(self.reading.sources[task].path for task in self.mapping.files_of(unit)),
        )

    def _engine_node(self, engine: Engine, unit: Unit) -> Node:
        return Node(
            name=self.variants.record_name(engine.product, unit.name),
            title=f"write the SQL of {unit.name} for {engine.label}",
            is_current=partial(self.variants.is_current, engine, unit.name),
            run=partial(self.variants.run, engine, unit.name),
            needs=(f"{self.name}.order", self.tables.record_name(unit.name)),
        )

    def _page_node(self, unit: Unit) -> Node:
        engines = (self.variants.record_name(engine.product, unit.name) for engine in self.variants.engines)
        return Node(
            name=self.sections.page_name(unit.name),
            title=f"render the tables of {unit.name}",
            is_current=partial(self.sections.page_is_current, unit.name),
            run=partial(self.sections.run_page, unit.name),
            needs=(self.tables.record_name(unit.name), *engines),
        )

    def _text_nodes(self) -> list[Node]:
        engines = tuple(f"{self.name}.{engine.product}" for engine in self.variants.engines)
        nodes = [
            Node(
                name=self.sections.section_name(section),
                title=f"render the section {section}",
                is_current=partial(self.sections.section_is_current, section),
                run=partial(self.sections.run_section, section),
                needs=(f"{self.name}.order", *engines),
            )
            for section in self.sections.names
        ]
        pages = (f"{self.name}.pages",) if self.mapping.units else ()
        document = Node(
            name=f"{self.name}.document",
            title="assemble the document",
            is_current=lambda: self.publishing.document_is_current,
            run=self.publishing.run_document,
            needs=(*pages, f"{self.name}.sections"),
        )
        return [*nodes, document]

    def _last_node(self) -> Node:
        needs = (f"{self.name}.map", f"{self.name}.document")
        return Node(
            name=self.name,
            title=self.publishing.title,
            is_current=lambda: self.publishing.is_current,
            run=self._publish,
            needs=needs,
            writes=self.publishing.paths,
        )

    def _publish(self) -> None:
        if not self.is_readable:
            raise BuildError(self.problems)
        written, removed = self.publishing.run()
        self.project.outcome.written.extend(written)
        self.project.outcome.removed.extend(removed)
