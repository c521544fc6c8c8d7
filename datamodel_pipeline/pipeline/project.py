"""A project on disk: its settings, its memory, its models, and the nodes that bring its outputs up to date.

In: a folder. Out: `Node` lists for doit, watch and the commands. Everything that several models share lives here.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from datamodel_pipeline.diagnostics import Diagnostic, Location
from datamodel_pipeline.pipeline import fingerprint, settings
from datamodel_pipeline.pipeline import scan as scanning
from datamodel_pipeline.pipeline.artifacts import Artifacts
from datamodel_pipeline.pipeline.compiled import CompiledTemplates
from datamodel_pipeline.pipeline.graph import Node, Outcome, bring_up_to_date
from datamodel_pipeline.pipeline.identity import Identity, clash
from datamodel_pipeline.pipeline.lock import Lock
from datamodel_pipeline.pipeline.place import state_folder
from datamodel_pipeline.pipeline.store import StateLostError, Store

if TYPE_CHECKING:
    from datamodel_pipeline.documents.index import ModelCard
    from datamodel_pipeline.documents.templates import Templates
    from datamodel_pipeline.pipeline.model_build import ModelBuild

STATE_FILE = "state.sqlite"
LOCK_FILE = "lock"


def _silent(_: str) -> None:
    """Says nothing."""


class Project:
    """One project folder. `note` hears remarks meant for people; `scan` reads all inputs anew."""

    def __init__(self, root: Path, note: Callable[[str], None] = _silent) -> None:
        self.root = root
        self.settings, self.problems = settings.load(root)
        state = state_folder(root / self.settings.state)
        if state != root / self.settings.state:
            note(f"{self.settings.state}/ cannot be written, so this build remembers nothing and takes its time")
        self.store = Store(state / STATE_FILE, fingerprint.tool(), note)
        self.lock = Lock(state / LOCK_FILE, note)
        self.artifacts = Artifacts(root, self.settings.outputs, self.store)
        self.inputs = scanning.Inputs()
        self.outcome = Outcome()
        """What the running build has done so far."""
        self.failures: list[Diagnostic] = []
        """Every problem that made a node of the running build fail, as it was found."""
        self._builds: dict[str, ModelBuild] = {}

    # -- inputs ----------------------------------------------------------------------------------------------------

    def scan(self) -> None:
        """Reads and hashes every input; forgets what was derived from inputs that changed."""
        self.failures = []
        before = self.inputs
        self.inputs = scanning.scan(self.root, self.settings)
        if before.templates != self.inputs.templates:
            self.__dict__.pop("templates", None)
            self._builds.clear()
        same = {files.name: files.digest for files in before.models}
        for files in self.inputs.models:
            if same.get(files.name) != files.digest:
                self._builds.pop(files.name, None)
        for build in self._builds.values():
            build.look_around()

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What keeps folders and files from being used. Without a specs folder nothing is built and nothing removed."""
        is_there = (self.root / self.settings.specs).is_dir()
        return self.inputs.findings if is_there else (no_models(self.root, self.settings.specs),)

    @cached_property
    def templates(self) -> Templates:
        """Packaged templates with the user's on top."""
        from datamodel_pipeline.documents.templates import Templates

        return Templates(self.inputs.templates, self.settings.templates, CompiledTemplates(self.store))

    def template_hash(self, name: str) -> str:
        """What a fragment depends on in its template: "" for a packaged one, which the tool's fingerprint covers."""
        if not self.inputs.templates:
            return ""
        from datamodel_pipeline.documents.templates import Templates

        found = self.templates.hash_of(name)
        return "" if found == Templates().hash_of(name) else found

    @property
    def template_findings(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the user's templates."""
        return self.templates.diagnostics() if self.inputs.templates else ()

    @property
    def shared_key(self) -> str:
        """The digest of everything beside its own files that a model's outputs depend on."""
        flat = (part for name, text in sorted(self.inputs.templates.items()) for part in (name, text))
        return fingerprint.digest(fingerprint.tool(), repr(self.settings), *flat)

    # -- models ----------------------------------------------------------------------------------------------------

    def files(self, model: str) -> scanning.ModelFiles:
        """The files of a model. Raises KeyError when there is no such folder."""
        return next(files for files in self.inputs.models if files.name == model)

    def build(self, model: str) -> ModelBuild:
        """The build of one model, on the inputs of the last scan."""
        from datamodel_pipeline.pipeline.model_build import ModelBuild

        if model not in self._builds:
            self._builds[model] = ModelBuild(self, self.files(model))
        return self._builds[model]

    def is_clean(self, model: str) -> bool:
        """Whether nothing has to be done for a model: same inputs, same tool, outputs as we left them."""
        stamp = self.stamp(model)
        return self.store.meta(f"stamp:{model}") == stamp and self.artifacts.unchanged(model)

    def stamp(self, model: str) -> str:
        """The digest of everything that a model's outputs depend on."""
        return fingerprint.digest(self.files(model).digest, self.shared_key)

    def card_digest(self, model: str) -> str:
        """The digest of what the index says about a model, "" when it has not been published."""
        return self.store.digest_of(f"{model}.card")

    def card(self, model: str) -> ModelCard:
        """What the index says about a model, which must have been published."""
        found: ModelCard = self.store.value(f"{model}.card")
        return found

    def clashes(self, model: str) -> tuple[Diagnostic, ...]:
        """Errors about other models that would write to the same place as this one."""
        mine = self._identity(model)
        others = (files.name for files in self.inputs.models if files.name != model)
        return tuple(
            clash(mine, other, field)
            for other in map(self._identity, others)
            for field in ("id", "slug")
            if mine and other and getattr(mine, field) == getattr(other, field)
        )

    def _identity(self, model: str) -> Identity | None:
        if self.store.meta(f"stamp:{model}") == self.stamp(model):
            card = self.card(model)
            return Identity(model, self.files(model).folder, card.id, card.slug)
        found = self.build(model).mapping.model
        return Identity(model, self.files(model).folder, found.id, found.slug) if found else None

    # -- nodes -----------------------------------------------------------------------------------------------------

    def nodes(self, models: Iterable[str] | None = None) -> list[Node]:
        """All nodes of these models (all of them by default) and the index, dependencies first."""
        wanted = [files.name for files in self.inputs.models] if models is None else list(models)
        nodes = [node for model in wanted for node in self.build(model).nodes()]
        return [*nodes, *self.shared_nodes()]

    def dirty_models(self) -> list[str]:
        """The models that have something to do."""
        return [files.name for files in self.inputs.models if not self.is_clean(files.name)]

    def shared_nodes(self) -> list[Node]:
        """What the scan complains about, the index of all models, and the removal of outputs that nothing makes."""
        from datamodel_pipeline.pipeline.index_build import IndexBuild

        return IndexBuild(self).nodes()

    def up_to_date(self) -> Outcome:
        """Builds everything that is out of date, in this process. Takes the lock."""
        self.lock.acquire()
        collecting = gc.isenabled()
        gc.disable()  # a build makes many objects and hardly a cycle: looking for garbage took a fifth of its time
        try:
            self.scan()
            try:
                return self._built()
            except StateLostError:
                self._builds.clear()
                return self._built()
        finally:
            self.store.commit()
            self.lock.release()
            if collecting:
                gc.enable()

    def _built(self) -> Outcome:
        self.outcome = outcome = Outcome()
        outcome.diagnostics.extend(self.problems)
        if self.problems:
            return outcome
        bring_up_to_date(self.nodes(self.dirty_models()), outcome)
        return outcome

    def close(self) -> None:
        """Saves and closes the state."""
        self.store.close()
        self.lock.release()


def no_models(root: Path, specs: str) -> Diagnostic:
    """What to say when a project has nothing to build."""
    return Diagnostic(
        "no-models",
        f"there is no model in {specs}/",
        f"a model is a folder {specs}/<name>/ with a model.yaml and entities/*.yaml",
        f"write {specs}/blog/model.yaml:\n    datamodel: 1\n    id: 1\n    slug: blog\n    title: Blog",
        location=Location(specs) if (root / specs).is_dir() else None,
    )
