"""How plugins are found: every public module or package of a folder is one plugin. Nothing is registered by hand."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def names(package: str) -> tuple[str, ...]:
    """The names of the plugins in a package, sorted; names that begin with an underscore are not plugins."""
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def load(package: str, name: str) -> ModuleType:
    """The plugin of that name. Raises ModuleNotFoundError when there is none."""
    return importlib.import_module(f"{package}.{name}")
