"""SQL inside specs: one text for all engines, or one per engine with `else` for the others.

In: the YAML value. Out: `specs.Sql`, or a refusal. It does not look into the SQL; `parsing.expressions` does.
"""

from __future__ import annotations

from datamodel_pipeline.spec.products import check_product
from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.specs import Sql

_FIX = 'write SQL as text ("price > 0"), or one text per engine: {postgresql: …, else: …}'


def read(value: object) -> Sql:
    """The SQL. Raises Refusal."""
    if isinstance(value, str):
        return Sql(_text(value, ()))
    if not isinstance(value, dict) or not value:
        raise Refusal(f"expected SQL, not {kind_of(value)}", fix=_FIX)
    spelled: dict[str, str] = {}
    for engine, text in value.items():
        check_product(engine, allow_else=True)
        spelled[engine] = _text(text, (engine,))
    neutral = spelled.pop("else", "")
    pairs = tuple(sorted(spelled.items()))
    return Sql(neutral or pairs[0][1], pairs, neutral=bool(neutral))


def _text(value: object, path: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        fix = f'put it in quotes: "{value}"' if isinstance(value, int | float) else _FIX
        raise Refusal(f"expected SQL, not {kind_of(value)}", fix=fix, path=path)
    if not value.strip():
        raise Refusal("the SQL is empty", fix=_FIX, path=path)
    return value.strip()
