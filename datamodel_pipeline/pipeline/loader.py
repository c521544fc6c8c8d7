"""doit's front: the loader plugin that makes a dodo.py optional, and the same for a dodo.py of two lines.

In: the folder in which doit runs. Out: tasks and doit's configuration.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doit.cmd_base import Command, NamespaceTaskLoader, check_tasks_exist
from doit.doit_cmd import DoitMain

from datamodel_pipeline.pipeline import settings, tasks
from datamodel_pipeline.pipeline.place import state_folder
from datamodel_pipeline.pipeline.project import Project
from datamodel_pipeline.pipeline.restart import start_over
from datamodel_pipeline.pipeline.state import ContentChecker, StateBackend
from datamodel_pipeline.pipeline.stopping import stop_cleanly
from datamodel_pipeline.pipeline.store import StateLostError

STATE_FILE = "doit.json"
WRITERS = {"run", "clean", "forget", "ignore", "reset-dep", "strace"}
"""The commands that change the memory or the outputs."""


def config() -> dict[str, Any]:
    """doit's settings for the project in the current folder. `continue`: one model's mistakes do not hide another's."""
    chosen, _ = settings.load(Path.cwd())
    return {
        "backend": "datamodel",
        "check_file_uptodate": ContentChecker,
        "reporter": "datamodel",
        "dep_file": str(state_folder(Path.cwd() / chosen.state) / STATE_FILE),
        "continue": True,
    }


QUIET = {
    "name": "quiet",
    "short": "q",
    "long": "quiet",
    "type": bool,
    "default": False,
    "help": "print nothing but errors (also: DATAMODEL_QUIET=1); -v 0 keeps the summary",
}
"""An option of doit's own form; `doit list` has one of the same name, which wins there."""

_RUN_OPTIONS = {
    "-n",
    "--process",
    "-P",
    "--parallel-type",
    "-v",
    "--verbosity",
    "-r",
    "--reporter",
    "-o",
    "--output-file",
}
"""Options of `doit run` that take a value and do not choose tasks."""
_PROGRAMS = {"doit", "__main__.py"}
"""How doit is called: as a command, and as `python -m doit`."""
_RUN_FLAGS = {"-c", "--continue", "-s", "--single"}


def _note(text: str) -> None:
    print(text, file=sys.stderr)


def project_tasks(*, full: bool, running: bool, workers: int = 0) -> Iterator[dict[str, Any]]:
    """The tasks of the project in the current folder.

    `running` takes the lock until the process ends. `workers` is the number of processes that doit will start.
    """
    project = Project(Path.cwd(), _note)
    StateBackend.project = project
    if running:
        gc.disable()  # see Project.up_to_date; this process ends with its build
        stop_cleanly()
        project.lock.acquire()
    project.store.parallel = workers > 0
    project.scan()
    try:
        made = list(tasks.tasks(project, full=full, running=running))
    except StateLostError:
        start_over()
    StateBackend.ours = frozenset(
        f"{task['basename']}:{task['name']}" if task.get("name") else task["basename"] for task in made
    )
    yield from made


def is_plain_run(arguments: list[str]) -> bool:
    """Whether a doit command line runs everything, so that tasks with nothing to do need not exist."""
    rest = arguments[1:] if arguments[:1] == ["run"] else list(arguments)
    while rest:
        option = rest.pop(0)
        if option in _RUN_OPTIONS and rest:
            rest.pop(0)
        elif option not in _RUN_FLAGS and option.partition("=")[0] not in _RUN_OPTIONS:
            return False
    return True


def is_run(arguments: list[str]) -> bool:
    """Whether a doit command line executes tasks, or changes what is remembered of them."""
    return not arguments or arguments[0] not in {command.get_name() for command in DoitMain.DOIT_CMDS} - WRITERS


def task_datamodel() -> Iterator[dict[str, Any]]:
    """The build of every model in specs/."""
    if Path(sys.argv[0]).name not in _PROGRAMS:  # a script that calls doit: its arguments are not doit's
        return project_tasks(full=True, running=True)
    arguments = sys.argv[1:]
    parallel = any(argument.startswith(("-n", "--process")) for argument in arguments)
    return project_tasks(full=not is_plain_run(arguments), running=is_run(arguments), workers=int(parallel))


class DatamodelLoader(NamespaceTaskLoader):  # type: ignore[misc]  # doit is not typed
    """`[tool.doit] loader = "datamodel"`: the build without a dodo.py."""

    cmd_options = (QUIET,)

    def setup(self, opt_values: dict[str, Any]) -> None:
        """Learns the command's options before tasks are loaded."""
        self._always = bool(opt_values.get("always"))
        self._workers = int(opt_values.get("num_process") or 0)
        StateBackend.quiet = bool(opt_values.get("quiet"))
        self.namespace: dict[str, Any] = {}

    def load_doit_config(self) -> dict[str, Any]:
        """doit's settings for our tasks; pyproject.toml and the command line win."""
        return config()

    def load_tasks(self, cmd: Command, pos_args: list[str]) -> Any:
        """The tasks that this command needs."""
        full = not cmd.execute_tasks or bool(pos_args) or self._always

        def task_datamodel() -> Iterator[dict[str, Any]]:
            return project_tasks(full=full, running=cmd.get_name() in WRITERS, workers=self._workers)

        self.namespace = {"task_datamodel": task_datamodel}
        loaded = super().load_tasks(cmd, pos_args)
        if cmd.get_name() == "info":  # which doit answers with a traceback
            check_tasks_exist({task.name for task in loaded}, pos_args)
        return loaded
