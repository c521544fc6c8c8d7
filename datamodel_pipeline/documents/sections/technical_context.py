"""Technical context: engines and versions, what was assumed, and the commands that apply the schema."""

from __future__ import annotations

from dataclasses import dataclass

from datamodel_pipeline.documents.markdown import Markdown, text
from datamodel_pipeline.documents.view import EngineView, ModelView
from datamodel_pipeline.documents.wording import listed

COMMANDS = {
    "postgresql": 'psql "$DATABASE_URL" --single-transaction --set ON_ERROR_STOP=1 --file {path}',
    "mysql": 'mysql --default-character-set=utf8mb4 "$DATABASE" < {path}',
    "sqlite": 'sqlite3 -bail "$DATABASE_FILE" < {path}',
}
"""How each engine's own client runs a script; the path is relative to the document."""

NEEDS = {
    "postgresql": "A role that owns the schema makes the tables; the application connects as another one, "
    "without BYPASSRLS, because superusers and such roles see past row-level security.",
    "mysql": "InnoDB and utf8mb4 throughout; `sql_mode` stays strict, or bad values are cut short without an error. "
    "Sessions set `time_zone = '+00:00'`, or instants are shown in local time.",
    "sqlite": "STRICT tables. `PRAGMA foreign_keys = ON` on every connection, or foreign keys are not checked at all.",
}


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine. `version` says where the version comes from; `command` applies the schema."""

    engine: str
    version: str
    needs: str
    command: str


@dataclass(frozen=True, slots=True)
class TechnicalContextData:
    """What `technical_context.md.j2` receives. `assumptions` are ready Markdown."""

    engines: tuple[EngineRow, ...]
    assumptions: tuple[Markdown, ...]


def build(view: ModelView) -> TechnicalContextData:
    """The context of a model."""
    return TechnicalContextData(
        engines=tuple(map(_engine, view.engines)),
        assumptions=tuple(map(Markdown, _assumptions(view))),
    )


def _engine(engine: EngineView) -> EngineRow:
    """One engine's line and command."""
    chosen = "as the spec names it" if engine.version_chosen else "the newest that this tool knows; the spec names none"
    command = COMMANDS.get(engine.product, "# run {path}").format(path=f"{engine.product}/schema.sql")
    return EngineRow(engine.label, chosen, NEEDS.get(engine.product, ""), command)


def _assumptions(view: ModelView) -> list[str]:
    """What the document takes for granted."""
    assumed = ["All tables are new: nothing is migrated."]
    assumed += ["Names are written in lower case and quoted only where an engine reserves them."]
    assumed += ["Instants are UTC. The application shows them in the reader's time zone."]
    guessed = [engine.label for engine in view.engines if not engine.version_chosen]
    if guessed:
        assumed.append(f"{text(listed(guessed))}: an older version may refuse some SQL; name yours in `model.yaml`.")
    if not any(table.expected_rows for table in view.schema.tables):
        assumed.append("No entity says how many rows to expect, so nothing here is sized for large tables.")
    return assumed
