"""The first stage of a model: its spec files, read only when their content changed.

In: files with their hashes and the memory of earlier builds. Out: specs, the digest of each one's meaning, and every
problem in them. A file that was read before is neither parsed nor loaded unless somebody asks for its value. A change
that YAML does not see (a comment, a blank line) ends there: what the file means is remembered already. Any other change
that does not change its meaning leaves its digest as it was, so nothing after it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamodel_pipeline.diagnostics import Diagnostic, has_errors
from datamodel_pipeline.pipeline.fingerprint import digest, digest_value
from datamodel_pipeline.pipeline.scan import ModelFiles, SourceFile
from datamodel_pipeline.pipeline.store import Store
from datamodel_pipeline.spec.specs import Decisions, Entity, Model

if TYPE_CHECKING:
    from datamodel_pipeline.spec.entity_file import EntityFile
    from datamodel_pipeline.spec.marks import Marks
    from datamodel_pipeline.spec.model_file import ModelFile
    from datamodel_pipeline.spec.outline import EntityOutline
    from datamodel_pipeline.spec.yaml import Document

MODEL = "model.yaml"
SAID = "said"
"""Marks the records of files about which there is something to say, so that those of the others need not be loaded."""


class Reading:
    """The spec files of one model, by their name in the task list: `model.yaml`, `entities/user.yaml`."""

    def __init__(self, store: Store, files: ModelFiles) -> None:
        self._store = store
        self._prefix = files.name
        self.sources: dict[str, SourceFile] = {MODEL: files.model} if files.model else {}
        self.sources |= {f"entities/{task}.yaml": file for task, file in files.entities}
        self._fresh: dict[str, ModelFile | EntityFile] = {}
        self._documents: dict[str, tuple[Document, str]] = {}
        self._keys: dict[str, str] = {}
        self._meanings: dict[str, str] = {}

    @property
    def entity_tasks(self) -> tuple[str, ...]:
        """The entity files, by path."""
        return tuple(task for task in self.sources if task != MODEL)

    def record_name(self, task: str) -> str:
        """The name under which a file's meaning is remembered; also its node's name."""
        return f"{self._prefix}.specs:{task}"

    def key(self, task: str) -> str:
        """What reading this file depends on."""
        if task not in self._keys:
            self._keys[task] = digest(self.sources[task].path, self.sources[task].digest)
        return self._keys[task]

    def is_current(self, task: str) -> bool:
        """Whether this very content has been read before, without errors."""
        return self._store.is_current(self.record_name(task), self.key(task))

    def _document(self, task: str) -> tuple[Document, str]:
        """The file's YAML, read now (once), and the digest of what it says; "" where something is wrong with it."""
        if task not in self._documents:
            from datamodel_pipeline.spec import yaml

            found = yaml.read(self.sources[task].path, self.sources[task].content)
            silent = not found.diagnostics and not found.empty and found.whole
            self._documents[task] = found, digest(yaml.spelling(found.value)) if silent else ""
        return self._documents[task]

    def _is_respelled(self, task: str) -> bool:
        """Whether the file has changed since it was read last, but not for YAML, and nothing was wrong with it."""
        if self.is_current(task):
            return False
        before, marks = (self._store.record(name) for name in (self.record_name(task), self._marks_name(task)))
        if before is None or marks is None or before.key != marks.key or marks.digest in {"", SAID}:
            return False
        return self._document(task)[1] == marks.digest

    def is_readable(self, task: str) -> bool:
        """Whether the file has no errors."""
        return self.is_current(task) or self._is_respelled(task) or not has_errors(self.fresh(task).diagnostics)

    def fresh(self, task: str) -> ModelFile | EntityFile:
        """The file, read now (once)."""
        if task not in self._fresh:
            self._fresh[task] = self._read(task)
        return self._fresh[task]

    def _read(self, task: str) -> ModelFile | EntityFile:
        path, document = self.sources[task].path, self._document(task)[0]
        if task == MODEL:
            from datamodel_pipeline.spec.model_file import model_file

            return model_file(path, document)
        from datamodel_pipeline.spec.entity_file import entity_file

        return entity_file(path, document)

    def remember(self, task: str) -> tuple[Diagnostic, ...]:
        """Puts the file's meaning into the memory unless it has errors; returns what was found."""
        name, key = self.record_name(task), self.key(task)
        if self._is_respelled(task):
            document, spelled = self._document(task)
            self._store.put(self._marks_name(task), key, spelled, (document.marks, ()), keep=False)
            self._store.renew(name, key)
            return ()
        found = self.fresh(task)
        if not has_errors(found.diagnostics):
            value = _value(found)
            said = SAID if found.diagnostics else self._document(task)[1]
            self._store.put(self._marks_name(task), key, said, (found.marks, found.diagnostics), keep=False)
            self._store.put(name, key, self.meaning(task), value)
            del self._documents[task], self._fresh[task]
        return found.diagnostics

    def meaning(self, task: str) -> str:
        """The digest of what the file means. A file with errors has none of its own: its content stands for it."""
        if task not in self._meanings:
            self._meanings[task] = self._meaning(task)
        return self._meanings[task]

    def _meaning(self, task: str) -> str:
        if self.is_current(task) or self._is_respelled(task):
            return self._store.digest_of(self.record_name(task))
        found = self.fresh(task)
        return self.key(task) if has_errors(found.diagnostics) else digest_value(_value(found))

    def model(self) -> Model | None:
        """model.yaml, or None when it is missing or has errors."""
        value = self._value(MODEL) if MODEL in self.sources else None
        return value if isinstance(value, Model) else None

    def entity(self, task: str) -> Entity | None:
        """One entity, or None when its file has errors."""
        value = self._value(task)
        return value if isinstance(value, Entity) else None

    def decisions(self) -> Decisions:
        """The decisions, as far as model.yaml could be read."""
        model = self.model()
        if model is not None or MODEL not in self.sources:
            return model.decisions if model else Decisions()
        partial = self.fresh(MODEL).partial
        return partial if isinstance(partial, Decisions) else Decisions()

    def partial(self, task: str) -> Entity | None:
        """What could be read of an entity; all of it when its file has no errors."""
        entity = self.entity(task) or self.fresh(task).partial
        return entity if isinstance(entity, Entity) else None

    def outline(self, task: str) -> EntityOutline | None:
        """The outline of an entity whose file has errors, None when not even its name is known."""
        found: EntityOutline | None = getattr(self.fresh(task), "outline", None)
        return found

    def diagnostics(self, task: str) -> tuple[Diagnostic, ...]:
        """What was found when the file was read, located."""
        if not self.is_current(task):
            return () if self._is_respelled(task) else self.fresh(task).diagnostics
        name = self._marks_name(task)
        silent = self._store.is_current(name, self.key(task)) and self._store.digest_of(name) != SAID
        return () if silent else self._remembered(task)[1]

    def marks(self, task: str) -> Marks:
        """Where things stand in the file."""
        if self.is_current(task):
            return self._remembered(task)[0]
        return self._document(task)[0].marks if self._is_respelled(task) else self.fresh(task).marks

    def _value(self, task: str) -> Model | Entity | None:
        if task not in self._fresh and (self.is_current(task) or self._is_respelled(task)):
            value: Model | Entity | None = self._store.value(self.record_name(task))
            return value
        return _value(self.fresh(task))

    def _remembered(self, task: str) -> tuple[Marks, tuple[Diagnostic, ...]]:
        if not self._store.is_current(self._marks_name(task), self.key(task)):
            found = self.fresh(task)
            return found.marks, found.diagnostics
        value: tuple[Marks, tuple[Diagnostic, ...]] = self._store.value(self._marks_name(task))
        return value

    def _marks_name(self, task: str) -> str:
        return f"{self._prefix}.marks:{task}"


def _value(found: ModelFile | EntityFile) -> Model | Entity | None:
    value: Model | Entity | None = getattr(found, "entity", None) or getattr(found, "model", None)
    return value
