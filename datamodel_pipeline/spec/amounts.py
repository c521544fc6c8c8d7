"""Amounts as people write them: `50M` rows, `24 months`.

In: text or a number. Out: numbers, or a refusal. It knows nothing of where they are used.
"""

from __future__ import annotations

import re

from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.suggest import closest

UNITS = ("days", "weeks", "months", "years")
ROWS = r"^[0-9][0-9_]*(\.[0-9]+)?\s*[kKMGBT]?$"
PERIOD = r"^[1-9][0-9]{0,4} (day|week|month|year)s?$"

_ROWS = re.compile(r"(?P<number>[0-9][0-9_]*(?:\.[0-9]+)?)\s*(?P<suffix>[kKMGBT]?)", re.ASCII)
_FACTORS: dict[str, int] = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
_MOST_ROWS = 10**15
_PERIOD = re.compile(r"(?P<count>[0-9]{1,5})\s*(?P<unit>[A-Za-z]+)", re.ASCII)


def rows(value: object) -> int:
    """A number of rows: 5000, `5_000`, `50k`, `1.5M`, `2G` or `2B` (10⁹). Raises Refusal."""
    match = (
        _ROWS.fullmatch(str(value).strip()) if isinstance(value, str | int) and not isinstance(value, bool) else None
    )
    if match is None:
        fix = "write for example `50M`, `200k` or `1500`"
        raise Refusal(f"expected a number of rows, not {kind_of(value)}", fix=fix)
    whole, _, fraction = match["number"].replace("_", "").partition(".")
    if len(whole) > 16 or len(fraction) > 12:
        raise Refusal("that is more rows than any table has", fix="write for example `50M`")
    count = int(whole + fraction) * _FACTORS[match["suffix"]] // int(10 ** len(fraction))
    if count > _MOST_ROWS:
        raise Refusal("that is more rows than any table has", fix="write for example `50M`")
    return count


def period(value: object) -> tuple[int, str]:
    """A period as (count, unit): `24 months`, `1 year`. Raises Refusal."""
    match = _PERIOD.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        fix = "write a number and days, weeks, months or years: `24 months`"
        raise Refusal(f"expected a period, not {kind_of(value)}", fix=fix)
    unit = match["unit"].lower().removesuffix("s") + "s"
    if unit not in UNITS:
        near = closest(unit, UNITS)
        fix = f"did you mean `{match['count']} {near}`?" if near else "units are days, weeks, months and years"
        raise Refusal(f"unknown unit of time `{match['unit']}`", fix=fix, offset=match.start("unit"))
    if int(match["count"]) == 0:
        raise Refusal("a period of nothing", fix="write at least 1; leave retention out to keep rows for ever")
    return int(match["count"]), unit
