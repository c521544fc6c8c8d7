"""Which names folders and files of a model may have: they become names of tasks, which people type.

In: names. Out: what is wrong with one, "" when nothing is. It refuses to know any file.
"""

from __future__ import annotations

import re

COMMANDS = frozenset(
    ["clean", "dumpdb", "forget", "help", "ignore", "info", "list", "reset-dep", "run", "strace", "tabcompletion"],
)
"""The commands of doit: `doit clean` would never build a model of that name."""
OWN = frozenset({"index", "settings", "specs"})
"""The names of tasks that belong to no model."""
_MODEL = re.compile(r"[^\W_][\w-]*")


def model_problem(name: str) -> str:
    """What is wrong with the name of a model's folder."""
    if name in COMMANDS:
        return f"`doit {name}` is a command"
    if name in OWN:
        return f"`doit {name}` is the name of another task"
    if not _MODEL.fullmatch(name):
        return "it may have letters, digits, - and _, and begins with a letter or digit"
    return ""


def entity_file_problem(name: str) -> str:
    """What is wrong with the path of an entity's file."""
    if "=" in name:
        return "doit takes a name with = for the setting of a variable"
    return "" if name.isprintable() else "it has characters that cannot be shown"


def suggested(name: str) -> str:
    """A legal name for a model that resembles this one."""
    plain = re.sub(r"[^\w-]+|^[\W_]+", "-", name).strip("-_")
    return plain if plain and not model_problem(plain) else f"{plain or 'my'}-model"


def shown(name: str) -> str:
    """The name as it can be printed and stored."""
    return name if name.isprintable() else repr(name)[1:-1]
