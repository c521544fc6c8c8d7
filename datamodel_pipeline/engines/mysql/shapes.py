"""What an expression in MySQL's spelling is as a whole, told by its outermost words.

In: SQL text. Out: whether it is one call, and whether MySQL takes it for a truth value. It refuses to know tables.
"""

from __future__ import annotations

import re

CALL = re.compile(r"(?:coalesce|ifnull|nullif|if|greatest|least|json_extract)\s*\(", re.IGNORECASE)
"""Functions whose result is what their arguments are, so that MySQL takes it for a number or a text."""


def is_truth(sql: str) -> bool:
    """Whether MySQL takes the expression for a truth value, which a CHECK must be (error 3812)."""
    bare = unwrapped(sql)
    if re.fullmatch(r"\w+|`(?:[^`]|``)+`", bare):
        return bare.lower() in ("true", "false")
    if re.match(r"case\b", bare, re.IGNORECASE) and re.search(r"\bend$", bare, re.IGNORECASE):
        return False
    return not (CALL.match(bare) and closes_at_end(bare))


def unwrapped(sql: str) -> str:
    """The expression without parentheses around all of it."""
    bare = sql.strip()
    while bare.startswith("(") and closes_at_end(bare):
        bare = bare[1:-1].strip()
    return bare


def closes_at_end(sql: str) -> bool:
    """Whether the first parenthesis is closed by the last character."""
    depth = 0
    for position, sign in enumerate(re.sub(r"'(?:[^'\\]|''|\\.)*'", lambda text: " " * len(text.group()), sql)):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and depth == 0:
            return position == len(sql) - 1
    return False
