"""Hypothesis strategies: neutral schemas that every engine must be able to lower, create and read back.

The schemas are valid: foreign keys point to existing keys of equal types, names do not collide on any engine (not even
where case and accents are ignored). Everything else is as unpleasant as a real author could make it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st

from datamodel_pipeline.schema.expressions import (
    ColumnRef,
    CurrentTimestamp,
    Default,
    Expression,
    Formula,
    Literal,
    NewUuid,
    Written,
    is_not_null,
    is_null,
    one_of,
)
from datamodel_pipeline.schema.tables import (
    Action,
    Check,
    Column,
    ForeignKey,
    Generated,
    Index,
    IndexPart,
    Key,
    Schema,
    Table,
)
from datamodel_pipeline.schema.types import Type

NAMES = (
    "name",
    "order",
    "select",
    "user",
    "group",
    "values",
    "key",
    "rank",
    "position",
    "UPPER",
    "CamelCase",
    "two words",
    'dou"ble',
    "back`tick",
    "apo'strophe",
    "semi;colon",
    "per%cent",
    "per%s",
    "--comment",
    "$dollar$",
    "a$$b",
    "1digit",
    "back\\slash",
    "Größe",
    "名前",
    "l" * 63,
    "ü" * 31,
)
"""Identifiers: reserved words, quotes, other scripts, the longest that every engine takes (63 bytes)."""

NASTY = (
    "'; DROP TABLE x; --",
    "\\",
    "\\'",
    "$$",
    "%s %(x)s",
    "*/",
    "''",
    '"',
    "```\n## x",
    "line\nbreak",
    "tab\t",
    "ünï😀",
    ":x ?",
)
"""Text for comments, constants and enum values."""

TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(alphabet="ab'\"\\`%;-$ é€😀:?{}\n", max_size=10),
    st.sampled_from(("open", "new", "x")),
)

PLAIN_TYPES = (
    Type("string", (1,)),
    Type("string", (40,)),
    Type("string", (200,)),
    Type("char", (3,)),
    Type("text"),
    Type("smallint"),
    Type("integer"),
    Type("bigint"),
    Type("decimal", (5,)),
    Type("decimal", (10, 2)),
    Type("money"),
    Type("float"),
    Type("double"),
    Type("boolean"),
    Type("date"),
    Type("time"),
    Type("timestamp"),
    Type("datetime"),
    Type("interval"),
    Type("uuid"),
    Type("json"),
    Type("binary"),
    Type("binary", (16,)),
    Type("array", element=Type("integer")),
    Type("array", element=Type("string", (20,))),
    Type("", spelled=(("postgresql", "inet"), ("mysql", "varchar(45)"), ("sqlite", "TEXT"))),
    Type("integer", spelled=(("mysql", "INT UNSIGNED"), ("postgresql", "INT4"))),
)
INTEGERS = ("smallint", "integer", "bigint")
KEYABLE = ("string", "char", *INTEGERS, "decimal", "money", "boolean", "date", "timestamp", "datetime", "uuid")
"""Types that can stand in a key on every engine."""

COLLATIONS = (("mysql", "utf8mb4_bin"), ("postgresql", "C"), ("sqlite", "NOCASE"))


@dataclass
class Draft:
    """One table while its columns are being drawn; `used` keeps names apart."""

    name: str
    key: Column
    tenant: str = ""
    soft: bool = False
    attributes: list[Column] = field(default_factory=list)
    others: list[Column] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)

    @property
    def columns(self) -> tuple[Column, ...]:
        return (self.key, *self.others, *self.attributes)

    def of_type(self, *names: str) -> list[Column]:
        """The plain attributes of these types."""
        plain = (column for column in self.attributes if not column.generated and not column.type.spelled)
        return [column for column in plain if column.type.name in names]


class Names:
    """Schema-wide names of constraints and indexes: numbered, some of them nasty or of full length."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.numbers = count(1)

    def new(self, kind: str) -> str:
        ending = self.draw(st.sampled_from(("", "", "", " ä'\"`", "_long")))
        name = f"{kind}_{next(self.numbers)}{ending}"
        return name.ljust(63, "x") if ending == "_long" else name


@st.composite
def default_of(draw: st.DrawFn, type_: Type) -> Default | None:
    """A default that the type accepts on every engine, or None."""
    if type_.spelled or draw(st.booleans()):
        return None
    match type_:
        case Type("string" | "char", (length,)):
            return Literal(draw(TEXTS)[:length])
        case Type("enum", values=values):
            return Literal(draw(st.sampled_from(values)))
        case Type("smallint" | "integer" | "bigint"):
            return Literal(draw(st.integers(-32768, 32767)))
        case Type("decimal" | "money" | "float" | "double"):
            fractions = ("0", "-3") if type_.arguments == (5,) else ("0.00", "12.50", "-1.25", "7")
            return Literal(draw(st.sampled_from(fractions)))
        case Type("boolean"):
            return Literal(draw(st.booleans()))
        case Type("date"):
            return draw(st.sampled_from((Literal("2024-02-29"), CurrentTimestamp())))
        case Type("timestamp" | "datetime"):
            return CurrentTimestamp()
        case Type("uuid"):
            return NewUuid()
        case Type("json"):
            return Literal(draw(st.sampled_from(("{}", "[]", '{"a": "it\'s"}'))))
        case _:
            return None


@st.composite
def attribute(draw: st.DrawFn, name: str) -> Column:
    """One column that the author wrote."""
    enums = st.lists(TEXTS.filter(bool), min_size=1, max_size=3, unique=True)
    type_ = draw(st.one_of(st.sampled_from(PLAIN_TYPES), st.builds(lambda v: Type("enum", values=tuple(v)), enums)))
    collated = type_.name == "string" and draw(st.integers(0, 4)) == 0
    return Column(
        name=name,
        type=type_,
        nullable=draw(st.booleans()),
        default=draw(default_of(type_)),
        collation=COLLATIONS if collated else (),
        comment=draw(st.one_of(st.just(""), TEXTS)),
    )


@st.composite
def condition(draw: st.DrawFn, table: Draft) -> Expression:
    """A condition over one attribute (the key where there is none to speak of)."""
    numbers, strings = table.of_type(*INTEGERS), table.of_type("string", "text")
    choices: list[Expression] = [is_not_null(column.name) for column in table.attributes if not column.generated]
    for column in numbers:
        choices.append(Formula((ColumnRef(column.name), " BETWEEN ", Literal(-5), " AND ", Literal(99))))
        choices.append(Formula((ColumnRef(column.name), " > 3 OR ", ColumnRef(column.name), " IS NULL")))
    for column in strings:
        choices.append(Formula((ColumnRef(column.name), " <> ", Literal(draw(TEXTS)))))
        standard, ticked = column.name.replace('"', '""'), column.name.replace("`", "``")
        spelled = (("postgresql", f'"{standard}"'), ("mysql", f"`{ticked}`"), ("sqlite", f'"{standard}"'))
        written = tuple((engine, f"length({name}) < 1000") for engine, name in spelled)
        choices.append(Written(f"length({column.name}) < 1000", (column.name,), written))
    return draw(st.sampled_from(choices)) if choices else is_not_null(table.attributes[0].name)


def _timestamp(name: str, *, nullable: bool = False) -> Column:
    default = None if nullable else CurrentTimestamp()
    return Column(name=name, type=Type("timestamp"), nullable=nullable, default=default)


@st.composite
def generated(draw: st.DrawFn, table: Draft, name: str) -> Column | None:
    """A generated column over one attribute, where there is a suitable one."""
    sources = table.of_type("smallint", "integer", "string")
    if not sources:
        return None
    source = draw(st.sampled_from(sources))
    if source.type.name == "string":
        type_, expression = source.type, Formula(("lower(", ColumnRef(source.name), ")"))
    else:
        type_, expression = Type("bigint"), Formula((ColumnRef(source.name), " + 1"))
    return Column(name=name, type=type_, nullable=True, generated=Generated(expression, draw(st.booleans())))


@st.composite
def draft(draw: st.DrawFn, name: str, names: Names) -> Draft:
    """A table with its key, attributes and checks, without references."""
    number = Column(name="id", type=Type("bigint"), identity=True)
    unique_id = Column(name="id", type=Type("uuid"), default=NewUuid())
    table = Draft(name=name, key=draw(st.sampled_from((number, unique_id))))
    for own in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True)):
        column = draw(attribute(own))
        table.attributes.append(column)
        if column.type.name == "enum":
            check = Check(name=names.new("check"), expression=one_of(own, column.type.values), kind="enum")
            table.checks.append(check)
    if draw(st.booleans()) and (computed := draw(generated(table, "computed"))):
        table.attributes.append(computed)
    for _ in range(draw(st.integers(0, 2))):
        table.checks.append(Check(name=names.new("check"), expression=draw(condition(table))))
    table.soft = draw(st.booleans())
    return table


@st.composite
def reference(draw: st.DrawFn, table: Draft, target: Draft, names: Names, number: int) -> None:
    """Adds a reference to the target: by its key, and by tenant and key where both belong to a tenant."""
    optional = draw(st.booleans())
    column = Column(name=f"ref_{number}_id", type=target.key.type, nullable=optional)
    table.others.append(column)
    shared = bool(table.tenant and target.tenant)
    actions = [Action.RESTRICT, Action.NO_ACTION, Action.CASCADE] + [Action.SET_NULL] * optional
    on_delete = draw(st.sampled_from(actions))
    table.foreign_keys.append(
        ForeignKey(
            name=names.new("fk"),
            columns=(table.tenant, column.name) if shared else (column.name,),
            ref_table=target.name,
            ref_columns=(target.tenant, "id") if shared else ("id",),
            on_delete=on_delete,
            on_update=draw(st.sampled_from((Action.CASCADE, Action.RESTRICT, Action.NO_ACTION))),
            cleared=(column.name,) if shared and on_delete is Action.SET_NULL else (),
        )
    )


@st.composite
def index(draw: st.DrawFn, table: Draft, names: Names) -> Index:
    """An index over one to three columns, perhaps unique, partial, covering, descending or over an expression."""
    keyable = [column for column in table.columns if column.type.name in (*KEYABLE, "enum") and not column.type.spelled]
    chosen = draw(st.lists(st.sampled_from(keyable), min_size=1, max_size=3, unique_by=lambda column: column.name))
    orders = st.tuples(st.booleans(), st.sampled_from(("", "", "first", "last")))
    parts = [
        IndexPart(column=column.name, descending=order[0], nulls=order[1])
        for column, order in ((column, draw(orders)) for column in chosen)
    ]
    strings = [column for column in table.of_type("string") if column.type.arguments[0] < 200]
    if strings and draw(st.booleans()):
        parts.append(IndexPart(expression=Formula(("lower(", ColumnRef(draw(st.sampled_from(strings)).name), ")"))))
    rest = [column.name for column in keyable if column not in chosen and not column.generated]
    return Index(
        name=names.new("index"),
        parts=tuple(parts),
        unique=draw(st.integers(0, 3)) == 0,
        where=draw(st.one_of(st.none(), condition(table))),
        include=tuple(rest[:1]) if draw(st.integers(0, 3)) == 0 else (),
    )


@st.composite
def finished(draw: st.DrawFn, table: Draft, names: Names) -> Table:
    """The table, with the columns of the conventions, its keys and its indexes."""
    stamps = [_timestamp("created_at"), _timestamp("updated_at")]
    stamps += [_timestamp("deleted_at", nullable=True)] if table.soft else []
    unique_keys = [Key(name=names.new("uniq"), columns=(table.tenant, "id"))] if table.tenant else []
    indexes = [draw(index(table, names)) for _ in range(draw(st.integers(0, 3)))]
    lead = (table.tenant,) if table.tenant else ()
    for column in table.of_type("string", "integer", "enum")[:1]:
        columns = (*lead, column.name)
        if table.soft:
            parts = tuple(IndexPart(column=name) for name in columns)
            indexes.append(Index(name=names.new("uniq"), parts=parts, unique=True, where=is_null("deleted_at")))
        else:
            unique_keys.append(Key(name=names.new("uniq"), columns=columns))
    return Table(
        name=table.name,
        columns=(*table.columns, *stamps),
        primary_key=Key(name=names.new("pk"), columns=("id",)),
        unique_keys=tuple(unique_keys),
        checks=tuple(table.checks),
        foreign_keys=tuple(table.foreign_keys),
        indexes=tuple(indexes),
        comment=draw(TEXTS),
        touch_column="updated_at" if draw(st.booleans()) else "",
        tenant_column=table.tenant,
        live_column="deleted_at" if table.soft else "",
    )


@st.composite
def schemas(draw: st.DrawFn, *, most_tables: int = 4) -> Schema:
    """A whole schema; references may be cyclic and point to their own table."""
    names = Names(draw)
    table_names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=most_tables, unique=True))
    drafts = [draw(draft(name, names)) for name in table_names]
    tenants, *business = drafts
    if draw(st.booleans()):
        for table in business:
            table.tenant = "tenant_id"
            table.others.append(Column(name="tenant_id", type=tenants.key.type))
            table.foreign_keys.append(
                ForeignKey(name=names.new("fk"), columns=("tenant_id",), ref_table=tenants.name, ref_columns=("id",))
            )
    for table in drafts:
        for number in range(draw(st.integers(0, 2))):
            draw(reference(table, draw(st.sampled_from(drafts)), names, number))
    return Schema(tuple(sorted((draw(finished(table, names)) for table in drafts), key=lambda table: table.name)))
