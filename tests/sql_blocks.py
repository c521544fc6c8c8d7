"""The SQL blocks of a document, for tests that run them: fences that begin with `sql` and an engine's product."""

from __future__ import annotations

import re

FENCE = re.compile(r"^(?P<fence>`{3,})sql (?P<product>\w+)\n(?P<sql>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)


def blocks(markdown: str) -> list[tuple[str, str]]:
    """(engine product, SQL) of every block, in the document's order."""
    return [(match["product"], match["sql"]) for match in FENCE.finditer(markdown)]
