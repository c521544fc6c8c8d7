"""The statements that make a table, in a few words: `CREATE TABLE with 3 indexes, 1 trigger and row-level security`.

In: steps of one table. Out: words. Locks and reasons are told elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from datamodel_pipeline.documents.wording import counted, listed
from datamodel_pipeline.planning.plan import Step

NOUNS = {
    "CREATE INDEX": ("index", "indexes"),
    "CREATE TRIGGER": ("trigger", "triggers"),
    "COMMENT": ("comment", "comments"),
    "ADD FOREIGN KEY": ("foreign key", "foreign keys"),
}
"""What comes with a table, counted."""
SECURITY = ("ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY", "CREATE POLICY")


def told(steps: Sequence[Step]) -> str:
    """The first operation by its name, the others by what they make."""
    if not steps:
        return ""
    first, *rest = (step.operation for step in steps)
    counts = Counter(rest)
    words = [counted(number, *NOUNS.get(name, (name, name))) for name, number in counts.items() if name not in SECURITY]
    words += ["row-level security"] if any(name in SECURITY for name in counts) else []
    return f"{first} with {listed(words)}" if words else first
