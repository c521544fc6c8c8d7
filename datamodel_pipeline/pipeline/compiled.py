"""The memory of compiled templates: records of the state file, so that not every process compiles them anew."""

from __future__ import annotations

from datamodel_pipeline.pipeline.store import Store


class CompiledTemplates:
    """What `documents.templates.Compiled` asks for, kept in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str, text: str) -> bytes | None:
        """What was compiled from the template of that name, if its text had this checksum."""
        record = f"compiled:{name}"
        if not self._store.is_current(record, text):
            return None
        content: bytes = self._store.value(record)
        return content

    def put(self, name: str, text: str, content: bytes) -> None:
        """Remembers what was compiled."""
        self._store.put(f"compiled:{name}", text, "", content)
