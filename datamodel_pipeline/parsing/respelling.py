"""One expression in another engine's words: what means the same is written, what would not is refused by name.

In: a sqlglot tree of the neutral (PostgreSQL-like) text. Out: a tree for the engine, or what cannot be said there. It
works by a list of what is known to agree; everything else is refused, because a wrong translation is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from sqlglot import exp

_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?)?")
_CLOCK: Final = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?")

Refusal = tuple[exp.Expr, str]
"""A node and what is wrong with it on this engine."""

SAME: Final[tuple[type[exp.Expr], ...]] = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple, exp.Var),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Is),
    *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Mod, exp.DPipe),
    *(exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseLeftShift, exp.BitwiseRightShift),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Lower, exp.Upper, exp.Length, exp.Abs, exp.Round, exp.Replace),
    *(exp.StrPosition, exp.Substring, exp.CurrentTimestamp, exp.CurrentDate, exp.DataType, exp.DataTypeParam),
)
"""Nodes that sqlglot writes with the same meaning for MySQL and SQLite (Length counts characters on both)."""

CASTS: Final[dict[str, dict[str, str]]] = {
    "mysql": {
        **dict.fromkeys(("TEXT", "VARCHAR"), "CHAR"),
        **dict.fromkeys(("INT", "BIGINT", "SMALLINT"), "SIGNED"),
        **dict.fromkeys(("DECIMAL", "DATE", "JSON", "TIMESTAMP"), "="),
    },
    "sqlite": {
        **dict.fromkeys(("TEXT", "VARCHAR"), "TEXT"),
        **dict.fromkeys(("INT", "BIGINT", "SMALLINT"), "INTEGER"),
        **dict.fromkeys(("DOUBLE", "FLOAT"), "REAL"),
    },
}
"""Type → what to cast to; "=" keeps it."""


def refusals(tree: exp.Expr, engine: str) -> Iterator[Refusal]:
    """The nodes that cannot be said on this engine, in the order of the walk."""
    for node in tree.walk():
        if isinstance(node, (exp.JSONPath, exp.JSONPathPart)):
            continue
        known = isinstance(node, (*SAME, *_REWRITES[engine]))
        if wrong := _trap(node, engine) if known else "has no equal there":
            yield node, wrong


def _trap(node: exp.Expr, engine: str) -> str:
    """Why a node of a known kind is refused after all; "" when it is not."""
    match node:
        case exp.Cast() if node.to.this.name not in CASTS[engine] and not _moment(node):
            return f"cannot be cast to {node.to.sql('postgres')} there"
        case exp.Div() if engine == "mysql" and not any(_fraction(side) for side in (node.left, node.right)):
            return "divides whole numbers to a fraction there; write one side with a decimal point (x / 2.0)"
        case exp.RegexpLike() | exp.RegexpILike() if engine == "sqlite":
            return "needs regular expressions, which SQLite does not have"
        case exp.Like() if engine == "sqlite" and not isinstance(node.expression, exp.Literal):
            return "ignores letter case there, unless the pattern is a constant"
        case exp.ILike() if engine == "sqlite" and "\\" in node.expression.name and not _escaped(node):
            return "knows no escape there unless it is named: add ESCAPE '\\'"
        case exp.Trim() if node.expression or node.args.get("position"):
            return "trims blanks only there"
        case exp.JSONExtractScalar() if _json_key(node) is None:
            return "takes one constant key there"
        case exp.Anonymous() if node.name.lower() not in _FUNCTIONS:
            return "is a function that is not known there"
        case exp.Left() | exp.Right() if engine == "sqlite" and not isinstance(node.expression, exp.Literal):
            return "needs a constant length there"
        case exp.Identifier() if "`" in node.name:
            return "holds a backtick"
    return ""


def _escaped(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Escape)


def _moment(node: exp.Cast) -> bool:
    """`DATE '2026-01-31'` or `TIME '08:00'`: the text alone says so; the engine writes it as its columns keep such."""
    kind = node.to.this.name
    shape = _CLOCK if kind == "TIME" else _STAMP if kind in {"DATE", "TIMESTAMP", "TIMESTAMPTZ"} else None
    return shape is not None and isinstance(node.this, exp.Literal) and bool(shape.fullmatch(node.this.name))


def _fraction(node: exp.Expr) -> bool:
    """Whether the value has a fraction on every engine, because a constant in it has a decimal point."""
    node = node.unnest()
    if isinstance(node, exp.Neg):
        return _fraction(node.this)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return _fraction(node.left) or _fraction(node.right)
    return isinstance(node, exp.Literal) and not node.is_string and "." in node.name


def _json_key(node: exp.JSONExtractScalar) -> str | None:
    path = node.expression
    parts = path.expressions if isinstance(path, exp.JSONPath) else []
    keys = [part.this for part in parts if isinstance(part, exp.JSONPathKey)]
    plain = len(keys) == 1 and isinstance(keys[0], str) and len(parts) == len(keys) + 1
    return str(keys[0]) if plain and keys[0].replace("_", "").isalnum() else None


def respelled(tree: exp.Expr, engine: str) -> exp.Expr:
    """The tree in this engine's words. Only for trees without refusals."""
    rewrites, root = _REWRITES[engine], tree.copy()
    for node in reversed(list(root.walk(bfs=False))):  # children first: a rewrite copies what it contains
        made = rewrites.get(type(node), _kept)(node)
        if made is not node:
            root = made if node is root else root
            node.replace(made)
    return root


def _call(name: str, *arguments: exp.Expr | None) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments if argument])


def _regexp(flag: str) -> Callable[[exp.Expr], exp.Expr]:
    return lambda node: _call("REGEXP_LIKE", node.this, node.expression, exp.Literal.string(flag))


def _lowered_like(node: exp.Expr) -> exp.Expr:
    lowered = exp.Like(this=exp.Lower(this=node.this.copy()), expression=exp.Lower(this=node.expression.copy()))
    lowered.set("negate", node.args.get("negate"))
    return lowered


def _cast(engine: str) -> Callable[[exp.Expr], exp.Expr]:
    def cast(node: exp.Expr) -> exp.Expr:
        to = node.args["to"]
        if to.this.name not in CASTS[engine]:
            return exp.Literal.string(node.this.name)
        target = CASTS[engine][to.this.name]
        kind = to.copy() if target == "=" else exp.DataType.build(target, udt=True)
        return exp.Cast(this=node.this.copy(), to=kind)

    return cast


def _first_of(name: str) -> Callable[[exp.Expr], exp.Expr]:
    """GREATEST and LEAST leave NULLs out on PostgreSQL only: every argument falls back to the others."""

    def choose(node: exp.Expr) -> exp.Expr:
        given = [node.this, *node.expressions]
        turned = [given[number:] + given[:number] for number in range(len(given))]
        filled = [exp.Coalesce(this=first.copy(), expressions=[r.copy() for r in rest]) for first, *rest in turned]
        return exp.Anonymous(this=name, expressions=filled)

    return choose


def _concat(node: exp.Expr) -> exp.Expr:
    """concat() leaves NULLs out on PostgreSQL; SQLite has it since 3.44 only."""
    filled: list[exp.Expr] = [
        exp.Coalesce(this=part.copy(), expressions=[exp.Literal.string("")]) for part in node.expressions
    ]
    joined = filled[0]
    for part in filled[1:]:
        joined = exp.DPipe(this=joined, expression=part)
    return exp.Paren(this=joined)


def _counted(node: exp.Expr) -> exp.Expr:
    """num_nonnulls(a, b): truth values are numbers on MySQL and SQLite, so they can be added."""
    terms: list[exp.Expr] = [
        exp.Paren(this=exp.Not(this=exp.Is(this=part.copy(), expression=exp.Null()))) for part in node.expressions
    ]
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return exp.Paren(this=total)


def _octets(node: exp.Expr) -> exp.Expr:
    return exp.Length(this=exp.Cast(this=node.expressions[0].copy(), to=exp.DataType.build("BLOB", udt=True)))


_FUNCTIONS: Final = frozenset({"num_nonnulls", "octet_length", "cardinality"})
"""Functions that sqlglot has no node for, and we know."""


def _function(engine: str) -> Callable[[exp.Expr], exp.Expr]:
    def call(node: exp.Expr) -> exp.Expr:
        if node.name.lower() == "num_nonnulls":
            return _counted(node)
        if node.name.lower() == "cardinality":
            return _call("JSON_LENGTH" if engine == "mysql" else "JSON_ARRAY_LENGTH", *node.expressions)
        return _octets(node) if engine == "sqlite" and node.name.lower() == "octet_length" else node

    return call


def _glob(node: exp.Expr) -> exp.Expr:
    """LIKE tells letters' case apart on PostgreSQL; on SQLite only GLOB does."""
    escape = node.parent.expression.name if node.parent and _escaped(node) else "\\"
    pattern, glob, escaped = node.expression.name, "", False
    if not any(letter.isalpha() for letter in pattern) and escape not in pattern:
        return node
    for letter in pattern:
        if letter == escape and not escaped:
            escaped = True
            continue
        wild = {"%": "*", "_": "?"}.get(letter) if not escaped else None
        glob += wild or (f"[{letter}]" if letter in "*?[" else letter)
        escaped = False
    made = exp.Glob(this=node.this.copy(), expression=exp.Literal.string(glob))
    return exp.Paren(this=exp.Not(this=made)) if node.args.get("negate") else made


def _unescaped(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node.this, (exp.Glob, exp.Paren)) else node


def _json(node: exp.Expr) -> exp.Expr:
    path = exp.Literal.string(f"$.{_json_key(node)}") if isinstance(node, exp.JSONExtractScalar) else None
    return _call("JSON_EXTRACT", node.this, path)


def _json_text(node: exp.Expr) -> exp.Expr:
    return _call("JSON_UNQUOTE", _json(node))


def _piece(node: exp.Expr) -> exp.Expr:
    size = node.expression
    if isinstance(node, exp.Right):
        return _call("SUBSTR", node.this, exp.Neg(this=size.copy()))
    return _call("SUBSTR", node.this, exp.Literal.number(1), size)


def _kept(node: exp.Expr) -> exp.Expr:
    return node


Rewrite = Callable[[exp.Expr], exp.Expr]

_REWRITES: Final[dict[str, dict[type[exp.Expr], Rewrite]]] = {
    "mysql": {
        exp.ILike: _lowered_like,
        exp.RegexpLike: _regexp("c"),
        exp.RegexpILike: _regexp("i"),
        exp.Cast: _cast("mysql"),
        exp.Greatest: _first_of("GREATEST"),
        exp.Least: _first_of("LEAST"),
        exp.Anonymous: _function("mysql"),
        exp.JSONExtractScalar: _json_text,
        **dict.fromkeys((exp.Like, exp.Escape, exp.Div, exp.Trim, exp.Concat, exp.Left, exp.Right), _kept),
        **dict.fromkeys((exp.Pow, exp.Extract, exp.Ceil, exp.Floor, exp.MD5, exp.Sign), _kept),
    },
    "sqlite": {
        exp.ILike: _lowered_like,
        exp.Like: _glob,
        exp.Escape: _unescaped,
        exp.Cast: _cast("sqlite"),
        exp.Greatest: _first_of("MAX"),
        exp.Least: _first_of("MIN"),
        exp.Anonymous: _function("sqlite"),
        exp.JSONExtractScalar: _json,
        exp.Concat: _concat,
        **dict.fromkeys((exp.Left, exp.Right), _piece),
        **dict.fromkeys((exp.Div, exp.Trim), _kept),
        **dict.fromkeys((exp.RegexpLike, exp.RegexpILike), _kept),
    },
}
"""How the nodes are written that need other words; those with `_kept` are written right by sqlglot."""
