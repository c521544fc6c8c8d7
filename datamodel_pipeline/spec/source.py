"""The text in a file's bytes, or why there is none: too large, not UTF-8, binary.

In: bytes. Out: text without a byte order mark, or a diagnostic. It knows nothing of YAML.
"""

from __future__ import annotations

import re

from datamodel_pipeline.diagnostics import Diagnostic, Location

LARGEST = 1 << 20
"""Bytes; a spec file of a thousand attributes has a tenth of that."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def text(file: str, data: bytes) -> str | Diagnostic:
    """The text without its byte order mark, or why there is none."""
    if len(data) > LARGEST:
        what = f"the file has {len(data):,} bytes; a spec file may have {LARGEST:,}"
        return Diagnostic("yaml-unreadable", what, fix="split it: one entity a file", location=Location(file))
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[: error.start].rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        what = f"the file is not UTF-8 text (byte 0x{data[error.start]:02X})"
        return Diagnostic("yaml-unreadable", what, fix="save it as UTF-8", location=Location(file, line, column))
    if match := _FORBIDDEN.search(decoded):
        unseen = match.group() == "\ufeff"
        before = decoded[: match.start()]
        place = Location(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        what = f"the file holds the control character U+{ord(match.group()):04X}: it is binary, or was damaged"
        if unseen:
            what = "a byte order mark (U+FEFF), which is not seen, stands inside of the file"
        fix = "remove the character; where it cannot be seen, type the line again"
        return Diagnostic("yaml-unreadable", what, fix=fix, location=place)
    return decoded
