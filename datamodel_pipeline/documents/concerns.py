"""Concerns that hold for every table: how each is solved in this model, engine by engine.

In: a view. Out: typed concerns; those that the model has no use for are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datamodel_pipeline.documents import decided, scoping
from datamodel_pipeline.documents.concern import Concern, per_engine
from datamodel_pipeline.documents.differences import differences, told
from datamodel_pipeline.documents.headings import table_link
from datamodel_pipeline.documents.markdown import Markdown, code, inline, text
from datamodel_pipeline.documents.spoken import engine as engine_of
from datamodel_pipeline.documents.view import ModelView
from datamodel_pipeline.documents.wording import listed
from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.schema.tables import Origin, Role, Table
from datamodel_pipeline.schema.types import Type

KEYS = {
    "bigint": {
        "postgresql": "`bigint GENERATED ALWAYS AS IDENTITY`: an insert that names an id by mistake is refused",
        "mysql": "`BIGINT AUTO_INCREMENT`: an insert may name an id, and later ones go on above it",
        "sqlite": "`INTEGER PRIMARY KEY`, which is the row number itself: an insert may name an id, and the largest id "
        "is given again after its row was deleted",
    },
    "uuid": {
        "postgresql": "`uuid`, made by the database: `uuidv7()` from PostgreSQL 18 on, `gen_random_uuid()` before",
        "mysql": "`UUID()` of the database, or one that the application makes",
        "sqlite": "text of 36 characters, made by the database from random bytes",
    },
}
UPKEEP = {
    "postgresql": "`timestamptz`, by default `now()`, the start of the transaction; a trigger sets `updated_at` to "
    "`clock_timestamp()` on every update, whatever value the statement names",
    "mysql": "`TIMESTAMP(6)`, kept in UTC and shown in the session's `time_zone`, by default `CURRENT_TIMESTAMP(6)`; "
    "`ON UPDATE CURRENT_TIMESTAMP(6)` sets `updated_at` when another column gets another value, unless the statement "
    "names it",
    "sqlite": "ISO 8601 text in UTC, which sorts like time, by default `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`; a "
    "trigger sets `updated_at` on every update that leaves it as it was",
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
    decision = decided.row(view.specs.model.decisions, "primary_keys")
    return Concern("Primary keys", decision, tuple(map(Markdown, _key_words(view))), engines)


def _key_words(view: ModelView) -> Iterator[str]:
    """Which keys there are: surrogates, those of junction tables, those that a parent's row lends."""
    yield "A table has one surrogate key, `id`, without meaning, so it never has to change."
    bare = [t for t in view.schema.tables if t.origin is Origin.JUNCTION and not t.column("id")]
    if bare:
        tenant = " and the tenant's column before them" if any(table.tenant_column for table in bare) else ""
        yield f"A junction table without attributes of its own is keyed by its two references{tenant}."
    lent = [table for table in view.schema.tables if table.column("id") and _is_lent(table)]
    if lent:
        yield f"The `id` of {listed([str(table_link(table.name)) for table in lent])} is that of the parent's row."


def _is_lent(table: Table) -> bool:
    """Whether the primary key is also a reference: a row adds to the parent's row of the same id."""
    key = table.primary_key.columns if table.primary_key else ()
    return any(set(key) <= set(one.columns) for one in table.foreign_keys) if table.origin is Origin.ENTITY else False


def _timestamps(view: ModelView) -> Concern | None:
    """`created_at` and `updated_at`."""
    touched = [table for table in view.schema.tables if table.touch_column]
    if not touched:
        return None
    words = (
        "`created_at` and `updated_at` are never NULL. The database fills both, so no writer can forget them, "
        "and a repair by hand is seen like any other change."
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
    words = list(_value_words(used, on_sqlite=any(engine.product == "sqlite" for _, engine in engines)))
    rows = []
    for label, engine in engines:
        kinds = (f"{name} is {inline(engine.type_sql(_type(view, name)))}" for name in shown)
        rows.append((label, Markdown(", ".join(kinds))))
    return Concern("Money and time", None, tuple(map(Markdown, words)), tuple(rows)) if words else None


def _differences(view: ModelView) -> Concern | None:
    """What engines cannot express, what is about most tables first, each told once."""
    lines = []
    for engine in view.engines:
        found = differences(engine)
        shown = [one for number, one in enumerate(found) if one.general or number < DIFFERENCES]
        lines += [f"- {told(engine, one, len(view.schema.tables))}" for one in shown]
        if len(found) > len(shown):
            lines.append(f"- {text(engine.label)}: {len(found) - len(shown)} more, on the pages of their tables.")
    if not lines:
        return None
    words = (
        "What an engine cannot express is replaced by the nearest thing that it has: here, where it is the same for "
        "every table, else on the table's page."
    )
    return Concern("Engine differences", None, (Markdown(words), Markdown("\n".join(lines))))


def _value_words(used: set[str], *, on_sqlite: bool) -> Iterator[str]:
    """What the types mean; `on_sqlite` says whether the model has an engine without exact decimals."""
    if used & {"money", "decimal"}:
        words = "Amounts are exact decimals, not floating point"
        words += ", but on SQLite, which has none: there they are exact to 15 digits." if on_sqlite else "."
        yield f"{words} Where two currencies are possible, store which one."
    if "timestamp" in used:
        yield "A `timestamp` is an instant, stored in UTC; the application converts it where a person reads it."
    if "datetime" in used:
        yield "A `datetime` is what a clock on the wall shows, without a zone: opening hours, not events."


def _type(view: ModelView, name: str) -> Type:
    """A type of that name as the model uses it first."""
    columns = (column for table in view.schema.tables for column in table.columns)
    return next((column.type for column in columns if column.type.name == name), Type(name))
