"""The node over all models: the index of their documents, and the removal of outputs that nothing makes any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamodel_pipeline.pipeline.fingerprint import digest
from datamodel_pipeline.pipeline.graph import Node

if TYPE_CHECKING:
    from datamodel_pipeline.pipeline.project import Project

INDEX = "index"
"""The name of the node, and the owner of its file."""


class IndexBuild:
    """The index of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = project.store
        self.path = f"{project.settings.outputs}/README.md"

    def node(self) -> Node:
        """The index node; it comes after every model, and so does nothing while one of them fails."""
        return Node(
            name=INDEX,
            title="write the index of all models and remove outputs of models that are gone",
            is_current=self._is_current,
            run=self._run,
            needs=tuple(files.name for files in self._project.inputs.models),
            writes=(self.path,),
        )

    def _key(self) -> str:
        names = [files.name for files in self._project.inputs.models]
        return digest(self.path, *names, *(self._project.card(name)[1] for name in names))

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

        return str(index.document(self._project.card(files.name)[0] for files in self._project.inputs.models))

    def _run(self) -> None:
        text = self.text()
        written, removed = self._project.artifacts.publish(INDEX, {self.path: text})
        self._store.put(INDEX, self._key(), digest(text), None)
        outcome = self._project.outcome
        outcome.written.extend(written)
        outcome.removed.extend(removed)
        outcome.removed.extend(path for path in self._project.artifacts.stale(self._live()) if self._remove(path))
        self._store.commit()

    def _remove(self, path: str) -> bool:
        return self._project.artifacts.remove(path)
