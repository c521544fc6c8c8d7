"""Random entity files, each written twice: as short as the language allows, and with everything written out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(lambda name: name not in RESERVED)
RESERVED = ("id", "created_at", "updated_at", "deleted_at", "archived_at", "tenant_id")
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=20
)
WORDS = TEXT.map(str.strip).filter(bool).filter(lambda text: "\ufeff" not in text and "\ufffe" not in text)
Short = tuple[Any, Any]
"""A value in its short and in its long form."""


@dataclass(frozen=True)
class Written:
    """One entity, twice, as the text of a file."""

    short: str
    long: str


def block(value: Any, indent: str = "") -> str:
    """The value as block YAML; scalars as JSON, which YAML reads the same."""
    if isinstance(value, dict) and value:
        return "".join(f"\n{indent}{json.dumps(key)}:{block(item, indent + '  ')}" for key, item in value.items())
    return f" {json.dumps(value, ensure_ascii=False)}"


def both(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Short]:
    return strategy.map(lambda value: (value, value))


@st.composite
def types(draw: st.DrawFn) -> Short:
    kind = draw(st.sampled_from(("plain", "string", "decimal", "enum", "array")))
    if kind == "plain":
        name = draw(st.sampled_from(("text", "integer", "bigint", "boolean", "timestamp", "uuid", "json", "money")))
        return name, name
    if kind == "string":
        size = draw(st.integers(1, 16_383))
        return f"string({size})", {"string": size}
    if kind == "decimal":
        digits = draw(st.integers(1, 65))
        behind = draw(st.integers(0, min(digits, 30)))
        return f"decimal( {digits},{behind} )", {"decimal": [digits, behind]}
    if kind == "enum":
        values = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
        quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        return f"enum({quoted})", {"enum": values}
    name = draw(st.sampled_from(("text", "string(20)", "integer")))
    return f"array({name})", {"array": name}


@st.composite
def attributes(draw: st.DrawFn) -> Short:
    short_type, long_type = draw(types())
    optional = draw(st.booleans())
    long: dict[str, Any] = {"type": long_type, "optional": optional}
    options: dict[str, Any] = {}
    if draw(st.booleans()):
        options["description"] = draw(WORDS)
    if isinstance(long_type, dict) and "enum" in long_type and draw(st.booleans()):
        options["default"] = draw(st.sampled_from(long_type["enum"]))
    if draw(st.booleans()):
        options["unique"] = draw(st.booleans())
    if draw(st.booleans()):
        options["check"] = "1 > 0"
        long["check"] = {"else": "1 > 0", "sqlite": "2 > 0"}
        options["check"] = {"sqlite": "2 > 0", "else": "1 > 0"}
    mark = "?" if optional else ""
    if not options:
        return short_type + mark, long
    return {**options, "type": short_type + mark}, {**long, **options, "unique": options.get("unique", False)}


@st.composite
def relationships(draw: st.DrawFn) -> Short:
    kind = draw(st.sampled_from(("belongs_to", "many_to_many")))
    if kind == "many_to_many":
        return "many_to_many Thing", {"many_to_many": "Thing", "attributes": {}}
    if draw(st.booleans()):
        return "belongs_to Thing?", {"belongs_to": "Thing", "optional": True, "unique": False}
    return "belongs_to Thing", {"optional": False, "belongs_to": "Thing", "description": ""}


@st.composite
def entity_files(draw: st.DrawFn) -> Written:
    short: dict[str, Any] = {"datamodel": 1, "entity": "Thing"}
    long: dict[str, Any] = {"entity": "Thing", "store": "sql", "datamodel": 1}
    names = draw(st.lists(NAMES, max_size=6, unique_by=lambda name: name.removesuffix("_id")))
    cut = draw(st.integers(0, len(names)))
    for section, strategy, chosen in (
        ("attributes", attributes(), names[:cut]),
        ("relationships", relationships(), names[cut:]),
    ):
        drawn = {name: draw(strategy) for name in chosen}
        short |= {section: {name: one[0] for name, one in drawn.items()}} if drawn else {}
        long[section] = {name: one[1] for name, one in drawn.items()}
    if names and draw(st.booleans()):
        order = draw(st.sampled_from(("", " desc", " desc nulls last")))
        short["indexes"] = [[names[0] + order, "created_at"]]
        key = {"attribute": names[0], "order": "desc" if order else "asc"} | (
            {"nulls": "last"} if "last" in order else {}
        )
        long["indexes"] = [{"on": [key, {"attribute": "created_at"}], "unique": False, "method": "btree"}]
    if draw(st.booleans()):
        count = draw(st.integers(1, 999))
        short |= {"expected_rows": f"{count}k", "retention": f"{count} days"}
        long |= {"expected_rows": count * 1000, "retention": {"then": "delete", "keep": f"{count} days"}}
    return Written(f"# short{block(short)}\n", json.dumps(long, ensure_ascii=False))
