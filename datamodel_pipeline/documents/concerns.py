"""Concerns that hold for every table: how each is solved in this model, engine by engine.

In: a view. Out: typed concerns; those that the model has no use for are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from datamodel_pipeline.documents import decided, scoping
from datamodel_pipeline.documents.concern import Concern, per_engine
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, code, inline, text
from datamodel_pipeline.documents.spoken import engine as engine_of
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.documents.wording import sentence
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.schema.tables import Origin, Role
from datamodel_pipeline.schema.types import Type

KEYS = {
    "bigint": {
        "postgresql": "`bigint GENERATED ALWAYS AS IDENTITY`: an insert that names an id by mistake is refused",
        "mysql": "`BIGINT AUTO_INCREMENT`",
        "sqlite": "`INTEGER PRIMARY KEY`, which is the row number itself",
    },
    "uuid": {
        "postgresql": "`uuid`, made by the database: `uuidv7()` from PostgreSQL 18 on, `gen_random_uuid()` before",
        "mysql": "`UUID()` of the database, or one that the application makes",
        "sqlite": "text of 36 characters, made by the database from random bytes",
    },
}
UPKEEP = {
    "postgresql": "`timestamptz`; a trigger sets `updated_at` to `clock_timestamp()` on every update",
    "mysql": "`TIMESTAMP(6)` in UTC; `ON UPDATE CURRENT_TIMESTAMP` keeps `updated_at`",
    "sqlite": "ISO 8601 text in UTC, which sorts like time; a trigger keeps `updated_at`",
}
ENUMS = {
    "postgresql": "`varchar` and a CHECK",
    "mysql": "`VARCHAR` and a CHECK, which MySQL obeys from 8.0.16 on",
    "sqlite": "`TEXT` and a CHECK",
}


DIFFERENCES = 12
"""So many different losses are told for each engine."""


def concerns(view: ModelView) -> tuple[Concern, ...]:
    """All concerns of this model, in the document's order; none where it has no tables."""
    if not view.schema.tables:
        return ()
    engines = [(one.label, engine_of(one)) for one in view.engines]
    found = (
        _keys(view),
        _timestamps(view),
        scoping.deletes(view, engines),
        scoping.tenancy(view, engines),
        _enums(view),
        _naming(),
        _values(view, engines),
        _differences(view),
    )
    return tuple(concern for concern in found if concern is not None)


def _keys(view: ModelView) -> Concern:
    """Primary keys."""
    chosen = view.specs.model.decisions.primary_keys
    kinds = sorted({chosen.default, *(kind for _, kind in chosen.exceptions)})
    engines = tuple(
        (f"{label}, {kind}" if len(kinds) > 1 else label, how)
        for kind in kinds
        for label, how in per_engine(view, KEYS.get(kind, {}))
    )
    words = (
        "Every table has one surrogate key, `id`, without meaning, so it never has to change.",
        "A junction table without attributes of its own is keyed by its two references.",
    )
    bare = any(table.origin is Origin.JUNCTION and not table.column("id") for table in view.schema.tables)
    decision = decided.row(view.specs.model.decisions, "primary_keys")
    return Concern("Primary keys", decision, tuple(map(Markdown, words if bare else words[:1])), engines)


def _timestamps(view: ModelView) -> Concern | None:
    """`created_at` and `updated_at`."""
    touched = [table for table in view.schema.tables if table.touch_column]
    if not touched:
        return None
    words = (
        "`created_at` and `updated_at` are never NULL. The database keeps both, so no writer can forget them, "
        "and an import or a repair by hand is seen like any other change."
    )
    return Concern("Timestamps", None, (Markdown(words),), per_engine(view, UPKEEP))


def _enums(view: ModelView) -> Concern | None:
    """Enumerations, with all their values."""
    columns = [
        (table, column)
        for table in view.schema.tables
        if table.origin is not Origin.ARCHIVE
        for column in table.columns
        if column.type.name == "enum"
    ]
    if not columns:
        return None
    words = "An enumeration is text with a CHECK, never a native type: a value is added by replacing the CHECK."
    lines = [
        f"- {table_link(t.name)} {code(c.name)}: {', '.join(map(str, map(inline, c.type.values)))}" for t, c in columns
    ]
    return Concern("Enumerations", None, (Markdown(words), Markdown("\n".join(lines))), per_engine(view, ENUMS))


def _naming() -> Concern:
    """Naming."""
    words = (
        "Tables are plural, columns singular, both in snake_case. Constraints say what they are: "
        "`pk_{table}`, `fk_{table}_{column}_{referenced table}`, `uniq_{table}_{columns}`, "
        "`check_{table}_{column}_{kind}`; indexes are `idx_{table}_on_{columns}`. "
        "A name that is too long for an engine is cut and ends in a digest of the whole."
    )
    return Concern("Naming", None, (Markdown(words),))


def _values(view: ModelView, engines: Sequence[tuple[str, Engine]]) -> Concern | None:
    """Money and time, on every engine, where the model has any."""
    used = {column.type.name for table in view.schema.tables for column in table.columns}
    shown = [name for name in ("money", "timestamp", "datetime", "date") if name in used]
    if not set(shown) - {"timestamp"} and not any(
        c.role is Role.ATTRIBUTE for t in view.schema.tables for c in t.columns
    ):
        return None
    words = list(_value_words(used))
    rows = []
    for label, engine in engines:
        kinds = (f"{name} is {inline(engine.type_sql(_type(view, name)))}" for name in shown)
        rows.append((label, Markdown(", ".join(kinds))))
    return Concern("Money and time", None, tuple(map(Markdown, words)), tuple(rows)) if words else None


def _differences(view: ModelView) -> Concern | None:
    """What engines cannot express, the most frequent first, each told once."""
    lines = []
    for engine in view.engines:
        counts = Counter(sentence(loss.what) for loss in engine.losses)
        ranked = sorted(counts, key=lambda what: (-counts[what], what))
        lines += [f"- {text(engine.label)}: {text(what)} ({counts[what]} ×)" for what in ranked[:DIFFERENCES]]
        if len(ranked) > DIFFERENCES:
            lines.append(f"- {text(engine.label)}: {len(ranked) - DIFFERENCES} more, on the pages of their tables.")
    if not lines:
        return None
    words = "What an engine cannot express is replaced by the nearest thing that it has; each table's page says how."
    return Concern("Engine differences", None, (Markdown(words), Markdown("\n".join(lines))))


def _value_words(used: set[str]) -> Iterator[str]:
    """What the types mean."""
    if used & {"money", "decimal"}:
        yield "Amounts are exact decimals, never floating point. Where two currencies are possible, store which one."
    if "timestamp" in used:
        yield "A `timestamp` is an instant, stored in UTC; the application converts it where a person reads it."
    if "datetime" in used:
        yield "A `datetime` is what a clock on the wall shows, without a zone: opening hours, not events."


def _type(view: ModelView, name: str) -> Type:
    """A type of that name as the model uses it first."""
    columns = (column for table in view.schema.tables for column in table.columns)
    return next((column.type for column in columns if column.type.name == name), Type(name))
