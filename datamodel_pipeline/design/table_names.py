"""Table names that an author chose and that an engine of the model cannot have.

In: the entries of a model and its decisions. Out: diagnostics. It refuses to know names that the build makes: those
are short and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.entries import EntityEntry
from datamodel_pipeline.diagnostics import Diagnostic
from datamodel_pipeline.spec.specs import Decisions

_CONTROL: Final = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
_BEYOND: Final = re.compile("[\U00010000-\U0010ffff]")


def problems(entries: Mapping[str, EntityEntry], decisions: Decisions) -> Iterator[Diagnostic]:
    """What is wrong with the name of each table."""
    products = {choice.product for choice in decisions.engines}
    for own in entries.values():
        if own.store == "sql" and (wrong := _wrong(own.table, products)):
            what, fix = wrong
            named = "table" if own.table != naming.table(own.name) else "entity"
            yield Diagnostic("bad-table-name", what, fix=fix, at=(own.name, named))


def _wrong(table: str, products: set[str]) -> tuple[str, str] | None:
    size, plain = len(table.encode()), re.sub(r"\W+", "_", table).strip("_").lower() or "things"
    if size > naming.LIMIT:
        what = f"the table name {table} has {size} bytes, and a name has {naming.LIMIT} at most"
        return what, "Shorten it; what is derived from it (keys, indexes) is shortened by the build."
    if _CONTROL.search(table):
        return "the table name holds a line break or another control character", f"Write it in one line: {plain}."
    if "mysql" in products and _BEYOND.search(table):
        return f"MySQL has no character beyond U+FFFF (an emoji, say) in names: {table}", f"Write {plain}."
    if "sqlite" in products and table.lower().startswith("sqlite_"):
        return f"the table would be called {table}, and SQLite keeps names with sqlite_ for itself", (
            f"Give the table another name: `table: {table[7:] or 'things'}`."
        )
    return None
