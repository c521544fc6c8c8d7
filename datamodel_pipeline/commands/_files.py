"""Files that a verb writes in place of a user's own."""

from __future__ import annotations

from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Writes the file whole, with the permissions that it had: another reader sees the old content or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    if path.exists():
        temporary.chmod(path.stat().st_mode)
    temporary.replace(path)
