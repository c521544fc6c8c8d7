"""What is wrong with a project as it stands, found without writing an output.

In: a project, built or not. Out: findings about its specs and templates, what engines cannot hold, and where the files
in the output folder differ from what a build would write. The memory of earlier builds is used where there is one,
because what it holds is sealed by hashes; otherwise the work is done in a memory that is thrown away.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity, has_errors, ordered
from datamodel_pipeline.pipeline import fingerprint
from datamodel_pipeline.pipeline.artifacts import Artifacts
from datamodel_pipeline.pipeline.fingerprint import digest
from datamodel_pipeline.pipeline.graph import Outcome, bring_up_to_date
from datamodel_pipeline.pipeline.index_build import IndexBuild
from datamodel_pipeline.pipeline.project import STATE_FILE, Project
from datamodel_pipeline.pipeline.scan import Inputs
from datamodel_pipeline.pipeline.store import StateLostError, Store

if TYPE_CHECKING:
    from datamodel_pipeline.engines._engine import Engine, Loss
    from datamodel_pipeline.pipeline.model_build import ModelBuild

STALE = "stale-output"
"""The rule of every finding about drift."""
SHOWN_LOSSES = 3
"""How many tables are named where an engine fails many of them for one reason; the document names all."""
FORGETFUL = Path(":memory:")
"""SQLite's name for a file that is never written."""


def opened(root: Path, note: Callable[[str], None]) -> Project:
    """The project in `root`, with its memory if it has one, else with one that leaves no trace."""
    project = Project(root, note)
    memory = root / project.settings.state / STATE_FILE
    if not (memory.is_file() and os.access(memory, os.W_OK) and os.access(memory.parent, os.W_OK)):
        forgetful(project)
    return project


def forgetful(project: Project) -> None:
    """Gives the project an empty memory that is thrown away."""
    project.store = Store(FORGETFUL, fingerprint.tool())
    project.artifacts = Artifacts(project.root, project.settings.outputs, project.store)


def inspected(project: Project, models: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Every finding about these models and their outputs, in order; about what models share only if these are all."""
    wanted = tuple(models)
    remembers = project.store.path != FORGETFUL
    if remembers:
        project.lock.acquire()
    collecting = gc.isenabled()
    gc.disable()  # see Project.up_to_date
    try:
        return _all_findings(project, wanted)
    except StateLostError:
        forgetful(project)
        project.inputs = Inputs()
        project.scan()
        return _all_findings(project, wanted)
    finally:
        project.store.commit()
        if remembers:
            project.lock.release()
        if collecting:
            gc.enable()


def _all_findings(project: Project, models: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    found = [*project.problems, *project.inputs.findings]
    for model in models:
        found += _model_findings(project, model)
    if len(models) == len(project.inputs.models) and not has_errors(d for d in found if d.rule != STALE):
        found += _shared_drift(project)
    return ordered(found)


def _model_findings(project: Project, model: str) -> list[Diagnostic]:
    build = project.build(model)
    failed = brought_up_to_date(build)
    if has_errors(failed) or has_errors(build.problems):
        return [*build.problems, *failed]
    return [*findings(build), *drift(project, build)]


def brought_up_to_date(build: ModelBuild) -> tuple[Diagnostic, ...]:
    """Runs every node of the model but the one that writes its files; returns what made nodes fail."""
    outcome = Outcome()
    bring_up_to_date(build.nodes(full=True)[:-1], outcome)
    return tuple(outcome.diagnostics)


def findings_key(build: ModelBuild) -> str:
    """The digest of all that the findings about a model that could be built are made from."""
    said = list(build.problems)
    said += [found for unit in build.mapping.units for found in build.tables.findings(unit.name)]
    facts = (build.variants.facts_digest(engine.product) for engine in build.variants.engines)
    return digest(repr(said), *facts)


def findings(build: ModelBuild, engines: Iterable[Engine] | None = None) -> tuple[Diagnostic, ...]:
    """Everything to say about a model that could be built: warnings, and what its (or these) engines cannot hold."""
    found = list(build.problems)
    for unit in build.mapping.units:
        found += build.tables.findings(unit.name)
    for engine in build.variants.engines if engines is None else engines:
        losses = [loss for facts in build.variants.facts(engine.product) for loss in facts.losses]
        found += _loss_findings(build, engine, losses)
    return ordered(build.mapping.relocated(tuple(found)))


def _loss_findings(build: ModelBuild, engine: Engine, losses: Iterable[Loss]) -> list[Diagnostic]:
    """Warnings about what an engine cannot hold: one a reason, at the entity or, for several, at the decision."""
    alike: dict[tuple[str, str], list[Loss]] = {}
    for loss in losses:
        alike.setdefault((loss.what, loss.instead), []).append(loss)
    found = []
    for (what, instead), same in alike.items():
        shown = [f"{loss.subject} of {loss.table}" for loss in same[:SHOWN_LOSSES]]
        rest = [f"{len(same) - SHOWN_LOSSES} more"] if len(same) > SHOWN_LOSSES else []
        text = f"{what}; this is about {', '.join(shown)}{' and ' if rest else ''}{''.join(rest)}"
        place = (build.tables.owner(same[0].table),) if len(same) == 1 else ("model", "decisions", "engines")
        rule = f"not-on-{engine.product}"
        found.append(Diagnostic(rule, f"{engine.label}: {text}", fix=instead, severity=Severity.WARNING, at=place))
    return found


# -- drift -------------------------------------------------------------------------------------------------------------


def drift(project: Project, build: ModelBuild) -> list[Diagnostic]:
    """Files of the model that are not what a build would write. Every node but the last must be up to date."""
    texts = build.publishing.texts()
    return [found for path, text in texts.items() if (found := _differs(project.root, path, text)) is not None]


def _shared_drift(project: Project) -> list[Diagnostic]:
    """The index, and files that nothing makes any more. Every model must be up to date but for its files."""
    builds = [project.build(files.name) for files in project.inputs.models]
    index = IndexBuild(project)
    live = {index.path, *(path for build in builds for path in build.publishing.paths)}
    stale = [_leftover(path) for path in project.artifacts.stale(live)]
    differs = _differs(project.root, index.path, index.text().encode())
    return [*stale, *([differs] if differs else [])]


def _differs(root: Path, path: str, wanted: bytes) -> Diagnostic | None:
    try:
        found = (root / path).read_bytes()
    except OSError:
        return _drifted(path, f"{path} does not exist, but the specs ask for it")
    if found == wanted:
        return None
    line = _first_difference(found, wanted)
    drifted = _drifted(path, f"{path} is not what the specs give: line {line} is the first that differs")
    return replace(drifted, location=Location(path, line))


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = zip(one.split(b"\n"), other.split(b"\n"), strict=False)
    shorter = min(one.count(b"\n"), other.count(b"\n")) + 1
    return next((number for number, (mine, theirs) in enumerate(pairs, 1) if mine != theirs), shorter)


def _leftover(path: str) -> Diagnostic:
    return _drifted(path, f"{path} was written by an earlier build, and nothing in the specs asks for it any more")


def _drifted(path: str, what: str) -> Diagnostic:
    why = "what is committed and read would not be what was designed"
    return Diagnostic(STALE, what, why, "run `doit` and commit the outputs with the specs", location=Location(path))
