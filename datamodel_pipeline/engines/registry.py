"""Which engines there are, and how a reader's `postgresql 16` becomes one.

In: product and version as written in a model or on the command line. Out: an `Engine`, or a Diagnostic that says what
could have been meant. Engine folders are found by name and imported only when asked for; nothing else is imported.
"""

from __future__ import annotations

import difflib
import re
from functools import cache

from datamodel_pipeline import discovery
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.engines._engine import Engine

PACKAGE = "datamodel_pipeline.engines"
WRITTEN = re.compile(r"\s*(?P<product>[^\s:]*)\s*[\s:]?\s*v?(?P<version>\S*)\s*", re.IGNORECASE)


@cache
def products() -> tuple[str, ...]:
    """The names of all engine folders, sorted."""
    own = __name__.rpartition(".")[2]
    return tuple(name for name in discovery.names(PACKAGE) if name != own)


def parse(text: str) -> tuple[str, str]:
    """`postgresql 16`, `postgresql:16` or `postgresql` → (product, version); version "" where none was written.

    Text that has another shape is returned whole as the product, for `problem` to complain about.
    """
    match = WRITTEN.fullmatch(text)
    return (match["product"].lower(), match["version"]) if match else (text.strip(), "")


def problem(product: str, version: str = "") -> Diagnostic | None:
    """What is wrong with this choice of engine, or None. Its location is for the caller to fill in."""
    if product not in products():
        return _unknown_product(product)
    if version and not _supports(_kind(product), version):
        return _unknown_version(product, version)
    return None


def engine(product: str, version: str = "") -> Engine:
    """The engine; without a version the newest known. Raises LookupError where `problem` would have said why not."""
    if found := problem(product, version):
        raise LookupError(found.what)
    return _kind(product)(version)


def _kind(product: str) -> type[Engine]:
    kind: type[Engine] = discovery.load(PACKAGE, product).ENGINE
    return kind


def _supports(kind: type[Engine], version: str) -> bool:
    """A known version, or a longer writing of one (8.0.36 of 8.0) that is not older than the oldest."""
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        return False
    known = any(version == one or version.startswith(f"{one}.") for one in kind.known)
    return known and (version in kind.known or _number(version) >= _number(kind.oldest))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _unknown_product(product: str) -> Diagnostic:
    near = difflib.get_close_matches(product.lower(), products(), n=1)
    guess = f"did you mean `{near[0]}`? " if near else ""
    return Diagnostic(
        rule="unknown-engine",
        what=f"there is no engine `{product}`",
        why="tables, SQL and migration steps are written for one of the engines that this package knows",
        fix=f"{guess}write one of: {', '.join(products())}",
    )


def _unknown_version(product: str, version: str) -> Diagnostic:
    kind = _kind(product)
    near = difflib.get_close_matches(version, kind.known, n=1) or [kind.newest]
    return Diagnostic(
        rule="unsupported-engine-version",
        what=f"{kind.title} {version} is not a version that this package knows",
        why="what an engine can express and which locks it takes depend on its version",
        fix=f"write `{product} {near[0]}`, or one of: {', '.join(kind.known)}",
    )
