"""Diagrams: every line is in the grammar that all Mermaid versions share, every block inside the budgets."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamodel_pipeline.documents import mermaid
from datamodel_pipeline.documents.diagrams import STUBS, Diagram, diagrams
from datamodel_pipeline.schema.tables import Column, ForeignKey, Key, Table
from datamodel_pipeline.schema.types import Type

ENTITY = r'"[^"%\\\x00-\x1f]+"'
LINES = re.compile(
    rf"    {ENTITY}( \{{)?|    \}}"
    r"|        [A-Za-z][A-Za-z0-9_()\[\]-]* (?!(?i:[pfu]k)( |$))[A-Za-z][A-Za-z0-9_]*( (PK|FK|UK)(, (PK|FK|UK))*)?"
    rf'|    {ENTITY} (\|\||\|o)--(o\||o\{{) {ENTITY} : "[^"\n]+"'
)


def checked(found: tuple[Diagram, ...]) -> tuple[Diagram, ...]:
    """The diagrams, each of them legal."""
    for diagram in found:
        first, *rest = diagram.text.split("\n")
        assert first == "erDiagram"
        for line in rest:
            assert LINES.fullmatch(line), line
        assert len(diagram.text) <= mermaid.CHARACTERS
        assert sum("--" in line for line in rest) <= mermaid.EDGES
    return found


def table(name: str, refs: list[str], group: str = "", columns: int = 2, tenant: bool = False) -> Table:
    """A table with a column and key per reference; references come with `?` where they may be NULL."""
    made = [Column(name="id", type=Type("bigint"))]
    made += [Column(name=f"column_number_{number}", type=Type("decimal", (12, 2))) for number in range(columns)]
    keys = []
    for ref in dict.fromkeys(refs):
        made.append(Column(name=f"{ref.rstrip('?')}_id", type=Type("bigint"), nullable=ref.endswith("?")))
        target = ref.rstrip("?")
        keys.append(
            ForeignKey(name=f"fk_{name}_{target}", columns=(f"{target}_id",), ref_table=target, ref_columns=("id",))
        )
    return Table(
        name=name,
        columns=tuple(made),
        primary_key=Key(name="pk", columns=("id",)),
        foreign_keys=tuple(keys),
        group=group,
        tenant_column="tenants_id" if tenant else "",
    )


@given(
    st.integers(1, 90),
    st.integers(0, 6),
    st.sampled_from([0, 3, 60]),
    st.integers(1, 8),
    st.randoms(use_true_random=False),
)
def test_any_schema_stays_inside_the_budgets(
    count: int, most_refs: int, columns: int, groups: int, random: object
) -> None:
    names = [f"a_rather_long_table_name_of_number_{number}" for number in range(count)]
    tables = [
        table(
            name,
            random.choices(names, k=random.randint(0, most_refs)),  # type: ignore[attr-defined]
            f"Group {random.randrange(groups)}",  # type: ignore[attr-defined]
            columns,
        )
        for name in names
    ]
    found = checked(diagrams(tables))
    drawn = {name for one in tables for key in one.foreign_keys for name in (one.name, key.ref_table)}
    for name in drawn:
        assert any(f'    "{name}" {{' in diagram.text for diagram in found)


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_any_name_is_drawn_legally(name: str, other: str, column: str) -> None:
    columns = (Column(name="id", type=Type("", spelled=(("x", column),))), Column(name=column, type=Type("text")))
    key = ForeignKey(name="fk", columns=(column,), ref_table=f"b{other}", ref_columns=("id",))
    checked(
        diagrams(
            [
                Table(name=f"a{name}", columns=columns, foreign_keys=(key,)),
                Table(name=f"b{other}", columns=columns, primary_key=Key(name="pk", columns=("id",))),
            ]
        )
    )


@pytest.mark.parametrize(
    ("count", "titles"),
    [
        (1, [""]),
        (12, [""]),
        (13, [""]),
        (40, [""]),
        (41, ["Overview", "G0", "G1"]),
        (100, ["Overview", *[f"G{g} {p}" for g in (0, 1) for p in (1, 2)]]),
    ],
)
def test_size_decides_how_many_pictures_there_are(count: int, titles: list[str]) -> None:
    tables = [table(f"t{number}", [f"t{number // 3}"], f"G{number % 2}") for number in range(count)]
    found = checked(diagrams(tables))
    assert [diagram.title for diagram in found] == titles
    assert ("column_number_0" in found[0].text) == (count <= 12)


def test_cardinality_comes_from_nulls_and_unique_keys() -> None:
    one = table("profiles", ["users"])
    one = Table(
        **{**{f: getattr(one, f) for f in one.__slots__}, "unique_keys": (Key(name="u", columns=("users_id",)),)}
    )
    tables = [table("users", ["teams?"]), table("teams", []), one, table("posts", ["users"])]
    (found,) = checked(diagrams(tables))
    assert '"teams" |o--o{ "users" : "teams_id"' in found.text
    assert '"users" ||--o| "profiles" : "users_id"' in found.text
    assert '"users" ||--o{ "posts" : "users_id"' in found.text


def test_a_large_picture_leaves_the_tenant_out_and_says_so() -> None:
    tables = [table("tenants", [])] + [table(f"t{n}", ["tenants", f"t{n // 2}"], tenant=True) for n in range(20)]
    (found,) = checked(diagrams(tables))
    assert '"tenants" ||' not in found.text
    assert found.note == "Left out: 20 lines to `tenants`, the tenant."
    (small,) = checked(diagrams(tables[:8]))
    assert small.text.count('"tenants" ||') == 7


def test_one_table_over_budget_is_cut_not_emitted() -> None:
    long = "x" * 40
    tables = [table(f"target_{long}_{number}", [], f"G{number}") for number in range(900)]
    found = checked(diagrams([*tables, table("monster", [t.name for t in tables], "Monster")]))
    (monster,) = (diagram for diagram in found if diagram.title == "Monster")
    assert monster.note == "`monster` is too large for a picture: columns and some lines are left out."
    assert monster.text.count("--o{") > 100


def test_too_many_neighbours_are_named_not_drawn() -> None:
    tables = [table(f"t{number:02}", [], f"G{number % 9}") for number in range(60)]
    found = checked(diagrams([*tables, table("hub", [t.name for t in tables], "Hub")]))
    (hub,) = (diagram for diagram in found if diagram.title == "Hub")
    assert hub.text.count("--o{") == STUBS
    assert hub.note.startswith("Neighbours that are not drawn: `t08`, `t09`,")
    assert hub.note.endswith("`t15` and 44 more.")


def test_a_thousand_groups_still_fit() -> None:
    tables = [table(f"t{n}", [f"t{(n * 7) % 2000}"], f"The group of number {n // 2}") for n in range(2000)]
    assert checked(diagrams(tables))[0].title == "Overview"
