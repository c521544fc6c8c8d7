"""Storage options of tables on PostgreSQL.

In: the options that an author wrote for PostgreSQL. Out: those that CREATE TABLE … WITH takes at this major version,
and what was lost. Values are not judged beyond their form: whether a fillfactor is sensible is the author's matter.
"""

from __future__ import annotations

import re

from datamodel_pipeline.engines._engine import Loss
from datamodel_pipeline.engines.postgresql.words import PRODUCT
from datamodel_pipeline.schema.tables import Table

OWN = re.compile(r"fillfactor|toast_tuple_target|parallel_workers|user_catalog_table")
SHARED = re.compile(
    r"autovacuum_(enabled|(vacuum|vacuum_insert|analyze)_(threshold|scale_factor)|vacuum_cost_(delay|limit)"
    r"|(multixact_)?freeze_(min|max|table)_age)|vacuum_(index_cleanup|truncate)|log_autovacuum_min_duration"
)
SINCE_18 = re.compile(r"autovacuum_vacuum_max_threshold|vacuum_max_eager_freeze_failure_rate")
"""Options as the manual of CREATE TABLE, "Storage Parameters", lists them; SHARED ones also with `toast.`."""

VALUE = re.compile(r"[+-]?[\w.]+")


def lower_options(table: Table, major: int) -> tuple[tuple[tuple[str, str], ...], list[Loss]]:
    """The options that PostgreSQL takes, in the author's order, names in lower case."""
    kept: list[tuple[str, str]] = []
    losses: list[Loss] = []
    for written, value in table.engine_options(PRODUCT):
        option = written.strip().lower()
        if not _known(option, major):
            losses.append(_loss(table, written, f"PostgreSQL {major} has no storage option of this name"))
        elif not VALUE.fullmatch(value):
            losses.append(_loss(table, written, f"its value must be a number or a word, not {value!r}"))
        else:
            kept.append((option, value))
    return tuple(kept), losses


def _known(option: str, major: int) -> bool:
    shared = option.removeprefix("toast.")
    if SHARED.fullmatch(shared) or (major >= 18 and SINCE_18.fullmatch(shared)):
        return not (option != shared and "analyze" in shared)  # a TOAST table is never analyzed
    return bool(OWN.fullmatch(option))


def _loss(table: Table, option: str, what: str) -> Loss:
    return Loss(table.name, f"option {option}", what, "the table without it")
