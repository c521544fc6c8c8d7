"""The order of creation, the keys that wait, and what each step does to a running system."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamodel_pipeline.engines._engine import Statement
from datamodel_pipeline.planning import creation
from datamodel_pipeline.schema.tables import Column, ForeignKey, Key, Table
from datamodel_pipeline.schema.types import Type

BIGINT = Type("bigint")


def table(name: str, refs: dict[str, bool] | None = None, group: str = "") -> Table:
    """A table with one foreign key per target; the value says whether it is nullable."""
    refs = refs or {}
    columns = [Column(name="id", type=BIGINT)]
    columns += [Column(name=f"{ref}_id", type=BIGINT, nullable=nullable) for ref, nullable in refs.items()]
    keys = [
        ForeignKey(name=f"fk_{name}_{ref}", columns=(f"{ref}_id",), ref_table=ref, ref_columns=("id",)) for ref in refs
    ]
    primary = Key(name=f"pk_{name}", columns=("id",))
    return Table(name=name, columns=tuple(columns), primary_key=primary, foreign_keys=tuple(keys), group=group)


NAMES = [f"t{number}" for number in range(8)]
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.dictionaries(st.sampled_from(NAMES), st.booleans(), max_size=4), min_size=1
).map(lambda graph: [table(name, refs, group=name[-1] if name < "t4" else "g") for name, refs in graph.items()])


@given(GRAPHS)
def test_every_target_is_made_before_or_its_key_waits(tables: list[Table]) -> None:
    made = creation.order(tables)
    assert sorted(made.order) == sorted(t.name for t in tables)
    position = {name: number for number, name in enumerate(made.order)}
    for one in tables:
        for key in one.foreign_keys:
            known, waits = key.ref_table in position, (one.name, key.name) in made.deferred
            assert waits or not known or position[key.ref_table] <= position[one.name]
            if key.ref_table == one.name or not known:
                assert not waits


@given(GRAPHS)
def test_no_key_waits_in_vain(tables: list[Table]) -> None:
    """Taking back any single deferred key closes a circle again."""
    made = creation.order(tables)
    waiting = {
        (name, key.ref_table)
        for name, fk in made.deferred
        for t in tables
        if t.name == name
        for key in t.foreign_keys
        if key.name == fk
    }
    edges = {(t.name, key.ref_table) for t in tables for key in t.foreign_keys} - waiting
    for start, target in waiting:
        seen, todo = {target}, [target]
        while todo:
            here = todo.pop()
            fresh = {b for a, b in edges if a == here} - seen
            seen |= fresh
            todo.extend(fresh)
        assert start in seen


@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(tables: list[Table], shuffler: random.Random) -> None:
    shuffled = list(tables)
    shuffler.shuffle(shuffled)
    assert creation.order(shuffled) == creation.order(tables)


def test_a_nullable_key_waits_rather_than_a_mandatory_one() -> None:
    tables = [table("users", {"teams": False}), table("teams", {"users": True})]
    assert creation.order(tables) == creation.Creation(("teams", "users"), (("teams", "fk_teams_users"),))


def test_groups_stay_together() -> None:
    tables = [
        table("a", group="X"),
        table("b", group="Y"),
        table("c", {"a": False}, "X"),
        table("d", {"b": False}, "Y"),
    ]
    assert creation.order(tables).order == ("a", "c", "b", "d")


def test_a_circle_of_a_thousand_tables_is_cut_once() -> None:
    tables = [table(f"t{n:04}", {f"t{(n + 1) % 1000:04}": False}) for n in range(1000)]
    assert len(creation.order(tables).deferred) == 1


CREATE = Statement("create_table", "CREATE TABLE posts (… CONSTRAINT fk_posts_users …)", "posts")
INDEX = Statement("create_index", "CREATE INDEX i ON posts (users_id)", "i")
LATER = Statement("add_foreign_key", "ALTER TABLE posts ADD CONSTRAINT fk_posts_users …", "fk_posts_users")


@pytest.mark.parametrize(
    ("product", "statement", "safety", "lock", "transactional"),
    [
        ("postgresql", CREATE, "caution", "SHARE ROW EXCLUSIVE on users", True),
        ("postgresql", INDEX, "safe", "SHARE on posts", True),
        ("postgresql", LATER, "caution", "SHARE ROW EXCLUSIVE on users", True),
        ("mysql", CREATE, "caution", "metadata lock on users", False),
        ("mysql", INDEX, "safe", "metadata lock on posts", False),
        ("sqlite", CREATE, "safe", "write lock on the whole database", True),
        ("oracle", CREATE, "caution", "unknown", True),
    ],
)
def test_a_step_names_the_table_that_waits(
    product: str, statement: Statement, safety: str, lock: str, transactional: bool
) -> None:
    (step,) = creation.steps(product, table("posts", {"users": False}), [statement])
    assert (step.safety, step.lock, step.transactional, step.sql) == (safety, lock, transactional, statement.sql)
    assert (step.hazards == ("blocks_writes",)) == (safety == "caution" and product != "oracle")


def test_a_deferred_key_takes_no_lock_while_its_table_is_made() -> None:
    bare = Statement("create_table", "CREATE TABLE posts (…)", "posts")
    (step,) = creation.steps("postgresql", table("posts", {"users": False}), [bare])
    assert (step.safety, step.lock) == ("safe", "none on existing tables")
