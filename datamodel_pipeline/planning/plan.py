"""A plan as plain data: printers, executors and linters are written from this alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One statement of a plan with what it does to a running system.

    `phase` expand | backfill | contract; `safety` safe | caution | breaking; `lock` the engine's own name of the
    strongest lock and on which table; `hazards` typed dangers as words (`blocks_writes`, `data_loss`, …).
    """

    table: str
    sql: str
    phase: str = "expand"
    operation: str = ""
    transactional: bool = True
    safety: str = "safe"
    hazards: tuple[str, ...] = ()
    lock: str = ""
    rewrites_table: bool = False
    scans_table: bool = False
    method: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered steps for one engine (its label, `PostgreSQL 16`)."""

    engine: str
    steps: tuple[Step, ...] = ()
