"""The YAML reader against arbitrary bytes, hostile files, and both of PyYAML's parsers."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest
import yaml as pyyaml
from golden import Case, cases
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datamodel_pipeline.diagnostics import Location
from datamodel_pipeline.spec import yaml
from datamodel_pipeline.spec.load import load_model, read_entity, read_model

LINES = (
    "datamodel: 1|entity: A|attributes:|  a: text|  b: {type: enum(a, b), default: a}|relationships:|unique: [[a, b]]"
)
SIGNS = (
    "- [a desc]|decisions:|  engines: [sqlite]|&x |*x|<<: *x|? |: |- |[|]|{|}|,|(|)|'|!!int |---|...|~|1e9|.5|>-|é|#"
)
FRAGMENTS = st.sampled_from([*LINES.split("|"), *SIGNS.split("|"), *'\n\r\t\\"\0\ufeff', "|", "%YAML 1.2\n"])
TEXTS = st.lists(FRAGMENTS, max_size=25).map("".join) | st.lists(FRAGMENTS, max_size=12).map("\n".join)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200) | TEXTS.map(str.encode))
@example(b"%YAML 99999999999999999999999.1\n--- a")
@example(b"*x")
@example(b"&x [*x]")
@example(b"{a: (b, c")
@example(b"{a: (b, c: d}, e)}")
@example(b'a: "\\ud800"')
@example(b"a: " + b"9" * 5000)
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    for loaded in (read_entity("entities/a.yaml", data), read_model("model.yaml", data)):
        assert pickle.loads(pickle.dumps(loaded)) == loaded
    loaded_model = load_model({"model.yaml": data, "entities/a.yaml": data})
    assert loaded_model.diagnostics, "no text is both a model and an entity"
    assert all(one.location and one.location.line >= 1 and one.location.column >= 1 for one in loaded_model.diagnostics)


@settings(max_examples=150, deadline=None)
@given(TEXTS.map(str.encode))
def test_both_parsers_read_the_same(data: bytes) -> None:
    with_c = yaml.read("a.yaml", data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "_PARSER", pyyaml.SafeLoader)
        pure = yaml.read("a.yaml", data)
    if with_c.whole and pure.whole:
        assert (with_c.value, with_c.marks) == (pure.value, pure.marks)


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"a: \xff", Location("f", 1, 4), "not UTF-8 text (byte 0xFF)"),
        (b"\xff\xfea\x00", Location("f", 1, 1), "not UTF-8 text"),
        (b"a: b\n\xc3\xa9: \x00", Location("f", 2, 4), "U+0000"),
        (b"a: b" + b" " * (1 << 20), Location("f"), "1,048,580 bytes"),
        (b"a: " + b"[" * 100_000, Location("f", 1, 43), "more than 40 levels"),
        (b"a: " + b"{a: " * 100, Location("f", 1, 160), "more than 40 levels"),
        (b"a:\n" + b"- " * 100, Location("f", 2, 79), "more than 40 levels"),
    ],
)
def test_hostile_files_are_one_clear_error(data: bytes, place: Location, words: str) -> None:
    document = yaml.read("f", data)
    assert document.stopped
    assert [one.location for one in document.diagnostics] == [place]
    assert words in document.diagnostics[0].what


def test_aliases_of_aliases_are_bounded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    document = yaml.read("f", "\n".join(lines).encode())
    assert [one.what for one in document.diagnostics] == ["aliases stand for more than 10,000 values"]


def test_a_byte_order_mark_is_tolerated() -> None:
    document = yaml.read("f", b"\xef\xbb\xbfa: b")
    assert document.value == {"a": "b"}
    assert document.marks.value(("a",)) == Location("f", 1, 4)


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_places_count_characters_from_one(break_: str) -> None:
    text = break_.join(["größe: {ä: 'ü', b: (x, y)}", "list:", "- [1, two]", '- "q\\n"', ""])
    marks = yaml.read("f", text.encode()).marks
    assert marks.value(("größe", "ä")) == Location("f", 1, 12)
    assert marks.inside(("größe", "ä"), 0) == Location("f", 1, 13)
    assert marks.inside(("größe", "b"), 4) == Location("f", 1, 24)
    assert marks.value(("list",)) == Location("f", 2, 1)
    assert marks.value(("list", "0", "1")) == Location("f", 3, 7)
    assert marks.value(("list", "0", "1", "unknown")) == Location("f", 3, 7)
    assert marks.inside(("list", "1"), 3) == Location("f", 4, 3), "escapes make offsets unknown"


def test_specs_import_neither_pydantic_nor_yaml() -> None:
    code = "import datamodel_pipeline.spec.specs, sys; print({'pydantic', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("case", cases("spec"))
def test_without_the_c_parser_the_same_is_said(case: Case) -> None:
    """Words and columns may differ in broken YAML; and a `?` inside of braces needs quotes there, which is said."""
    files = {path: text.encode() for path, text in case.blocks.items() if path.endswith((".yaml", ".yml"))}
    with_c = load_model(files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "_PARSER", pyyaml.SafeLoader)
        pure = load_model(files)
    if any("no C parser" in one.what for one in pure.diagnostics):
        assert any("?" in line and "{" in line for text in files.values() for line in text.decode().splitlines())
    elif any(one.rule == "yaml-syntax" for one in with_c.diagnostics):
        assert [one.rule for one in pure.diagnostics] == [one.rule for one in with_c.diagnostics]
    else:
        assert pure == with_c
