"""The shorthand for types: `string(200)?`, `enum(a, 'b, c')`, `array(string(20))`.

In: the text. Out: a `Typed`, or a refusal that says at which character it stumbled. It knows the neutral types of
`schema.types` and nothing of engines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from datamodel_pipeline.schema.types import ARGUMENTS, Type
from datamodel_pipeline.spec.refusal import Refusal
from datamodel_pipeline.spec.suggest import closest, did_you_mean

NAMES = (*ARGUMENTS, "enum", "array")

RULE = "bad-type"

_TOKEN = re.compile(r"\s*(?:(?P<quoted>'(?:[^']|'')*'|\"[^\"]*\")|(?P<sign>[(),?])|(?P<word>[^\s(),?'\"]+))")
_OTHER_NAMES = {
    "varchar": "string(200)", "str": "string(200)", "nvarchar": "string(200)", "int": "integer", "int4": "integer",
    "int8": "bigint", "long": "bigint", "int2": "smallint", "tinyint": "smallint", "bool": "boolean",
    "jsonb": "json", "timestamptz": "timestamp", "numeric": "decimal(10, 2)", "real": "float", "bytea": "binary",
    "blob": "binary", "bytes": "binary", "varbinary": "binary", "guid": "uuid", "clob": "text", "serial": "bigint",
    "mediumtext": "text", "longtext": "text", "list": "array(text)", "map": "json", "object": "json",
    "number": "decimal(10, 2)", "currency": "money",
}  # fmt: skip
_LIMITS: dict[str, tuple[tuple[int, int], ...]] = {
    # the range of each number; widths that every engine can hold (MySQL: 65,535 bytes a row, DECIMAL(65,30), CHAR(255))
    "string": ((1, 16_383),),
    "char": ((1, 255),),
    "decimal": ((1, 65), (0, 30)),
    "binary": ((1, 65_535),),
}
_DEEPEST = 4
_EXAMPLES = {"string": "string(200)", "char": "char(2)", "decimal": "decimal(10, 2)"}


@dataclass(frozen=True, slots=True)
class Typed:
    """A type as it stands at an attribute: the type, and whether a `?` made it optional."""

    type: Type
    optional: bool = False


@lru_cache(maxsize=4096)
def read(text: str) -> Typed:
    """The type that the shorthand means. Raises Refusal, with the offset of what cannot be understood."""
    tokens = _Tokens(text)
    type_ = _type(tokens, 0)
    optional = tokens.skip("?")
    if tokens.kind:
        what = f"`{tokens.text}` stands where the type should end"
        raise Refusal(what, fix=_fix_rest(text, tokens), rule=RULE, offset=tokens.offset)
    return Typed(type_, optional)


class _Tokens:
    """A cursor over the words, signs and quoted texts of a shorthand. `kind` is "" at the end."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.kind = self.text = ""
        self.offset = 0
        self.next()

    def next(self) -> None:
        """Moves to the next token. Raises Refusal for a quote that is never closed."""
        match = _TOKEN.match(self.source, self.position)
        if match is None:
            rest = self.source[self.position :]
            self.offset = self.position + len(rest) - len(rest.lstrip())
            self.kind = self.text = ""
            if rest.strip():
                raise Refusal("a quote is not closed", fix="close it", rule=RULE, offset=self.offset)
            return
        self.position = match.end()
        self.kind = match.lastgroup or ""
        self.text = match[self.kind]
        self.offset = match.start(self.kind)

    def skip(self, sign: str) -> bool:
        """Whether the sign stood here; it is passed then."""
        found = self.kind == "sign" and self.text == sign
        if found:
            self.next()
        return found

    def need(self, sign: str, owner: str) -> None:
        """Passes the sign. Raises Refusal where it is missing."""
        if not self.skip(sign):
            got = f"`{self.text}`" if self.kind else "the end"
            fix = f"write `{_example(owner)}`"
            raise Refusal(f"`{sign}` is missing in `{owner}(…)` before {got}", fix=fix, rule=RULE, offset=self.offset)


def _type(tokens: _Tokens, depth: int) -> Type:
    name, offset = tokens.text, tokens.offset
    if tokens.kind != "word":
        got = f"`{name}`" if tokens.kind else "nothing"
        fix = "write for example `string(200)`, `integer?` or `enum(open, closed)`"
        raise Refusal(f"a type must begin with its name, and here is {got}", fix=fix, rule=RULE, offset=offset)
    tokens.next()
    if name == "enum":
        return check_enum(_values(tokens), offset)
    if name == "array":
        return _array(tokens, depth, offset)
    if name not in ARGUMENTS:
        raise unknown(name, offset)
    return check_numbers(name, _numbers(tokens, name), offset)


def unknown(name: str, offset: int = 0) -> Refusal:
    """The refusal of a type name that is not known."""
    return Refusal(f"unknown type `{name}`", fix=lambda: _known(name), rule="unknown-type", offset=offset)


def _known(name: str) -> str:
    """The type that was probably meant, or all there are."""
    lower = name.lower()
    near = _OTHER_NAMES.get(lower) or (lower if lower in NAMES else closest(name, NAMES))
    if near:
        return f"did you mean `{near}`?"
    own = "what has no neutral form is written per engine: type: {postgresql: citext, else: text}"
    return f"{did_you_mean(name, NAMES, most=len(NAMES))}\n{own}"


def _numbers(tokens: _Tokens, name: str) -> tuple[int, ...]:
    numbers: list[int] = []
    if not tokens.skip("("):
        return ()
    while True:
        if ARGUMENTS[name][1] == 0:
            raise Refusal(f"`{name}` takes no number", fix=f"write `{name}`", rule=RULE, offset=tokens.offset)
        if tokens.kind != "word" or not (tokens.text.isascii() and tokens.text.isdigit() and len(tokens.text) < 10):
            got = f"`{tokens.text}`" if tokens.kind else "the end"
            what = f"`{name}(…)` takes whole numbers, and here is {got}"
            raise Refusal(what, fix=f"write `{_example(name)}`", rule=RULE, offset=tokens.offset)
        numbers.append(int(tokens.text))
        tokens.next()
        if not tokens.skip(","):
            break
    tokens.need(")", name)
    return tuple(numbers)


def check_numbers(name: str, numbers: tuple[int, ...], offset: int = 0) -> Type:
    """The type with these numbers. Raises Refusal when they are too few, too many, or out of range."""
    least, most = ARGUMENTS[name]
    if not least <= len(numbers) <= most:
        need = {(0, 0): "no number", (1, 1): "one number", (1, 2): "one or two numbers", (0, 1): "at most one number"}
        here = f"here {'is' if len(numbers) < 2 else 'are'} {len(numbers) or 'none'}"
        what = f"`{name}` takes {need[least, most]}, and {here}"
        raise Refusal(what, fix=f"write `{_example(name)}`", rule=RULE, offset=offset)
    for number, (low, high) in zip(numbers, _LIMITS.get(name, ()), strict=False):
        if not low <= number <= high:
            long = {"string": "use `text`", "binary": "use `binary`"} if number > high else {}
            fix = long.get(name) or f"write for example `{_example(name)}`"
            raise Refusal(f"{number} is not between {low} and {high:,} in `{name}`", fix=fix, rule=RULE, offset=offset)
    if name == "decimal" and len(numbers) == 2 and numbers[1] > numbers[0]:
        what = f"decimal({numbers[0]}, {numbers[1]}) has more digits behind the point than digits"
        fix = "the first number counts all digits, the second those behind the point: `decimal(10, 2)`"
        raise Refusal(what, fix=fix, rule=RULE, offset=offset)
    return Type(name, numbers)


def _values(tokens: _Tokens) -> tuple[tuple[str, int], ...]:
    """The values of an enum, each with its offset. Words that stand side by side make one value."""
    values: list[tuple[str, int]] = []
    tokens.need("(", "enum")
    while True:
        start = tokens.offset
        if tokens.kind == "quoted":
            quote = tokens.text[0]
            value = tokens.text[1:-1].replace("''", "'") if quote == "'" else tokens.text[1:-1]
            tokens.next()
        else:
            end = start
            while tokens.kind == "word" or (tokens.kind == "sign" and tokens.text == "?"):
                end = tokens.position
                tokens.next()
            value = tokens.source[start:end].strip()
        values.append((value, start))
        if not tokens.skip(","):
            break
    tokens.need(")", "enum")
    return tuple(values)


def check_enum(values: tuple[tuple[str, int], ...], offset: int = 0) -> Type:
    """The enum of these values, each with the offset to name. Raises Refusal for empty, repeated or odd values."""
    seen: set[str] = set()
    for value, start in values:
        if not value.strip():
            raise Refusal("an enum value is empty", fix="write `enum(open, closed)`", rule=RULE, offset=start)
        if value in seen:
            raise Refusal(f"the enum value `{value}` stands twice", fix="remove one", rule=RULE, offset=start)
        if len(value) > 100:
            raise Refusal("an enum value has more than 100 characters", fix="use a short word", rule=RULE, offset=start)
        seen.add(value)
    if not values:
        raise Refusal("an enum needs at least one value", fix="write `enum(open, closed)`", rule=RULE, offset=offset)
    return Type("enum", values=tuple(value for value, _ in values))


def _array(tokens: _Tokens, depth: int, offset: int) -> Type:
    if depth >= _DEEPEST:
        raise Refusal("arrays are nested too deep", fix="use `json`", rule=RULE, offset=offset)
    tokens.need("(", "array")
    element = _type(tokens, depth + 1)
    if tokens.kind == "sign" and tokens.text == "?":
        what = "the elements of an array cannot be marked optional"
        raise Refusal(what, fix=f"write `array({element})?` for an optional array", rule=RULE, offset=tokens.offset)
    tokens.need(")", "array")
    return Type("array", element=element)


def _example(name: str) -> str:
    return _EXAMPLES.get(name) or {"enum": "enum(open, closed)", "array": "array(string(20))"}.get(name, name)


def _fix_rest(text: str, tokens: _Tokens) -> str:
    rest = tokens.source[tokens.offset :].strip().lower()
    if rest in ("not null", "null", "nullable", "optional"):
        mark = "" if rest == "not null" else "?"
        return f"write `{text[: tokens.offset].strip()}{mark}`: attributes are NOT NULL unless marked with `?`"
    return "write options in the long form: {type: …, unique: true, default: …}"
