"""What a created schema does: isolation of tenants, uniqueness among live rows, checks, references, upkeep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg import errors
from scratch import created
from servers.postgresql import Connection

from datamodel_pipeline.engines import registry
from datamodel_pipeline.schema.expressions import (
    ColumnRef,
    CurrentTimestamp,
    Formula,
    Literal,
    is_null,
    one_of,
)
from datamodel_pipeline.schema.tables import Action, Check, Column, ForeignKey, Index, IndexPart, Key, Table
from datamodel_pipeline.schema.types import Type

BIGINT = Type("bigint")


def number(name: str, *, nullable: bool = False) -> Column:
    return Column(name=name, type=BIGINT, nullable=nullable)


def create(connection: Connection, *tables: Table) -> None:
    engine = registry.engine("postgresql", str(connection.info.server_version // 10000))
    created(connection, engine, tuple(engine.lower(table).table for table in tables))


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def value(connection: Connection, query: str) -> Any:
    [[only]] = rows(connection, query)
    return only


# Tenants ---------------------------------------------------------------------------------------------------------


@contextmanager
def acting_as(connection: Connection, role: str, tenant: str | None) -> Iterator[None]:
    """The session of an application: a role without BYPASSRLS, and a tenant or none at all."""
    connection.execute(f"SET ROLE {role}")
    if tenant is not None:
        connection.execute("SELECT set_config('app.tenant_id', %s, false)", (tenant,))
    try:
        yield
    finally:
        connection.execute("RESET ROLE")
        connection.execute("RESET app.tenant_id")


def role(connection: Connection, name: str) -> str:
    if not rows(connection, f"SELECT FROM pg_roles WHERE rolname = '{name}'"):
        connection.execute(f"CREATE ROLE {name} NOSUPERUSER NOBYPASSRLS")
    return name


def tenant_tables(type_: Type) -> tuple[Table, ...]:
    organizations = Table(
        name="organizations",
        columns=(Column(name="id", type=type_),),
        primary_key=Key(name="pk_organizations", columns=("id",)),
        tenant_column="id",
    )
    tickets = Table(
        name="tickets",
        columns=(
            number("id"),
            Column(name="tenant_id", type=type_),
            number("parent_id", nullable=True),
            Column(name="subject", type=Type("text"), default=Literal("new")),
        ),
        primary_key=Key(name="pk_tickets", columns=("id",)),
        unique_keys=(Key(name="uniq_tickets", columns=("tenant_id", "id")),),
        foreign_keys=(
            ForeignKey(name="fk_1", columns=("tenant_id",), ref_table="organizations", ref_columns=("id",)),
            ForeignKey(
                name="fk_2",
                columns=("tenant_id", "parent_id"),
                ref_table="tickets",
                ref_columns=("tenant_id", "id"),
                on_delete=Action.CASCADE,
            ),
        ),
        tenant_column="tenant_id",
    )
    return organizations, tickets


TENANTS = {
    "bigint": ("1", "2"),
    "uuid": ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"),
    "string": ("o'ne", "two"),
}


@pytest.fixture(params=sorted(TENANTS))
def tenants(request: pytest.FixtureRequest, postgresql: Connection) -> tuple[str, str]:
    """Two tenants with one ticket each (1 and 2), and what an application's role may do."""
    create(postgresql, *tenant_tables(Type(request.param, (20,) if request.param == "string" else ())))
    for ticket, tenant in enumerate(TENANTS[request.param], start=1):
        postgresql.execute("INSERT INTO organizations (id) VALUES (%s)", (tenant,))
        postgresql.execute("INSERT INTO tickets (id, tenant_id) VALUES (%s, %s)", (ticket, tenant))
    postgresql.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role(postgresql, 'app')}")
    return TENANTS[request.param]


def test_a_tenant_sees_only_its_own_rows(postgresql: Connection, tenants: tuple[str, str]) -> None:
    for ticket, tenant in enumerate(tenants, start=1):
        with acting_as(postgresql, "app", tenant):
            assert rows(postgresql, "SELECT id FROM tickets") == [(ticket,)]
            assert rows(postgresql, "SELECT id::text FROM organizations") == [(tenant,)]


def test_a_tenant_cannot_touch_the_rows_of_another(postgresql: Connection, tenants: tuple[str, str]) -> None:
    one, two = tenants
    with acting_as(postgresql, "app", one):
        assert postgresql.execute("UPDATE tickets SET subject = 'x' WHERE id = 2").rowcount == 0
        assert postgresql.execute("DELETE FROM tickets WHERE id = 2").rowcount == 0
        assert postgresql.execute("DELETE FROM organizations WHERE id <> %s", (one,)).rowcount == 0
        for statement in (
            "INSERT INTO tickets (id, tenant_id) VALUES (9, %s)",
            "UPDATE tickets SET tenant_id = %s WHERE id = 1",
            "UPDATE organizations SET id = %s",
            "INSERT INTO tickets (id, tenant_id) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET subject = 'x'",
        ):
            with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
                postgresql.execute(statement, (two,))
    assert rows(postgresql, "SELECT id, subject FROM tickets ORDER BY id") == [(1, "new"), (2, "new")]


def test_a_tenant_cannot_refer_to_the_rows_of_another(postgresql: Connection, tenants: tuple[str, str]) -> None:
    with acting_as(postgresql, "app", tenants[0]):
        postgresql.execute("INSERT INTO tickets VALUES (3, %s, 1)", (tenants[0],))
        with pytest.raises(errors.ForeignKeyViolation):
            postgresql.execute("INSERT INTO tickets VALUES (4, %s, 2)", (tenants[0],))
        postgresql.execute("DELETE FROM tickets WHERE id = 1")  # cascades under row-level security
        assert rows(postgresql, "SELECT id FROM tickets") == []


@pytest.mark.parametrize("unset", [None, ""])
def test_a_session_without_tenant_gets_nothing(
    postgresql: Connection, tenants: tuple[str, str], unset: str | None
) -> None:
    with acting_as(postgresql, "app", unset):
        assert rows(postgresql, "SELECT id FROM tickets") == []
        assert postgresql.execute("UPDATE tickets SET subject = 'x'").rowcount == 0
        assert postgresql.execute("DELETE FROM tickets").rowcount == 0
        with pytest.raises(errors.InsufficientPrivilege):
            postgresql.execute("INSERT INTO tickets (id, tenant_id) VALUES (9, %s)", (tenants[0],))


def test_the_owner_of_the_tables_is_isolated_too(postgresql: Connection, tenants: tuple[str, str]) -> None:
    owner = role(postgresql, "owner_of_tables")
    for table in ("organizations", "tickets"):
        postgresql.execute(f"ALTER TABLE {table} OWNER TO {owner}")
    with acting_as(postgresql, owner, tenants[1]):
        assert rows(postgresql, "SELECT id FROM tickets") == [(2,)]
        assert postgresql.execute("DELETE FROM tickets").rowcount == 1
    assert rows(postgresql, "SELECT id FROM tickets") == [(1,)]


def test_a_tenant_set_for_a_transaction_ends_with_it(postgresql: Connection, tenants: tuple[str, str]) -> None:
    """As pooled connections need it: after the transaction the setting is '', not missing."""
    with acting_as(postgresql, "app", None):
        with postgresql.transaction():
            postgresql.execute("SELECT set_config('app.tenant_id', %s, true)", (tenants[0],))
            assert rows(postgresql, "SELECT id FROM tickets") == [(1,)]
        assert rows(postgresql, "SELECT id FROM tickets") == []


# Soft deletes and checks -----------------------------------------------------------------------------------------


def test_only_live_rows_have_to_be_unique(postgresql: Connection) -> None:
    live = Index(name="uniq_users_email", parts=(IndexPart(column="email"),), unique=True, where=is_null("deleted_at"))
    create(
        postgresql,
        Table(
            name="users",
            columns=(
                Column(name="email", type=Type("string", (40,))),
                Column(name="deleted_at", type=Type("timestamp"), nullable=True),
            ),
            indexes=(live,),
            live_column="deleted_at",
        ),
    )
    for _ in range(2):
        postgresql.execute("INSERT INTO users VALUES ('a@b', now())")
    postgresql.execute("INSERT INTO users VALUES ('a@b')")
    with pytest.raises(errors.UniqueViolation, match="uniq_users_email"):
        postgresql.execute("INSERT INTO users VALUES ('a@b')")
    with pytest.raises(errors.UniqueViolation):
        postgresql.execute("UPDATE users SET deleted_at = NULL")
    postgresql.execute("UPDATE users SET deleted_at = now()")
    postgresql.execute("INSERT INTO users VALUES ('a@b')")


CHECKED = Table(
    name="tickets",
    columns=(
        Column(name="status", type=Type("enum", values=("open", "won't fix")), default=Literal("open")),
        Column(name="priority", type=Type("smallint"), default=Literal(3)),
        Column(name="digest", type=Type("binary", (4,)), nullable=True),
    ),
    checks=(
        Check(name="check_status", expression=one_of("status", ("open", "won't fix")), kind="enum"),
        Check(name="check_priority", expression=Formula((ColumnRef("priority"), " BETWEEN 1 AND 5"))),
    ),
)


def test_checks_take_good_rows_and_reject_bad_ones(postgresql: Connection) -> None:
    create(postgresql, CHECKED)
    postgresql.execute("INSERT INTO tickets DEFAULT VALUES")
    postgresql.execute("INSERT INTO tickets VALUES ('won''t fix', 5, '\\x01020304')")
    for bad, name in (
        ("('closed', 1, NULL)", "check_status"),
        ("('Open', 1, NULL)", "check_status"),
        ("('open', 6, NULL)", "check_priority"),
        ("('open', 1, '\\x0102030405')", "check_tickets_digest_length"),
    ):
        with pytest.raises(errors.CheckViolation, match=name):
            postgresql.execute(f"INSERT INTO tickets VALUES {bad}")
    with pytest.raises(errors.NotNullViolation):
        postgresql.execute("INSERT INTO tickets VALUES (NULL, 1, NULL)")
    assert rows(postgresql, "SELECT status, priority FROM tickets") == [("open", 3), ("won't fix", 5)]


def test_an_identity_cannot_be_written(postgresql: Connection) -> None:
    create(postgresql, Table(name="posts", columns=(Column(name="id", type=BIGINT, identity=True),)))
    postgresql.execute("INSERT INTO posts DEFAULT VALUES")
    with pytest.raises(errors.GeneratedAlways):
        postgresql.execute("INSERT INTO posts VALUES (7)")


# Foreign keys ----------------------------------------------------------------------------------------------------


def family(on_delete: Action, on_update: Action = Action.CASCADE, cleared: Sequence[str] = ()) -> tuple[Table, ...]:
    """Parents by (tenant, id) and children that refer to them: parent (1, 1) has the child 5, (1, 2) has none."""
    parents = Table(
        name="parents",
        columns=(number("tenant_id"), number("id")),
        primary_key=Key(name="pk_parents", columns=("tenant_id", "id")),
    )
    children = Table(
        name="children",
        columns=(number("tenant_id", nullable=not cleared), number("id"), number("parent_id", nullable=True)),
        foreign_keys=(
            ForeignKey(
                name="fk_children",
                columns=("tenant_id", "parent_id"),
                ref_table="parents",
                ref_columns=("tenant_id", "id"),
                on_delete=on_delete,
                on_update=on_update,
                cleared=tuple(cleared),
            ),
        ),
    )
    return parents, children


def fill(connection: Connection) -> None:
    connection.execute("INSERT INTO parents VALUES (1, 1), (1, 2)")
    connection.execute("INSERT INTO children VALUES (1, 5, 1)")


@pytest.mark.parametrize(
    ("action", "cleared", "left"),
    [
        (Action.CASCADE, (), []),
        (Action.SET_NULL, (), [(None, 5, None)]),
        (Action.SET_NULL, ("parent_id",), [(1, 5, None)]),
    ],
)
def test_deleting_a_parent(
    postgresql: Connection, action: Action, cleared: tuple[str, ...], left: list[tuple[Any, ...]]
) -> None:
    create(postgresql, *family(action, cleared=cleared))
    fill(postgresql)
    postgresql.execute("DELETE FROM parents")
    assert rows(postgresql, "SELECT * FROM children") == left


@pytest.mark.parametrize("action", [Action.RESTRICT, Action.NO_ACTION])
def test_a_parent_with_children_stays(postgresql: Connection, action: Action) -> None:
    create(postgresql, *family(action, action))
    fill(postgresql)
    for statement in ("DELETE FROM parents WHERE id = 1", "UPDATE parents SET id = 9 WHERE id = 1"):
        with pytest.raises((errors.ForeignKeyViolation, errors.RestrictViolation)):
            postgresql.execute(statement)
    postgresql.execute("DELETE FROM parents WHERE id = 2")


def test_a_changed_key_is_followed(postgresql: Connection) -> None:
    create(postgresql, *family(Action.RESTRICT))
    fill(postgresql)
    postgresql.execute("UPDATE parents SET id = 9 WHERE id = 1")
    assert rows(postgresql, "SELECT parent_id FROM children") == [(9,)]


# updated_at ------------------------------------------------------------------------------------------------------

POSTS = Table(
    name="posts",
    columns=(
        number("id"),
        Column(name="updated_at", type=Type("timestamp"), default=CurrentTimestamp()),
    ),
    touch_column="updated_at",
)


def updated_at(connection: Connection) -> datetime:
    moment = value(connection, "SELECT updated_at FROM posts")
    assert isinstance(moment, datetime)
    return moment


def test_updated_at_moves_with_every_update(postgresql: Connection) -> None:
    create(postgresql, POSTS)
    with postgresql.transaction():
        postgresql.execute("INSERT INTO posts VALUES (1)")
        seen = [updated_at(postgresql)]
        for _ in range(3):
            postgresql.execute("UPDATE posts SET id = id, updated_at = '2000-01-01'")
            seen.append(updated_at(postgresql))
    assert seen == sorted(set(seen))


def test_updated_at_never_goes_back(postgresql: Connection) -> None:
    """A transaction that began long ago does not write its own beginning over a later update."""
    create(postgresql, POSTS)
    postgresql.execute("INSERT INTO posts VALUES (1)")
    with psycopg.connect(postgresql.info.dsn) as slow:
        slow.execute("SELECT now()")
        postgresql.execute("UPDATE posts SET id = 2")
        before = updated_at(postgresql)
        slow.execute("UPDATE posts SET id = 3")
        slow.commit()
    assert updated_at(postgresql) > before


def test_updated_at_is_kept_for_a_role_with_another_search_path(postgresql: Connection) -> None:
    create(postgresql, POSTS)
    postgresql.execute("INSERT INTO posts VALUES (1, '2000-01-01')")
    postgresql.execute("SET search_path = pg_temp")
    postgresql.execute("UPDATE public.posts SET id = 2")
    assert value(postgresql, "SELECT updated_at > '2020-01-01' FROM public.posts")
