"""The parts of design one by one: names, words, what a unit reads, names settled across tables, SQL sites."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamodel_pipeline.design import naming, words
from datamodel_pipeline.design.conventions import CONVENTIONS
from datamodel_pipeline.design.entity_map import build, entry
from datamodel_pipeline.design.neighbours import Neighbours, reads
from datamodel_pipeline.design.resolve import resolve, settle_names, sql_of
from datamodel_pipeline.schema.expressions import Formula, Written
from datamodel_pipeline.schema.tables import Check, Column, Index, IndexPart, Key, Table
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.check import check_model
from datamodel_pipeline.spec.specs import (
    Attribute,
    Decisions,
    DeclaredIndex,
    Entity,
    Generation,
    IndexKey,
    Inheritance,
    Model,
    PerEntity,
    Relationship,
    Specs,
    Sql,
    Tenancy,
)

TEXT = Type("text")


@pytest.mark.parametrize(
    ("entity", "table"),
    [
        ("User", "users"),
        ("AuditEvent", "audit_events"),
        ("APIKey", "api_keys"),
        ("OAuthToken", "oauth_tokens"),
        ("SKUs", "skus"),
        ("Person", "people"),
        ("OrderStatus", "order_statuses"),
        ("Data", "data"),
        ("UserData", "user_data"),
        ("News", "news"),
        ("Settings", "settings"),
        ("Statuses", "statuses"),
        ("Analysis", "analyses"),
        ("Virus", "viruses"),
        ("Lens", "lenses"),
        ("Menu", "menus"),
        ("Category", "categories"),
        ("S3Object", "s3_objects"),
        ("Equipment", "equipment"),
        ("TimeEntry", "time_entries"),
        ("Address", "addresses"),
    ],
)
def test_tables_are_plural(entity: str, table: str) -> None:
    assert naming.table(entity) == table
    assert naming.plural(table) == table


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("User", "a user"),
        ("Order", "an order"),
        ("Invoice", "an invoice"),
        ("Unit", "a unit"),
        ("URL", "a url"),
        ("HourlyRate", "an hourly rate"),
        ("UnreadMessage", "an unread message"),
        ("EuropeanAddress", "a european address"),
        ("SMS", "an sms"),
    ],
)
def test_articles(name: str, said: str) -> None:
    assert words.a(name) == said


@given(st.text(min_size=1, max_size=90), st.text(min_size=1, max_size=90))
def test_short_names_fit_and_stay_apart(one: str, other: str) -> None:
    assert len(naming.short(one).encode()) <= naming.LIMIT
    assert (naming.short(one) == naming.short(other)) == (one == other)


def _column(name: str) -> Column:
    return Column(name=name, type=TEXT)


def test_names_that_meet_between_tables_are_settled_by_what_they_name() -> None:
    one = Table(name="a", columns=(_column("b_c"),), unique_keys=(Key(name="uniq_a_b_c", columns=("b_c",)),))
    other = Table(name="a_b", columns=(_column("c"),), unique_keys=(Key(name="UNIQ_a_b_c", columns=("c",)),))
    settled = settle_names((other, one))
    assert settled == settle_names((one, other))
    assert settled[0] == one
    assert settled[1].unique_keys[0].name != "UNIQ_a_b_c"
    assert settle_names(settled) == settled


def test_an_index_cannot_be_called_like_a_table() -> None:
    index = Index(name="b", parts=(IndexPart(column="x"),))
    settled = settle_names((Table(name="a", columns=(_column("x"),), indexes=(index,)), Table(name="B", columns=())))
    names = [index.name.lower() for table in settled for index in table.indexes]
    assert "b" not in names


def test_a_table_whose_names_are_free_is_left_as_it_is() -> None:
    check = Check(name="check_a_x_rule", expression=Formula(("1 = 1",)))
    table = Table(name="a", columns=(_column("x"),), checks=(check,))
    assert settle_names((table,))[0] is table


def test_conventions_stand_once_each() -> None:
    assert len(set(CONVENTIONS)) == len(CONVENTIONS)


TICKET = Entity(
    name="Ticket",
    relationships=(
        Relationship(name="requester", kind="belongs_to", target="User"),
        Relationship(name="tags", kind="many_to_many", target="Tag"),
    ),
)
USER = Entity(name="User")
SHARED = Decisions(tenancy=Tenancy("shared", "Company"))


def _reads(user: Entity = USER, decisions: Decisions = SHARED, *more: Entity) -> Neighbours:
    entities = (TICKET, user, Entity(name="Tag"), Entity(name="Company"), *more)
    entity_map, _ = build([entry(one, decisions) for one in entities], decisions)
    return reads((TICKET,), entity_map)


@pytest.mark.parametrize(
    "user",
    [
        replace(USER, table="accounts"),
        replace(USER, store="mongodb"),
        replace(USER, is_a=Inheritance("Tag")),
    ],
)
def test_what_a_unit_reads_of_its_target(user: Entity) -> None:
    assert _reads(user) != _reads()


@pytest.mark.parametrize(
    "decisions",
    [
        replace(SHARED, tenancy=Tenancy("shared", "Company", ("User",))),
        replace(SHARED, tenancy=Tenancy("schema", "Company")),
        replace(SHARED, deletes=PerEntity("hard", (("User", "soft"),))),
        replace(SHARED, primary_keys=PerEntity("bigint", (("User", "uuid"),))),
        replace(SHARED, primary_keys=PerEntity("bigint", (("Company", "uuid"),))),
    ],
)
def test_which_decisions_about_others_a_unit_reads(decisions: Decisions) -> None:
    assert _reads(decisions=decisions) != _reads()


@pytest.mark.parametrize(
    "user",
    [
        replace(USER, description="Somebody."),
        replace(USER, attributes=(Attribute(name="email", type=TEXT, unique=True),)),
        replace(USER, relationships=(Relationship(name="company", kind="belongs_to", target="Company"),)),
        replace(USER, indexes=(DeclaredIndex(keys=(IndexKey(name="id"),)),)),
        replace(USER, expected_rows=5),
    ],
)
def test_what_a_unit_does_not_read_of_its_target(user: Entity) -> None:
    assert _reads(user) == _reads()


def test_a_reference_to_a_unit_changes_what_it_reads() -> None:
    note = Entity(name="Note", relationships=(Relationship(name="ticket", kind="belongs_to", target="Ticket"),))
    single = replace(TICKET, relationships=TICKET.relationships[:1])
    found = []
    for others in ((), (note,)):
        entities = (single, USER, Entity(name="Company"), *others)
        entity_map, _ = build([entry(one, SHARED) for one in entities], SHARED)
        found.append(reads((single,), entity_map))
    assert [one.referenced for one in found] == [False, True]


def test_names_that_lead_nowhere_are_left_out_because_the_specs_are_refused() -> None:
    broken = Entity(
        name="Ticket",
        attributes=(Attribute(name="id", type=TEXT), Attribute(name="owner_id", type=TEXT)),
        relationships=(
            Relationship(name="owner", kind="belongs_to", target="Ticket", optional=True),
            Relationship(name="ghost", kind="belongs_to", target="Nobody"),
        ),
        unique=(("missing",),),
        indexes=(DeclaredIndex(keys=(IndexKey(name="absent"),)),),
    )
    model = Model(id=1, slug="m", title="M")
    schema, _ = resolve(Specs(model, (broken,)), {})
    assert schema.tables[0].unique_keys == ()
    places = {diagnostic.at[1:3] for diagnostic in check_model(model, (broken,))}
    assert {
        ("attributes", "id"),
        ("attributes", "owner_id"),
        ("relationships", "ghost"),
        ("unique", "0"),
        ("indexes", "0"),
    } <= places


def test_every_piece_of_sql_has_a_place() -> None:
    payload = Attribute(name="weight", type=TEXT, check=Sql("weight > 0"), default=Sql("lower('A')"))
    entity = Entity(
        name="Ticket",
        attributes=(Attribute(name="check", type=TEXT, generated=Generation(Sql("a || b"))),),
        relationships=(Relationship(name="default", kind="many_to_many", target="Ticket", attributes=(payload,)),),
        checks=(("default", Sql("a > b")),),
        indexes=(DeclaredIndex(keys=(IndexKey(expression=Sql("lower(a)")),), where=Sql("a IS NULL")),),
    )
    places = {site.sql.text: site.place for site in sql_of(entity)}
    assert places == {
        "weight > 0": "check",
        "lower('A')": "default",
        "a || b": "generated",
        "a > b": "check",
        "lower(a)": "index",
        "a IS NULL": "index",
    }


def test_texts_that_differ_for_one_engine_only_stay_apart() -> None:
    attributes = tuple(
        Attribute(name=name, type=TEXT, check=Sql("name > ''", (("sqlite", own),)))
        for name, own in (("name", "name > 'x'"), ("other", "other > 'y'"))
    )
    entity = Entity(name="Ticket", attributes=attributes)
    found = {site.key: Written(site.sql.text, (), site.sql.spelled) for site in sql_of(entity)}
    schema, _ = resolve(Specs(Model(id=1, slug="m", title="M"), (entity,)), found)
    checks = [check.expression for check in schema.tables[0].checks]
    assert [one.spelling("sqlite") for one in checks if isinstance(one, Written)] == ["name > 'x'", "other > 'y'"]


def test_defaults_that_every_engine_has_its_own_way_for_are_not_read() -> None:
    uuids = Sql("uuid()", (("postgresql", "gen_random_uuid()"),))
    mixed = Sql("uuid()", (("postgresql", "now()"),))
    attributes = (
        Attribute(name="token", type=Type("uuid"), default=uuids),
        Attribute(name="began", type=Type("time"), default=Sql("CURRENT_TIME")),
        Attribute(name="odd", type=TEXT, default=mixed),
    )
    assert [site.sql for site in sql_of(Entity(name="Ticket", attributes=attributes))] == [mixed]
