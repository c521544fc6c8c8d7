"""What creating new tables does to a running system: one step per statement, with its lock and its reason.

In: a lowered table and the statements that make it. Out: steps. "Greenfield" is not lock-free: a foreign key locks the
table that it points to, and that one may be old and busy. Locks were measured on PostgreSQL 10 to 18 and SQLite 3.40
and 3.54; MySQL's are its manual's and were confirmed on 9.7.
"""

from __future__ import annotations

from collections.abc import Sequence

from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.planning.plan import Step
from datamodel_pipeline.schema.tables import Table

OPERATIONS = {
    "pragma": "PRAGMA",
    "function": "CREATE FUNCTION",
    "create_table": "CREATE TABLE",
    "create_index": "CREATE INDEX",
    "create_trigger": "CREATE TRIGGER",
    "comment": "COMMENT",
    "add_foreign_key": "ADD FOREIGN KEY",
    "enable_rls": "ENABLE ROW LEVEL SECURITY",
    "create_policy": "CREATE POLICY",
}
"""What each kind of statement is called in a playbook."""

POSTGRESQL_LOCKS = {
    "create_index": "SHARE",
    "create_trigger": "SHARE ROW EXCLUSIVE",
    "comment": "SHARE UPDATE EXCLUSIVE",
    "enable_rls": "ACCESS EXCLUSIVE",
    "create_policy": "ACCESS EXCLUSIVE",
}
"""The strongest lock on the table itself, which is new here, so nobody waits for it."""


def steps(product: str, table: Table, statements: Sequence[Statement]) -> tuple[Step, ...]:
    """One step per statement, in their order. A `product` that is not ours gets cautious answers."""
    return tuple(_step(product, table, statement) for statement in statements)


def _step(product: str, table: Table, statement: Statement) -> Step:
    """The step of one statement."""
    match product:
        case "postgresql":
            return _postgresql(table, statement)
        case "mysql":
            return _mysql(table, statement)
        case "sqlite":
            return _sqlite(table, statement)
    return Step(
        table=table.name,
        sql=statement.sql,
        operation=_operation(statement),
        safety="caution",
        lock="unknown",
        method="try it on a copy first",
        why="This engine's locks are not known to us.",
    )


def _postgresql(table: Table, statement: Statement) -> Step:
    """PostgreSQL: one transaction holds everything; only foreign keys reach tables that others use."""
    targets = _targets(table, statement)
    if targets:
        lock = f"SHARE ROW EXCLUSIVE on {_listed(targets)}"
        why = "Nothing can be written to a table so locked until commit. Reads go on."
        method = "own transaction, `lock_timeout` set, retry"
        return _caution(table, statement, lock, method, why, transactional=True)
    own = POSTGRESQL_LOCKS.get(statement.kind, "")
    why = "The table is new: nobody waits." if own else ""
    if statement.kind == "create_index":
        why = "The table is empty: the build takes no time and needs no CONCURRENTLY."
    return Step(
        table=table.name,
        sql=statement.sql,
        operation=_operation(statement),
        lock=f"{own} on {table.name}" if own else "none on existing tables",
        method="same transaction as the table" if own else "one transaction",
        why=why,
    )


def _mysql(table: Table, statement: Statement) -> Step:
    """MySQL: every DDL statement commits by itself; a foreign key takes a metadata lock on its parent."""
    targets = _targets(table, statement)
    if targets:
        lock = f"metadata lock on {_listed(targets)}"
        why = "Waits for open transactions on these tables; while it waits, new statements there queue behind it."
        method = "set `lock_wait_timeout` low, retry"
        return _caution(table, statement, lock, method, why, transactional=False)
    fresh = statement.kind != "create_table"
    return Step(
        table=table.name,
        sql=statement.sql,
        operation=_operation(statement),
        transactional=False,
        lock=f"metadata lock on {table.name}" if fresh else "none on existing tables",
        method="direct",
        why="The table is new: nobody waits." if fresh else "Commits by itself; drop the table to undo it.",
    )


def _sqlite(table: Table, statement: Statement) -> Step:
    """SQLite: one writer locks the whole database, for as long as its transaction lasts."""
    return Step(
        table=table.name,
        sql=statement.sql,
        operation=_operation(statement),
        lock="write lock on the whole database",
        method="one transaction for all tables (`BEGIN IMMEDIATE`)",
        why="Other writers wait until commit. Readers go on in WAL mode.",
    )


def _targets(table: Table, statement: Statement) -> tuple[str, ...]:
    """The other tables whose lock this statement takes: those of the foreign keys whose names it carries."""
    if statement.kind not in ("create_table", "add_foreign_key"):
        return ()
    refs = {key.ref_table for key in table.foreign_keys if key.name in statement.sql}
    return tuple(sorted(refs - {table.name}))


def _caution(table: Table, statement: Statement, lock: str, method: str, why: str, *, transactional: bool) -> Step:
    """A step that makes writers of another table wait."""
    return Step(
        table=table.name,
        sql=statement.sql,
        operation=_operation(statement),
        transactional=transactional,
        safety="caution",
        hazards=("blocks_writes",),
        lock=lock,
        method=method,
        why=why,
    )


def _operation(statement: Statement) -> str:
    """The statement's name in a playbook."""
    if statement.kind == "enable_rls" and " FORCE " in statement.sql:
        return "FORCE ROW LEVEL SECURITY"
    return OPERATIONS.get(statement.kind, statement.kind.replace("_", " ").upper())


def _listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
