"""Defaults that authors write in SQL and that every engine has its own best way for.

In: an author's SQL and the type that it is for. Out: the neutral default, or None where the SQL has to be read.
"""

from __future__ import annotations

from typing import Final

from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Literal, NewUuid
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.specs import Sql

_NOW: Final = frozenset({"now()", "current_timestamp", "current_timestamp()", "localtimestamp"})
_TIME_OF_DAY: Final = frozenset({"current_time", "current_time()", "localtime", "curtime()"})
_NEW_UUID: Final = frozenset({"gen_random_uuid()", "uuidv4()", "uuidv7()", "uuid_generate_v4()", "uuid()"})
_TRUTH: Final = {"true": Literal(True), "false": Literal(False)}


def known(sql: Sql, type_: Type) -> Default | None:
    """What the SQL means, where all its spellings mean the same: `{postgresql: gen_random_uuid(), else: uuid()}`."""
    texts = {text.strip().lower() for text in (sql.text, *(text for _, text in sql.spelled))}
    if texts <= _NOW or (type_.name == "time" and texts <= _TIME_OF_DAY):
        return CurrentTimestamp()
    if texts <= _NEW_UUID:
        return NewUuid()
    return _TRUTH.get(texts.pop()) if len(texts) == 1 else None
