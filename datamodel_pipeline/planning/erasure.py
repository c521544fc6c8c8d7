"""What stands in a personal column after its person is forgotten, and the SQL that puts it there.

In: an engine and neutral tables. Out: assignments and statements. Values keep every NOT NULL and UNIQUE satisfied; a
check that the author wrote may still refuse them, which the document says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamodel_pipeline.engines._engine import Engine
from datamodel_pipeline.planning import examples
from datamodel_pipeline.schema.expressions import Literal
from datamodel_pipeline.schema.tables import Column, ForeignKey, Table

WORD = "erased"
BY_TYPE: Mapping[str, str] = {
    "date": "1900-01-01",
    "time": "00:00:00",
    "datetime": "1970-01-01 00:00:00",
    "timestamp": "1970-01-01 00:00:00",
    "json": "{}",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "binary": "",
}
"""What NOT NULL columns of these types get, as text."""

Kin = Mapping[str, Sequence[tuple[Table, ForeignKey]]]
"""Table → the tables whose rows may belong to one of its rows, each with the foreign key that says so."""

TEXTS = ("string", "char", "text")
NUMBERS = ("smallint", "integer", "bigint", "decimal", "money", "float", "double")
DEEPEST = 3
"""So many foreign keys from the person is personal data looked for; further away it is hardly that person's."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a table's rows are found from a person: the SQL condition, the columns that lead there."""

    table: Table
    condition: str
    through: tuple[str, ...] = ()


def personal(table: Table) -> tuple[Column, ...]:
    """The personal columns that can be written."""
    return tuple(column for column in table.columns if column.personal and not column.generated)


def assignments(engine: Engine, table: Table) -> tuple[tuple[str, str], ...]:
    """(column, SQL value) for every personal column that there is a neutral value for."""
    found = ((column.name, _value(engine, table, column)) for column in personal(table))
    return tuple((name, value) for name, value in found if value)


def remaining(engine: Engine, table: Table) -> str:
    """The condition of rows that still hold something personal; "" where that cannot be seen."""
    parts = []
    for column in personal(table):
        if column.nullable:
            parts.append(f"{engine.quote(column.name)} IS NOT NULL")
        elif column.type.name in TEXTS and column.type.spelling(engine.product) is None:
            parts.append(f"{engine.quote(column.name)} NOT LIKE '{_word(column)}%'")
    return f"({' OR '.join(parts)})" if len(parts) > 1 else "".join(parts)


def subjects(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The tables whose rows are persons: they hold personal data, and do not belong to a row that does."""
    holders = {table.name for table in tables if personal(table)}
    return tuple(t for t in tables if t.name in holders and not any(k.ref_table in holders for k in _ways(t)))


def kin(tables: Sequence[Table]) -> Kin:
    """Which tables belong to which, in their order; looked up once, because a person's data is searched for often."""
    found: dict[str, dict[str, tuple[Table, ForeignKey]]] = {}
    for table in tables:
        for way in _ways(table):
            found.setdefault(way.ref_table, {}).setdefault(table.name, (table, way))
    return {parent: tuple(children.values()) for parent, children in found.items()}


def reach(engine: Engine, subject: Table, children: Kin) -> tuple[Reach, ...]:
    """The tables with personal data of one imagined person, farthest first, its own row last."""
    key = _single_key(subject)
    person = examples.key(engine, subject.column(key))
    found = {subject.name: Reach(subject, f"{engine.quote(key)} = {person}")} if key else {}
    level = list(found.values())
    for _ in range(DEEPEST):
        fresh: dict[str, Reach] = {}
        for parent in level:
            for table, way in children.get(parent.table.name, ()):
                if table.name not in found and table.name not in fresh:
                    fresh[table.name] = _step(engine, parent, table, way)
        found |= fresh
        level = list(fresh.values())
    return tuple(one for one in reversed(found.values()) if personal(one.table))


def statement(engine: Engine, place: Reach, hold: str = "") -> str:
    """The UPDATE that forgets the person here; `hold` names the column of a legal hold, which wins."""
    settings = ",\n    ".join(f"{engine.quote(name)} = {value}" for name, value in assignments(engine, place.table))
    kept = f"\n  AND {engine.quote(hold)} IS NOT TRUE" if hold and place.table.column(hold) else ""
    if not settings:
        return ""
    return f"UPDATE {engine.quote(place.table.name)}\nSET {settings}\nWHERE {place.condition}{kept};"


def _step(engine: Engine, parent: Reach, table: Table, way: ForeignKey) -> Reach:
    """The table behind one more foreign key."""
    column, key = engine.quote(_own(table, way)), engine.quote(_single_key(parent.table))
    prefix = f"{key} = "
    if parent.condition.startswith(prefix):
        condition = f"{column} = {parent.condition.removeprefix(prefix)}"
    else:
        condition = f"{column} IN (SELECT {key} FROM {engine.quote(parent.table.name)} WHERE {parent.condition})"
    return Reach(table, condition, (*parent.through, _own(table, way)))


def _ways(table: Table) -> list[ForeignKey]:
    """The foreign keys that say whose a row is: of one column beside the tenant's, to another table; NOT NULL first."""
    ways = [key for key in table.foreign_keys if key.ref_table != table.name and _own(table, key)]
    return sorted(ways, key=lambda key: bool((column := table.column(_own(table, key))) and column.nullable))


def _own(table: Table, key: ForeignKey) -> str:
    """The key's column beside the tenant's; "" where there is none, or more than one."""
    own = [name for name in key.columns if name != table.tenant_column]
    return own[0] if len(own) == 1 else ""


def _single_key(table: Table) -> str:
    """The primary key's column, "" for keys of several."""
    columns = [c for c in (table.primary_key.columns if table.primary_key else ()) if c != table.tenant_column]
    return columns[0] if len(columns) == 1 else ""


def _value(engine: Engine, table: Table, column: Column) -> str:
    """The SQL value; "" for types that only their author knows."""
    name = column.type.name
    if column.nullable:
        return "NULL"
    if column.type.spelling(engine.product) is not None or (name == "uuid" and engine.product == "mysql"):
        return ""
    if name in TEXTS:
        return _text(engine, table, column)
    if name in NUMBERS:
        return "0"
    if name == "boolean":
        return engine.literal(Literal(False))
    if name == "enum":
        return engine.literal(Literal(column.type.values[0]))
    return engine.literal(Literal(BY_TYPE[name])) if name in BY_TYPE else ""


def _text(engine: Engine, table: Table, column: Column) -> str:
    """`'erased'`, or with the row's key behind it where values must differ."""
    word = engine.literal(Literal(_word(column)))
    key = table.column(_single_key(table))
    if key is None or not _is_unique(table, column.name):
        return word
    length = column.type.arguments[0] if column.type.arguments else 1000
    own = examples.as_text(engine, key, max(1, length - len(WORD)))
    return f"concat({word}, {own})" if engine.product == "mysql" else f"{word} || {own}"


def _word(column: Column) -> str:
    """`erased`, or as much of it as the column takes."""
    length = column.type.arguments[0] if column.type.arguments else len(WORD)
    return WORD[:length]


def _is_unique(table: Table, name: str) -> bool:
    """Whether a key or unique index contains the column."""
    keys = [key.columns for key in table.unique_keys] + [index.columns for index in table.indexes if index.unique]
    return any(name in columns for columns in keys)
