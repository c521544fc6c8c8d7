"""How MySQL's catalog prints expressions, constants and defaults, and what they are.

In: texts from information_schema and SHOW CREATE TABLE. Out: expressions as the server prints them, and defaults as
values. It refuses to ask the server.
"""

from __future__ import annotations

import re

from datamodel_pipeline.engines.mysql import defaults, types
from datamodel_pipeline.schema.expressions import CurrentTimestamp, Default, Literal, NewUuid, Written
from datamodel_pipeline.schema.types import Type

TEXT_CONSTANT = re.compile(r"_utf8mb4'((?:[^'\\]|\\.|'')*)'", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "0": "\0", "Z": "\x1a", "t": "\t", "b": "\b"}


def default(type_: Type, catalog_text: str, *, made: bool) -> Default:
    """The default from COLUMN_DEFAULT; `made` says that the catalog calls it an expression."""
    if not made and type_.name == "binary":
        return Literal(bytes.fromhex(catalog_text.removeprefix("0x")).decode("utf-8", "replace"))
    if not made:
        return defaults.constant(type_, catalog_text)
    text = printed(catalog_text)
    if text.startswith("CURRENT_TIMESTAMP") and type_.name in ("timestamp", "datetime"):
        return CurrentTimestamp()
    if text == "uuid_to_bin(uuid(),1)" and type_.name == "uuid":
        return NewUuid()
    constant = TEXT_CONSTANT.fullmatch(text)
    if constant and types.is_unlimited(type_):
        return Literal(plain(constant[1]))
    return Written(text)


def whole_default(statement: str, column: str, catalog_text: str) -> str:
    """The default where the catalog shows question marks for characters beyond U+FFFF: the server prints its bytes."""
    name = "`" + column.replace("`", "``") + "`"
    found = re.search(rf"^  {re.escape(name)} .*? DEFAULT 0x([0-9A-F]+)", statement, re.MULTILINE)
    return bytes.fromhex(found[1]).decode() if found else catalog_text


def printed(catalog_text: str) -> str:
    """The expression as the server prints it; the catalog escapes that print once more."""
    text = re.sub(r"\\(.)", _unescaped, catalog_text, flags=re.DOTALL)
    return TEXT_CONSTANT.sub(lambda found: found[0].replace(found[1], _decoded(found[1])), text)


def _decoded(constant: str) -> str:
    """The catalog takes the UTF-8 bytes of constants for Latin-1 (measured on 9.7)."""
    try:
        return constant.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return constant


def plain(constant: str) -> str:
    """The text behind the inside of a quoted constant."""
    return re.sub(r"\\(.)|''", lambda found: _unescaped(found) if found[1] else "'", constant, flags=re.DOTALL)


def _unescaped(found: re.Match[str]) -> str:
    return ESCAPES.get(found[1], found[1])
