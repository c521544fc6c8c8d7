"""The node over all models: the index of their documents, and the removal of outputs that nothing makes any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamodel_pipeline.pipeline.fingerprint import digest
from datamodel_pipeline.pipeline.graph import BuildError, Node

if TYPE_CHECKING:
    from datamodel_pipeline.pipeline.project import Project

INDEX = "index"
"""The name of the node, and the owner of its file."""
SPECS = "specs"
"""The name of the node that fails while folders or files cannot be used."""


class IndexBuild:
    """The index of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = project.store
        self.path = f"{project.settings.outputs}/README.md"

    def nodes(self) -> list[Node]:
        """The index node, which comes after every model and does nothing while one of them fails.

        While some folder or file cannot be used, a node before it that says so, and fails.
        """
        models = tuple(files.name for files in self._project.inputs.models)
        broken = bool(self._project.findings)
        index = Node(
            name=INDEX,
            title="write the index of all models and remove outputs of models that are gone",
            is_current=self._is_current,
            run=self._run,
            needs=(*models, SPECS) if broken else models,
            writes=(self.path,),
        )
        look = Node(name=SPECS, title="look for models and templates", is_current=lambda: False, run=self._complain)
        return [look, index] if broken else [index]

    def _complain(self) -> None:
        raise BuildError(self._project.findings)

    def _key(self) -> str:
        names = [files.name for files in self._project.inputs.models]
        return digest(self.path, *names, *(self._project.card_digest(name) for name in names))

    def _is_current(self) -> bool:
        artifacts = self._project.artifacts
        written = self._store.is_current(INDEX, self._key()) and artifacts.unchanged(INDEX)
        return written and not artifacts.stale(self._live())

    def _live(self) -> set[str]:
        owners = [INDEX, *(files.name for files in self._project.inputs.models)]
        return {self.path, *(path for owner in owners for path in self._project.artifacts.paths(owner))}

    def text(self) -> str:
        """The index of all models, each of which must have its document. Raises BuildError."""
        from datamodel_pipeline.documents import index

        return str(index.document(self._project.card(files.name) for files in self._project.inputs.models))

    def _run(self) -> None:
        text = self.text()
        written, removed = self._project.artifacts.publish(INDEX, {self.path: text.encode()})
        self._store.put(INDEX, self._key(), digest(text), None)
        outcome = self._project.outcome
        outcome.written.extend(written)
        outcome.removed.extend(removed)
        outcome.removed.extend(path for path in self._project.artifacts.stale(self._live()) if self._remove(path))
        self._store.commit()

    def _remove(self, path: str) -> bool:
        return self._project.artifacts.remove(path)
