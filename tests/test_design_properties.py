"""What holds for every model that resolves without errors, whatever its authors wrote."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from datamodel_pipeline.design.entity_map import build, entry
from datamodel_pipeline.design.naming import LIMIT
from datamodel_pipeline.design.resolve import Resolved, reads, resolve, resolve_unit
from datamodel_pipeline.diagnostics import has_errors
from datamodel_pipeline.schema.tables import Index, Origin, Role, Schema, Table
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.specs import (
    Attribute,
    Decisions,
    DeclaredIndex,
    Entity,
    IndexKey,
    Inheritance,
    Model,
    PerEntity,
    Relationship,
    Specs,
    Tenancy,
)

LONG = "authorization_code_challenge_verification_attempt_of_client"
ENTITIES = (
    "A",
    "AB",
    "Account",
    "Data",
    "Order",
    "OrderItem",
    "Person",
    "Kind",
    "AuthorizationCodeChallengeVerificationAttemptOfClientApp",
)
ATTRIBUTES = ("a", "b_c", "kind", "name", "order", "total", f"{LONG}_1", f"{LONG}_2")
RELATIONSHIPS = ("owner", "parent", "items", "b", "c", f"{LONG}_3", f"{LONG}_4")
TYPES = (Type("string", (20,)), Type("boolean"), Type("enum", values=("x", "y")), Type("json"), Type("timestamp"))


@st.composite
def attributes(draw: st.DrawFn) -> tuple[Attribute, ...]:
    names = draw(st.lists(st.sampled_from(ATTRIBUTES), max_size=4, unique=True))
    flags = st.booleans()
    return tuple(
        Attribute(name=name, type=draw(st.sampled_from(TYPES)), optional=draw(flags), unique=draw(flags))
        for name in names
    )


@st.composite
def relationships(draw: st.DrawFn, entities: tuple[str, ...]) -> tuple[Relationship, ...]:
    made = []
    for name in draw(st.lists(st.sampled_from(RELATIONSHIPS), max_size=3, unique=True)):
        pair = draw(st.sampled_from(("belongs_to", "belongs_to", "many_to_many"))) == "many_to_many"
        made.append(
            Relationship(
                name=name,
                kind="many_to_many" if pair else "belongs_to",
                target=draw(st.sampled_from(entities)),
                optional=not pair and draw(st.booleans()),
                unique=not pair and draw(st.booleans()),
                on_delete=draw(st.sampled_from(("", "cascade", "restrict"))),
                attributes=draw(attributes()) if pair else (),
            )
        )
    return tuple(made)


@st.composite
def entity(draw: st.DrawFn, name: str, entities: tuple[str, ...]) -> Entity:
    own, links = draw(attributes()), draw(relationships(entities))
    names = [one.name for one in own] + [one.name for one in links if one.kind == "belongs_to"]
    groups = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True) if names else st.just([])
    keys = [IndexKey(name=name, descending=draw(st.booleans())) for name in draw(groups)]
    earlier = [other for other in entities if other < name]
    inherits = earlier and draw(st.integers(0, 3)) == 0
    return Entity(
        name=name,
        attributes=own,
        relationships=links,
        unique=(tuple(draw(groups)),) if names and draw(st.booleans()) else (),
        indexes=(DeclaredIndex(keys=tuple(keys), unique=draw(st.booleans())),) if keys and draw(st.booleans()) else (),
        is_a=Inheritance(draw(st.sampled_from(earlier)), draw(st.sampled_from(("single_table", "table_per_type"))))
        if inherits
        else None,
        store="mongodb" if not inherits and draw(st.integers(0, 7)) == 0 else "sql",
    )


@st.composite
def specs(draw: st.DrawFn) -> Specs:
    names = tuple(sorted(draw(st.lists(st.sampled_from(ENTITIES), min_size=1, max_size=5, unique=True))))
    strategy = draw(st.sampled_from(("none", "shared", "shared", "schema")))
    shared = tuple(name for name in names[1:] if draw(st.integers(0, 3)) == 0)
    deletes, keys = st.sampled_from(("soft", "hard", "archival")), st.sampled_from(("bigint", "uuid"))
    exceptions = {name: (draw(deletes), draw(keys)) for name in names if draw(st.integers(0, 2)) == 0}
    decisions = Decisions(
        tenancy=Tenancy(strategy, names[0] if strategy == "shared" else "", shared if strategy == "shared" else ()),
        deletes=PerEntity(draw(deletes), tuple((name, choice) for name, (choice, _) in sorted(exceptions.items()))),
        primary_keys=PerEntity(draw(keys), tuple((name, choice) for name, (_, choice) in sorted(exceptions.items()))),
    )
    model = Model(id=1, slug="m", title="M", decisions=decisions)
    return Specs(model, tuple(draw(entity(name, names)) for name in names))


def resolved(made: Specs) -> Schema:
    schema, found = resolve(made, {})
    assume(not has_errors(found))
    return schema


def unique_column_sets(table: Table) -> set[tuple[str, ...]]:
    keys = [table.primary_key] if table.primary_key else []
    return {key.columns for key in (*keys, *table.unique_keys)}


def leading(table: Table) -> list[tuple[str, ...]]:
    return [*unique_column_sets(table), *(index.columns for index in table.indexes if index.where is None)]


def all_names(table: Table) -> list[str]:
    keys = [table.primary_key] if table.primary_key else []
    parts = (*keys, *table.unique_keys, *table.foreign_keys, *table.checks, *table.indexes)
    return [table.name, *(part.name for part in parts)]


@given(specs())
def test_names_fit_and_differ_everywhere(made: Specs) -> None:
    schema = resolved(made)
    names = [name for table in schema.tables for name in all_names(table)]
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name.encode()) <= LIMIT for name in names)
    for table in schema.tables:
        columns = [column.name.lower() for column in table.columns]
        assert len(set(columns)) == len(columns)
        assert all(len(column.encode()) <= LIMIT for column in columns)


@given(specs())
def test_foreign_keys_stand(made: Specs) -> None:
    schema = resolved(made)
    for table in schema.tables:
        for key in table.foreign_keys:
            target = schema.table(key.ref_table)
            assert target
            assert key.ref_columns in unique_column_sets(target)
            for name, ref_name in zip(key.columns, key.ref_columns, strict=True):
                column, ref_column = table.column(name), target.column(ref_name)
                assert column
                assert ref_column
                assert column.type == ref_column.type
            assert any(found[: len(key.columns)] == key.columns for found in leading(table))


@given(specs())
def test_tenants_are_apart(made: Specs) -> None:
    schema, tenancy = resolved(made), made.model.decisions.tenancy
    apart = {tenancy.tenant, *tenancy.shared_entities}
    for table in schema.tables:
        if tenancy.strategy != "shared":
            assert not table.tenant_column
            assert table.column("tenant_id") is None
            continue
        inherits = made.entity(table.entity)
        if table.origin is Origin.ENTITY and table.entity not in apart and inherits and not inherits.is_a:
            assert table.tenant_column == "tenant_id"
        if not table.tenant_column:
            continue
        unique = [key.columns for key in table.unique_keys] + [i.columns for i in table.indexes if i.unique]
        assert all(columns[0] == "tenant_id" for columns in unique)
        assert all(index.columns[0] == "tenant_id" for index in table.indexes if len(index.parts) > 1)
        for key in table.foreign_keys:
            target = schema.table(key.ref_table)
            if target and target.tenant_column:
                assert key.columns[0] == key.ref_columns[0] == "tenant_id"
                assert set(key.cleared) <= set(key.columns) - {"tenant_id"}


@given(specs())
def test_deleted_rows_are_out_of_the_way(made: Specs) -> None:
    schema = resolved(made)
    for table in schema.tables:
        if table.live_column:
            assert all(key.columns == ("tenant_id", "id") for key in table.unique_keys)
            assert all(table.live_column in _named(index) for index in table.indexes if index.unique)
        if table.archive_table:
            archive = schema.table(table.archive_table)
            assert archive
            assert archive.origin is Origin.ARCHIVE
            assert not (archive.foreign_keys or archive.unique_keys or archive.checks)
            assert [(c.name, c.type, c.nullable) for c in archive.columns[:-1]] == [
                (c.name, c.type, c.nullable) for c in table.columns
            ]
            assert not any(column.identity or column.generated for column in archive.columns)


def _named(index: Index) -> tuple[str, ...]:
    return index.where.columns if index.where else ()


@given(specs())
def test_nothing_is_there_twice_or_without_a_reason(made: Specs) -> None:
    for table in resolved(made).tables:
        for one, other in combinations(table.indexes, 2):
            assert replace(one, name="", why="") != replace(other, name="", why="")
        plain = [
            i.columns for i in table.indexes if not (i.where or i.unique) and not any(p.descending for p in i.parts)
        ]
        assert not set(plain) & unique_column_sets(table)
        made_by_the_build = [column for column in table.columns if column.role is not Role.ATTRIBUTE]
        parts = (*made_by_the_build, *table.unique_keys, *table.foreign_keys, *table.checks, *table.indexes)
        assert [part.name for part in parts if not part.why.strip()] == []
        assert table.primary_key
        assert table.primary_key.why


@given(specs())
def test_every_table_keeps_the_conventions(made: Specs) -> None:
    for table in resolved(made).tables:
        for name in ("created_at", "updated_at"):
            column = table.column(name)
            assert column
            assert column.default
            assert not column.nullable
        assert all(c.default is not None for c in table.columns if c.type.name == "boolean")
        checked = {check.expression.columns[0] for check in table.checks if check.kind == "enum"}
        enums = {column.name for column in table.columns if column.type.name == "enum"}
        assert checked == (set() if table.origin is Origin.ARCHIVE else enums)


@given(specs(), st.randoms())
def test_the_order_of_the_files_does_not_matter(made: Specs, random: object) -> None:
    shuffled = list(made.entities)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis gives a random.Random
    again, found = resolve(Specs(made.model, tuple(shuffled)), {})
    before, found_before = resolve(made, {})
    assert again == before
    assert set(found) == set(found_before)


Units = dict[str, tuple[object, Resolved]]


def units(made: Specs) -> Units:
    decisions = made.model.decisions
    entity_map, _ = build([entry(one, decisions) for one in made.entities], decisions)
    by_name = {one.name: one for one in made.entities}
    found: Units = {}
    for unit in entity_map.units():
        members = tuple(by_name[name] for name in unit.members)
        found[unit.name] = (members, reads(members, entity_map)), resolve_unit(members, entity_map, decisions, {})
    return found


@st.composite
def decided(draw: st.DrawFn, decisions: Decisions, names: tuple[str, ...]) -> Decisions:
    """The decisions with one of them changed for one entity."""
    name, tenancy = draw(st.sampled_from(names)), decisions.tenancy
    match draw(st.sampled_from(("shared", "tenant", "deletes", "primary_keys"))):
        case "shared":
            toggled = tuple(sorted({*tenancy.shared_entities} ^ {name}))
            return replace(decisions, tenancy=replace(tenancy, shared_entities=toggled))
        case "tenant":
            return replace(decisions, tenancy=replace(tenancy, tenant=name))
        case "deletes":
            return replace(
                decisions, deletes=_decided(decisions.deletes, name, draw(st.sampled_from(("soft", "archival"))))
            )
        case _:
            return replace(decisions, primary_keys=_decided(decisions.primary_keys, name, "uuid"))


def _decided(choice: PerEntity, name: str, chosen: str) -> PerEntity:
    return replace(choice, exceptions=tuple(sorted({**dict(choice.exceptions), name: chosen}.items())))


@st.composite
def edits(draw: st.DrawFn) -> tuple[Specs, Specs]:
    """A model, and the same after one entity was rewritten, added or removed, or the decisions changed."""
    before = draw(specs())
    names = tuple(one.name for one in before.entities)
    kind = draw(st.sampled_from(("rewrite", "rewrite", "remove", "decide")))
    if kind == "decide":
        return before, replace(
            before, model=replace(before.model, decisions=draw(decided(before.model.decisions, names)))
        )
    edited = draw(st.sampled_from(names))
    kept = [one for one in before.entities if one.name != edited]
    if kind == "rewrite":
        kept.append(draw(entity(edited, names)))
    return before, replace(before, entities=tuple(sorted(kept, key=lambda one: one.name)))


@settings(max_examples=200)
@given(edits())
def test_what_is_read_alike_is_made_alike(pair: tuple[Specs, Specs]) -> None:
    before, after = (units(made) for made in pair)
    for name in before.keys() & after.keys():
        (key, made), (key_after, made_after) = before[name], after[name]
        if key == key_after:
            assert made == made_after


@given(specs(), st.data())
def test_an_attribute_of_one_entity_is_read_by_its_own_unit_only(made: Specs, data: st.DataObject) -> None:
    edited = data.draw(st.sampled_from(made.entities))
    extra = Attribute(name="extra", type=Type("text"))
    changed = replace(edited, attributes=(*edited.attributes, extra))
    after = replace(made, entities=tuple(changed if one is edited else one for one in made.entities))
    before_units, after_units = units(made), units(after)
    touched = [name for name in before_units if before_units[name] != after_units[name]]
    assert len(touched) == (1 if edited.store == "sql" else 0)
