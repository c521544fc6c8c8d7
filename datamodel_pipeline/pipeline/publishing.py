"""The last stage of a model: fragments become files.

In: sections, pages and SQL. Out: the document and one schema.sql an engine, written together.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from datamodel_pipeline import MARK
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.pipeline.fingerprint import digest, digest_value

if TYPE_CHECKING:
    from datamodel_pipeline.pipeline.model_build import ModelBuild
    from datamodel_pipeline.spec.specs import Model


class Publishing:
    """The output files of one model."""

    def __init__(self, build: ModelBuild) -> None:
        self._build = build
        self._project = build.project
        self._store = build.project.store
        self._model = build.name
        self._document = b""

    # -- the document ----------------------------------------------------------------------------------------------

    @property
    def _document_name(self) -> str:
        return f"{self._model}.document"

    @property
    def _document_key(self) -> str:
        sections = self._build.sections
        return digest(
            sections.sections_digest,
            sections.pages_digest,
            self._build.variants.order_digest,
            digest_value(self._build.mapping.model),
        )

    @property
    def document_is_current(self) -> bool:
        """Whether the remembered document was assembled from these fragments."""
        return self._store.are_current((self._document_name, f"{self._model}.card"), self._document_key)

    def run_document(self) -> None:
        """Assembles the document. Its text is kept for the last node; what is remembered is that it could be made."""
        from datamodel_pipeline.documents import index

        model, key = self._model_spec, self._document_key
        order = self._build.variants.order.creation.order
        card = index.card(model, [engine.label for engine in self._build.variants.engines], len(order))
        self._store.put(f"{self._model}.card", key, digest_value(card), card)
        self._document = self._assembled()
        self._store.put(self._document_name, key, key, None)

    def _assembled(self) -> bytes:
        from datamodel_pipeline.documents import assemble

        sections, order = self._build.sections, self._build.variants.order.creation.order
        fragments = {name: sections.fragment(name) for name in sections.names}
        return assemble.assembled(self._model_spec, fragments, sections.pages(), order)

    @property
    def _model_spec(self) -> Model:
        model = self._build.mapping.model
        assert model is not None, "only a readable model is published"
        return model

    # -- the SQL ---------------------------------------------------------------------------------------------------

    def schema_sql(self, engine: Engine) -> bytes:
        """The full schema for one engine, executable as it stands."""
        model = self._model_spec
        scripts = self._build.variants.scripts(engine.product)
        prelude = dict.fromkeys(sql for script in scripts for sql in script.prelude)
        head = f"-- {MARK} from {self._build.files.folder}: do not edit.\n-- {model.title}, for {engine.label}."
        last = (sql for script in scripts for sql in script.deferred)
        parts = [head.encode(), *(sql.encode() for sql in prelude), *(script.sql for script in scripts)]
        return b"\n\n".join([*parts, *(sql.encode() for sql in last)]) + b"\n"

    # -- the files -------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The model's line in the task list."""
        model = self._build.mapping.model
        return f"write the document and the SQL of {model.title}" if model else f"write the outputs of {self._model}"

    @cached_property
    def folder(self) -> str:
        """The model's output folder."""
        model = self._build.mapping.model
        return f"{self._project.settings.outputs}/{model.folder}" if model else ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of this model. While it cannot be read: those that it wrote last."""
        model = self._build.mapping.model
        if model is None:
            return self._project.artifacts.paths(self._model)
        engines = [f"{self.folder}/{choice.product}/schema.sql" for choice in model.decisions.engines]
        return (f"{self.folder}/{model.folder}.md", *engines)

    @property
    def key(self) -> str:
        """The digest of all that the files are made from."""
        return digest(self._build.mapping.key, self._project.shared_key, self._build.files.folder)

    @property
    def is_settled(self) -> bool:
        """Whether the files were published from specs of this meaning, so that nothing between can be out of date."""
        return self._store.is_current(self._model, self.key)

    @property
    def is_intact(self) -> bool:
        """Whether the files are there as these specs gave them. What is remembered may be of specs since given up."""
        return self.is_settled and self._project.artifacts.unchanged(self._model)

    @property
    def is_current(self) -> bool:
        """Whether the files are there as this model wants them."""
        if not self._build.is_readable or not self.is_intact:
            return False
        self._stamp()
        return True

    def texts(self) -> dict[str, bytes]:
        """The files' contents by path; every node of the model before its last must be up to date."""
        document, self._document = self._document or self._assembled(), b""
        return dict(zip(self.paths, [document, *map(self.schema_sql, self._build.variants.engines)], strict=True))

    def run(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Writes the files; returns the paths written and the paths removed."""
        written, removed = self._project.artifacts.publish(self._model, self.texts())
        self._store.put(self._model, self.key, self.key, None)
        self._stamp()
        self._store.commit()
        return written, removed

    def _stamp(self) -> None:
        self._store.set_meta(f"stamp:{self._model}", self._project.stamp(self._model))
