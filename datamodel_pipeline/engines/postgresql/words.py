"""PostgreSQL's way of writing names and constants.

In: identifiers and literals. Out: SQL text, quoted only where PostgreSQL's own `quote_ident` would quote.
"""

from __future__ import annotations

import hashlib
import re

from datamodel_pipeline.engines import _spelling
from datamodel_pipeline.schema.expressions import Expression, Formula, Literal, Written

PRODUCT = "postgresql"
LIMIT = 63
"""Bytes that an identifier may have (NAMEDATALEN - 1)."""

WORDS = """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
    char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default
    deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
    greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join
    json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
    json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national natural
    nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing
    position precision primary real references returning right row select session_user setof similar smallint some
    substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique
    user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
"""
QUOTED_WORDS = frozenset(WORDS.split())
"""Every word of pg_get_keywords() of any supported version that is not of category U (unreserved)."""

PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
WORD = re.compile(r"[A-Za-z_]\w*")
CALL = re.compile(r"(?P<name>[A-Za-z_][\w.]*)\(")
BRACKETS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]""")
CALLABLE = ("coalesce", "greatest", "least", "nullif")
"""Words of QUOTED_WORDS that are called like functions."""


def quote(identifier: str) -> str:
    """The identifier as PostgreSQL must read it."""
    if PLAIN.fullmatch(identifier) and identifier not in QUOTED_WORDS:
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def quote_all(identifiers: tuple[str, ...]) -> str:
    """The identifiers, quoted where needed and separated by commas."""
    return ", ".join(map(quote, identifiers))


def unquote(written: str) -> str:
    """The identifier behind its SQL spelling."""
    return written[1:-1].replace('""', '"') if written.startswith('"') else written


def shorten(name: str) -> str:
    """The name cut to the limit on a character border, with a hash of the whole so that it stays unique."""
    if len(name.encode()) <= LIMIT:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name.encode()[: LIMIT - 9].decode(errors="ignore") + "_" + digest


def text(value: str) -> str:
    """A string constant on one line: control characters, line ends among them, are written as escapes."""
    quoted = value.replace("'", "''")
    if not CONTROL.search(quoted):
        return f"'{quoted}'"
    escaped = CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted.replace("\\", "\\\\"))
    return "E'" + escaped.replace("\\u000a", "\\n").replace("\\u0009", "\\t").replace("\\u000d", "\\r") + "'"


def constant(literal: Literal) -> str:
    """A constant: text in quotes, numbers bare, true and false as words."""
    return _spelling.constant(literal, text, "true", "false")


def expression(written: Expression) -> str:
    """The expression in PostgreSQL's spelling, without outer parentheses."""
    return _spelling.expression(written, PRODUCT, quote, constant)


def operand(written: Expression) -> str:
    """The expression in parentheses where it is more than one word or one simple call."""
    spelled = expression(written)
    return spelled if WORD.fullmatch(spelled) or _is_call(spelled) else f"({spelled})"


def _is_call(spelled: str) -> bool:
    """Whether it is one function call from the first letter to the last bracket; in doubt it is not."""
    match = CALL.match(spelled)
    if not match or "\\" in spelled:
        return False
    depth = 0
    for found in BRACKETS.finditer(spelled):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0 and found[0] == ")":
            name = match["name"].lower()
            return found.end() == len(spelled) and (name not in QUOTED_WORDS or name in CALLABLE)
    return False


def settled(written: Expression) -> Expression:
    """The expression without other engines' spellings."""
    match written:
        case Written():
            return Written(written.spelling(PRODUCT), written.columns)
        case Formula():
            return written
