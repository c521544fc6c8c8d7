"""What holds for every spec: two forms, one meaning; comments mean nothing; the JSON Schema agrees with the loader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from golden import Case, cases
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from spec_files import Written, entity_files

from datamodel_pipeline.diagnostics import Diagnostic, Location, has_errors, ordered
from datamodel_pipeline.spec import yaml
from datamodel_pipeline.spec.check import check_model, check_outlines
from datamodel_pipeline.spec.check_entity import check_entity
from datamodel_pipeline.spec.json_schemas import schemas
from datamodel_pipeline.spec.load import load_model, locate, read_entity, read_model
from datamodel_pipeline.spec.marks import Marks
from datamodel_pipeline.spec.suggest import closest, did_you_mean
from datamodel_pipeline.spec.upgrade import upgraded

SCHEMAS = {kind: Draft202012Validator(schema) for kind, schema in schemas().items()}
MODEL = "datamodel: 1\nid: 1\nslug: a\ntitle: A\n"


def accepts(kind: str, text: str) -> bool:
    """Whether the JSON Schema accepts what the reader makes of the text."""
    return bool(SCHEMAS[kind].is_valid(json.loads(json.dumps(yaml.read("f", text.encode()).value))))


@settings(max_examples=150, deadline=None)
@given(entity_files())
def test_short_and_long_forms_mean_the_same(written: Written) -> None:
    short, long = (read_entity("thing.yaml", text.encode()) for text in (written.short, written.long))
    assert (short.diagnostics, long.diagnostics) == ((), ())
    assert short.entity == long.entity
    assert short.outline == long.outline


@settings(max_examples=150, deadline=None)
@given(entity_files())
def test_the_json_schema_accepts_both_forms(written: Written) -> None:
    assert accepts("entity", written.short)
    assert accepts("entity", written.long)


@settings(max_examples=50, deadline=None)
@given(entity_files(), st.data())
def test_comments_blank_lines_and_the_order_of_options_mean_nothing(written: Written, data: st.DataObject) -> None:
    lines = written.short.splitlines()
    at = data.draw(st.integers(0, len(lines)))
    edited = "\n".join([*lines[:at], "", "   # a comment", *lines[at:]])
    before, after = (read_entity("thing.yaml", text.encode()) for text in (written.short, edited))
    assert before.entity == after.entity
    assert before.marks != after.marks or at == len(lines)


@pytest.mark.parametrize("case", cases("spec"))
def test_the_json_schema_accepts_every_good_case(case: Case) -> None:
    for path, text in case.blocks.items():
        if path.endswith((".yaml", ".yml")):
            kind = "model" if path.endswith("model.yaml") else "entity"
            read = read_model if kind == "model" else read_entity
            if not has_errors(read(path, text.encode()).diagnostics):
                assert accepts(kind, text), path


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[1].glob("specs/*/**/*.yaml")), ids=lambda path: path.name
)
def test_committed_specs_are_accepted_by_loader_and_schema(path: Path) -> None:
    kind = {"model.yaml": "model", "approval.yaml": ""}.get(path.name, "entity")
    if kind:
        read = read_model if kind == "model" else read_entity
        assert read(path.name, path.read_bytes()).diagnostics == ()
        assert accepts(kind, path.read_text("utf-8"))


BAD_ENTITIES = [
    "",
    "attributes: [a]",
    "attributes: {a: {type: text, optinal: true}}",
    "attributes: {a: {optional: true}}",
    "attributes: {a: string}",
    "attributes: {a: varchar(20)}",
    "attributes: {A: text}",
    "attributes: {a: {type: text, unique: yes}}",
    "attributes: {a: {type: {postgres: x, else: text}}}",
    "attributes: {a: {type: {enum: []}}}",
    "attributes: {a: {type: text, check: 5}}",
    "attributes: {a: {type: text, collation: C}}",
    "attributes: {a: {type: text, generated: {stored: true}}}",
    "relationships: {a: User}",
    "relationships: {a: {optional: true}}",
    "relationships: {a: {belongs_to: User, has_many: User}}",
    "relationships: {a: {belongs_to: user}}",
    "relationships: {a: {belongs_to: User, on_delete: explode}}",
    "unique: [a]",
    "unique: [[]]",
    "indexes: [a]",
    "indexes: [[a descending]]",
    "indexes: [{keys: [a]}]",
    "checks: [a]",
    "is_a: thing",
    "is_a: {entity: Thing, strategy: none}",
    "store: oracle",
    "options: {oracle: {a: b}}",
    "expected_rows: many",
    "retention: {after: a}",
    "retention: 24",
    "retention: {keep: 2 fortnights}",
    "renamed_from: old",
    "owner: me",
]
BAD_MODELS = [
    "id: 0\n",
    "slug: Support Desk\n",
    "title: 5\n",
    "date: yesterday\n",
    "owner: me\n",
    "decisions: {engines: []}\n",
    "decisions: {engines: [oracle]}\n",
    "decisions: {migration: green}\n",
    "decisions: {tenancy: shared}\n",
    "decisions: {tenancy: {tenant: Organization}}\n",
    "decisions: {deletes: {AuditEvent: hard}}\n",
    "decisions: {deletes: {default: soft, AuditEvent: never}}\n",
    "decisions: {deletes: {choose: soft, by: me}}\n",
    "decisions: {primary_keys: int}\n",
    "decisions: {depth: {because: why}}\n",
    "decisions: {language: de}\n",
    "decisions: {unknown: x}\n",
]


@pytest.mark.parametrize("text", BAD_ENTITIES)
def test_loader_and_schema_reject_the_same_entities(text: str) -> None:
    whole = f"datamodel: 1\nentity: Thing\n{text}\n" if text else "datamodel: 1\n"
    assert has_errors(read_entity("thing.yaml", whole.encode()).diagnostics)
    assert not accepts("entity", whole)


@pytest.mark.parametrize("text", BAD_MODELS)
def test_loader_and_schema_reject_the_same_models(text: str) -> None:
    key = text.partition(":")[0]
    whole = "".join(line for line in MODEL.splitlines(keepends=True) if not line.startswith(f"{key}:")) + text
    assert accepts("model", MODEL)
    assert has_errors(read_model("model.yaml", whole.encode()).diagnostics)
    assert not accepts("model", whole)


def test_json_schemas_say_what_each_key_means() -> None:
    for kind, schema in schemas().items():
        Draft202012Validator.check_schema(schema)
        for key, part in schema["properties"].items():
            assert part.get("description"), f"{kind}.{key}"
        assert '{"type": "null"}' not in json.dumps(schema).replace('"not": {"type": "null"}', "")


def test_examples_in_the_json_schemas_are_valid() -> None:
    def walk(part: Any, root: dict[str, Any]) -> int:
        found = 0
        if isinstance(part, dict):
            for example in part.get("examples", ()) if isinstance(part.get("examples"), list) else ():
                Draft202012Validator({**part, "$defs": root["$defs"]}).validate(example)
                found += 1
            found += sum(walk(item, root) for key, item in part.items() if key != "examples")
        return found + (sum(walk(item, root) for item in part) if isinstance(part, list) else 0)

    for schema in schemas().values():
        assert walk(schema, schema) > 5


def test_locate_finds_the_longest_known_prefix_in_short_and_long_forms() -> None:
    text = (
        MODEL
        + "decisions:\n  deletes: {choose: {default: soft, Log: hard}}\n  tenancy: {strategy: schema, tenant: Log}\n"
    )
    loaded = load_model(
        {"model.yaml": text.encode(), "entities/log.yaml": b"datamodel: 1\nentity: Log\nindexes: [[id]]\n"}
    )
    assert loaded.diagnostics == ()
    sites = [
        ("model", "decisions", "deletes", "Log"),
        ("model", "decisions", "tenancy", "choose", "tenant"),
        ("model", "decisions", "tenancy", "tenant", "deeper"),
        ("Log", "indexes", "0", "on", "0"),
        ("Log", "table"),
        ("Gone", "table"),
    ]
    found = locate([Diagnostic("rule", "what", at=at) for at in sites], loaded.marks)
    assert [one.location for one in found] == [
        Location("model.yaml", 6, 42),
        Location("model.yaml", 7, 39),
        Location("model.yaml", 7, 39),
        Location("entities/log.yaml", 3, 12),
        Location("entities/log.yaml", 1, 1),
        None,
    ]


def test_a_located_diagnostic_is_left_alone() -> None:
    here = Diagnostic("rule", "what", location=Location("x", 9, 9), at=("Log",))
    assert locate([here], {"Log": Marks("y")}) == (here,)


@pytest.mark.parametrize(
    ("word", "candidates", "best"),
    [
        ("Users", ["User", "Use"], "User"),
        ("user_name", ["UserName", "user"], "UserName"),
        ("statsu", ["state", "status"], "status"),
        ("x", ["y"], "y"),
        ("abc", ["xyz"], ""),
        ("same", ["same"], ""),
        ("", ["a"], ""),
        ("a" * 100, ["a" * 99], ""),
        ("post", ["postgresql", "pots"], "postgresql"),
        ("ab", ["ac", "aa"], "aa"),
    ],
)
def test_closest(word: str, candidates: list[str], best: str) -> None:
    assert closest(word, candidates) == best


def test_without_a_near_word_the_known_ones_are_listed() -> None:
    assert did_you_mean("zzz", ["b", "a"]) == "there is `a`, `b`"
    assert did_you_mean("zzz", []) == ""
    assert did_you_mean("zzz", map(str, range(100, 120)), 2) == "there is `100`, `101` and more"


def test_an_upgrade_keeps_comments_and_goes_step_by_step() -> None:
    text = "# first\ndatamodel: 1  # the format\nentity: A\n"
    steps = (lambda text: text.replace("entity", "thing"), lambda text: text.replace("thing", "Entity"))
    done = upgraded(text, steps)
    assert done is not None and (done.text, done.before) == ("# first\ndatamodel: 3  # the format\nEntity: A\n", 1)
    again = upgraded(done.text, steps)
    assert again is not None and (again.text, again.before) == (done.text, 3)


@pytest.mark.parametrize("text", ["entity: A\n", "datamodel: 2\n", "datamodel: 0\n", "datamodel: one\n"])
def test_what_cannot_be_upgraded(text: str) -> None:
    assert upgraded(text) is None


def test_today_there_is_nothing_to_upgrade() -> None:
    done = upgraded("datamodel: 1\r\n")
    assert done is not None and not done.changed and done.text == "datamodel: 1\r\n"


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_the_committed_json_schemas_are_current(kind: str) -> None:
    committed = Path(__file__).parents[1] / "specs" / ".schema" / f"{kind}.json"
    assert json.loads(committed.read_text("utf-8")) == schemas()[kind], "run: datamodel schema --write"


def test_one_edited_entity_is_checked_without_the_others() -> None:
    """As the build does it: `check_entity` for one and `check_outlines` for all say what `check_model` says."""
    texts = {
        "a": "entity: A\nattributes: {id: text}\nrelationships: {bs: has_many B, c: belongs_to C}\n",
        "b": "entity: B\nunique: [[nothing]]\nis_a: A\n",
    }
    files = {name: read_entity(f"{name}.yaml", f"datamodel: 1\n{text}".encode()) for name, text in texts.items()}
    entities = [file.entity for file in files.values() if file.entity]
    model = read_model("model.yaml", MODEL.encode()).model
    assert model and len(entities) == 2
    outlines = {file.outline.name: file.outline for file in files.values() if file.outline}
    apart = [*check_outlines(model.decisions, outlines)]
    for entity in entities:
        apart += check_entity(entity, model.decisions)
    assert ordered(apart) == ordered(check_model(model, entities))
    assert sorted(one.rule for one in apart) == [
        "convention-column",
        "missing-inverse",
        "unknown-entity",
        "unknown-name",
    ]


def test_a_broken_file_still_counts_and_its_places_stay_right() -> None:
    """A list item that cannot be read is left out; what stands behind it is still checked, at its own place."""
    text = "datamodel: 1\nentity: A\nattributes: {a: txt}\nunique:\n- a\n-\n- [a]\n- [zz]\n"
    file = read_entity("a.yaml", text.encode())
    assert file.entity is None and file.partial and file.outline
    assert file.partial.unique == (("a",), ("zz",))
    assert file.outline.names == ("a",)
    loaded = load_model({"model.yaml": MODEL.encode(), "entities/a.yaml": text.encode()})
    places = [(one.location.line, one.rule) for one in loaded.diagnostics if one.location]
    assert places == [(3, "unknown-type"), (5, "bad-unique"), (6, "empty-value"), (8, "unknown-name")]
