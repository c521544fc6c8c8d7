"""Short hashes: of content, of plain values, and of the tool itself.

The state between builds is worth nothing once the tool would compute something else, so the fingerprint covers the
package's own sources and the versions of the libraries that shape an output.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("pydantic", "pyyaml", "jinja2", "sqlglot", "pluralizer")
_PACKAGE = Path(__file__).parent.parent


def digest(*parts: str | bytes) -> str:
    """32 hex digits over the parts; where one part ends matters."""
    contents = [part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts]
    lengths = ":".join([str(len(content)) for content in contents]).encode()
    if len(contents) > 1:
        return hashlib.blake2b(b"".join([lengths, b":", *contents]), digest_size=16).hexdigest()
    hashed = hashlib.blake2b(lengths + b":", digest_size=16)
    for content in contents:  # perhaps megabytes, which are not copied
        hashed.update(content)
    return hashed.hexdigest()


def seal(content: bytes) -> bytes:
    """8 bytes that tell whether the content is still what it was."""
    return hashlib.blake2b(content, digest_size=8).digest()


def digest_value(value: object) -> str:
    """32 hex digits over a value made of frozen dataclasses, enums, tuples and scalars: their repr says it all."""
    return digest(repr(value))


@cache
def tool() -> str:
    """The fingerprint of this installation. A library that is missing counts as version ""."""
    parts: list[str | bytes] = []
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in {".py", ".j2"}:
            parts += [path.relative_to(_PACKAGE).as_posix(), path.read_bytes()]
    parts += [f"{library}={_version(library)}" for library in LIBRARIES]
    return digest(*parts)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
