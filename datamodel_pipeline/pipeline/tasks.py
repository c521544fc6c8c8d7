"""The nodes of a build as doit tasks.

In: a project. Out: task dictionaries. A plain `doit` gets tasks only for what may have something to do, because doit
pays for every task; `doit list`, `info`, `clean`, `forget` and named tasks get the full graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from doit.exceptions import TaskFailed

from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.pipeline.graph import BuildError, Node
from datamodel_pipeline.pipeline.index_build import INDEX
from datamodel_pipeline.pipeline.project import Project
from datamodel_pipeline.pipeline.verdicts import NO_ARGUMENTS, Verdict, step, verdicts

GROUPS = {
    "specs": "read the spec files",
    "tables": "make the tables of each entity",
    "pages": "render the tables of each entity",
    "sections": "render the sections of the document",
}
"""What the groups of a model do, for `doit list`; the others are engines."""


class SpecFailed(TaskFailed):  # type: ignore[misc]  # doit is not typed
    """What a task answers when specs are wrong; the diagnostics reach the reporter also from another process."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


def tasks(project: Project, *, full: bool, running: bool = True) -> Iterator[dict[str, Any]]:
    """The tasks of a scanned project; while its settings are wrong, one that says so."""
    if project.problems:
        yield _settings(project)
        return
    models = [files.name for files in project.inputs.models]
    dirty = set(models if full else project.dirty_models())
    for model in models:
        if model in dirty:
            yield from _model_tasks(project, project.build(model).nodes(full=full), full=full, running=running)
        else:
            yield _up_to_date(model)
    yield from _model_tasks(project, project.shared_nodes(), full=full, running=running)


def _settings(project: Project) -> dict[str, Any]:
    failed = SpecFailed("\n".join(map(str, project.problems)), project.problems)
    return {"basename": "settings", "actions": [lambda: failed], "doc": "mend the settings in pyproject.toml"}


def _up_to_date(model: str) -> dict[str, Any]:
    return {"basename": model, "actions": [], "uptodate": [True], "doc": f"{model} is up to date"}


def _model_tasks(project: Project, nodes: list[Node], *, full: bool, running: bool) -> Iterator[dict[str, Any]]:
    judged = verdicts(project, nodes, running=running)
    known = {name for node in nodes for name in (node.name, node.group)}
    known.update(files.name for files in project.inputs.models)
    groups = dict.fromkeys(node.group for node in nodes if ":" in node.name)
    # doit runs tasks in the order of their groups: pages pull in the SQL of their own tables, one unit after the other
    for group in sorted(groups, key=lambda name: not name.endswith((".specs", ".tables", ".pages"))):
        members = judged[group] if full else []
        yield {"basename": group, "name": None, "doc": _group_title(group), "uptodate": members}
    for node in nodes:
        yield _task(project, node, known, judged[node.name][0], full=full)


def _group_title(group: str) -> str:
    last = group.rpartition(".")[2]
    return GROUPS.get(last, f"write the {last} SQL of each entity")


def _task(project: Project, node: Node, known: set[str], verdict: Verdict, *, full: bool) -> dict[str, Any]:
    task: dict[str, Any] = {
        "basename": node.group,
        "actions": [_action(project, node)],
        "uptodate": [verdict],
        "task_dep": [name for name in node.needs if name in known],
        "doc": node.title,
    }
    if rest := node.name.partition(":")[2]:
        task["name"] = rest
    if node.writes:
        task["clean"] = [(remove_outputs, [project, node])]
    if full:
        task["file_dep"] = list(node.reads)
        task["targets"] = list(node.writes)
    return task


def _action(project: Project, node: Node) -> Callable[[], dict[str, Any] | TaskFailed]:
    """Runs the node; its answer reaches the reporter as the task's values, also from another process."""

    def act() -> dict[str, Any] | TaskFailed:
        project.store.sync()
        before = len(project.outcome.written), len(project.outcome.removed)
        try:
            step(node.run)
        except BuildError as error:
            project.failures.extend(error.diagnostics)
            return SpecFailed(str(error), error.diagnostics)
        outcome = project.outcome
        return {"written": outcome.written[before[0] :], "removed": outcome.removed[before[1] :]}

    vars(act)["__signature__"] = NO_ARGUMENTS
    return act


def remove_outputs(project: Project, node: Node, dryrun: bool) -> None:
    """Removes the files of a model, or of the index and of models that are gone, and says so in doit's words."""
    paths = {*node.writes, *project.artifacts.paths(node.name)}
    if node.name == INDEX:
        paths.update(project.artifacts.abandoned({INDEX, *(files.name for files in project.inputs.models)}))
    for path in sorted(paths):
        if project.artifacts.is_ours(path):
            print(f"{node.name} - removing file '{path}'")
            if not dryrun:
                project.artifacts.remove(path)
    if not dryrun:
        project.store.set_meta(f"stamp:{node.name}", "")
    project.store.commit()
