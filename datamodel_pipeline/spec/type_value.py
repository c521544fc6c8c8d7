"""What may stand under `type:`: the shorthand, a long form (`{enum: [a, b]}`), or a spelling per engine.

In: the YAML value. Out: a `shorthand.Typed`, or a refusal. It knows nothing of where types are used.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec import shorthand
from datamodel_pipeline.spec.products import PRODUCTS, check_product
from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.shorthand import RULE, Typed

_FIX = "write for example `string(200)`, {enum: [open, closed]} or {postgresql: citext, else: string(200)}"


def read(value: object) -> Typed:
    """The type that the value means. Raises Refusal."""
    if isinstance(value, str):
        return shorthand.read(value)
    if not isinstance(value, dict) or not value:
        raise Refusal(f"expected a type, not {kind_of(value)}", fix=_FIX, rule=RULE)
    if len(value) == 1:
        ((name, argument),) = value.items()
        if name in shorthand.NAMES:
            return _long(name, argument)
    return _per_engine(value)


def _long(name: str, argument: object) -> Typed:
    if name == "array":
        try:
            element = read(argument)
        except Refusal as refusal:
            raise refusal.below(name) from None
        if element.optional:
            what = "the elements of an array cannot be marked optional"
            raise Refusal(what, fix="write `optional: true` beside `type`", rule=RULE, path=(name,))
        return Typed(Type("array", element=element.type))
    if name == "enum":
        return _enum(argument)
    numbers = argument if isinstance(argument, list) else [] if argument is None else [argument]
    counted = tuple(number for number in numbers if type(number) is int)
    if len(counted) != len(numbers):
        raise Refusal(f"`{name}` takes whole numbers", fix=_FIX, rule=RULE, path=(name,))
    try:
        return Typed(shorthand.check_numbers(name, counted))
    except Refusal as refusal:
        raise refusal.below(name) from None


def _enum(argument: object) -> Typed:
    if not isinstance(argument, list):
        what = f"`enum` takes a list of texts, not {kind_of(argument)}"
        raise Refusal(what, fix="write {enum: [open, closed]}", rule=RULE, path=("enum",))
    for position, item in enumerate(argument):
        if not isinstance(item, str):
            fix = f'put it in quotes: "{str(item).lower() if isinstance(item, bool) else item}"'
            what = f"an enum value must be text, not {kind_of(item)}"
            raise Refusal(what, fix=fix, rule=RULE, path=("enum", str(position)))
    try:
        return Typed(shorthand.check_enum(tuple((item, position) for position, item in enumerate(argument))))
    except Refusal as refusal:
        where = ("enum", str(refusal.offset)) if argument else ("enum",)
        raise Refusal(refusal.what, fix=refusal.fix, rule=RULE, path=where) from None


def _per_engine(value: dict[str, object]) -> Typed:
    neutral = Typed(Type(""))
    spelled: list[tuple[str, str]] = []
    if not any(name in PRODUCTS or name == "else" for name in value):
        raise _unknown(next(iter(value)))
    for engine, text in value.items():
        check_product(engine, allow_else=True)
        if engine == "else":
            try:
                neutral = read(text)
            except Refusal as refusal:
                raise refusal.below("else") from None
            if neutral.type.spelled:
                what = "`else` must be a neutral type: the spellings per engine stand beside it"
                raise Refusal(what, fix=_FIX, rule=RULE, path=("else",))
        elif isinstance(text, str) and text.strip():
            spelled.append((engine, text.strip()))
        else:
            what = f"expected the SQL type for {engine}, not {kind_of(text)}"
            raise Refusal(what, fix="write for example {postgresql: citext}", rule=RULE, path=(engine,))
    if not spelled:
        raise Refusal("`else` alone says nothing per engine", fix="write the type itself", rule=RULE, path=("else",))
    return Typed(replace(neutral.type, spelled=tuple(sorted(spelled))), neutral.optional)


def _unknown(name: str) -> Refusal:
    """A mapping whose first key is neither a type nor an engine: the nearer of the two is suggested."""
    refusal = shorthand.unknown(name)
    return Refusal(refusal.what, fix=refusal.fix, rule=refusal.rule, path=(name,))
