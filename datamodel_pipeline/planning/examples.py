"""Imagined keys for SQL that shows how something is done, spelled so that it runs on every engine."""

from __future__ import annotations

from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.schema.tables import Column

NUMBER = "42"
UUID = "00000000-0000-4000-8000-000000000042"


def key(engine: Engine, column: Column | None) -> str:
    """A literal of the column's type. MySQL keeps UUIDs as 16 bytes, time part first."""
    if column is None or column.type.name != "uuid":
        return NUMBER if column is None or column.type.name not in ("string", "char", "text") else f"'{NUMBER}'"
    return f"UUID_TO_BIN('{UUID}', 1)" if engine.product == "mysql" else f"'{UUID}'"


def plain(column: Column | None) -> str:
    """The same key as an application would pass it: bare text."""
    return UUID if column is not None and column.type.name == "uuid" else NUMBER


def as_text(engine: Engine, column: Column, room: int) -> str:
    """The column's value as text of at most `room` characters; its end, because that is where keys differ most."""
    name, uuid = engine.quote(column.name), column.type.name == "uuid"
    whole = f"BIN_TO_UUID({name}, 1)" if uuid and engine.product == "mysql" else name
    if room >= (len(UUID) if uuid else 20):
        return whole
    if engine.product == "sqlite":
        return f"substr({whole}, -{room})"
    return f"right({whole}::text, {room})" if engine.product == "postgresql" else f"right({whole}, {room})"
