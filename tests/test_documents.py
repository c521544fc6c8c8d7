"""Whole documents: what they say (golden), and what must be true of any of them (properties)."""

from __future__ import annotations

import re

import documents
import golden
import pytest
import strategies
from document_views import engines, model_view
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from sql_blocks import blocks

from datamodel_pipeline.documents import headings, index
from datamodel_pipeline.documents.anchors import anchors
from datamodel_pipeline.documents.markdown import slug
from datamodel_pipeline.documents.outline import OUTLINE, sections
from datamodel_pipeline.documents.templates import Templates
from datamodel_pipeline.schema.tables import Column, Key, Schema, Table
from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.specs import Model

PARSER = MarkdownIt("commonmark").enable("table")
ALL = ("postgresql 16", "mysql 8.4", "sqlite 3.45")
LINK = re.compile(r"\]\(#([^)]*)\)")


@pytest.mark.parametrize("case", golden.cases("documents"))
def test_case(case: golden.Case) -> None:
    view = documents.view_of({path: text for path, text in case.blocks.items() if path.endswith(".yaml")})
    expected = [key for key in case.blocks if key.endswith(".md")]
    assert expected
    templates = Templates()
    used = engines([documents.label(choice) for choice in view.specs.model.decisions.engines])
    parts = {f"{name}.md": text for name, text in documents.fragments(view, templates).items()}
    parts |= {f"table/{name}.md": text for name, text in documents.pages(view, templates, used).items()}
    for key in expected:
        case.expect(key, documents.document(view) if key == "document.md" else parts[key])


def code_free(document: str) -> str:
    """The document with a word for each fenced block."""
    return re.sub(r"^(`{3,}).*?^\1$", "fence", document, flags=re.MULTILINE | re.DOTALL)


def check(document: str) -> None:
    """What is true of every document."""
    assert document.endswith("\n")
    assert not document.endswith("\n\n")
    prose = code_free(document)
    assert "\n\n\n" not in prose
    for line in prose.splitlines():
        assert line == line.rstrip()
    known = {anchor for _, _, anchor in anchors(document)}
    for target in LINK.findall(prose):
        assert target in known, target
    check_tables(prose)
    assert prose.count("<details>") == prose.count("</details>") == prose.count("<summary>")
    assert "None" not in re.sub(r"`[^`]*`", "", prose)


def check_tables(prose: str) -> None:
    """Every row of a table has as many cells as its header, in source and as a parser reads it."""
    width = 0
    for line in prose.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1
        if not line.startswith("|"):
            width = 0
            continue
        width = width or cells
        assert cells == width, line
    lines = sum(1 for line in prose.splitlines() if line.startswith("|") and not re.fullmatch(r"[| :-]+", line))
    assert sum(1 for token in PARSER.parse(prose) if token.type == "tr_open") == lines


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(strategies.schemas())
def test_any_schema_gives_a_sound_document(schema: Schema) -> None:
    document = documents.of_schema(schema, ALL)
    check(document)
    assert document == documents.of_schema(schema, ALL)
    products = {product for product, _ in blocks(document)}
    assert products == ({"postgresql", "mysql", "sqlite"} if schema.tables else products)


NASTY = [
    "a|b",
    "back`tick",
    "new\nline",
    "<b>bold</b>",
    "# heading",
    "-",
    "metadata",
    "naming",
    "Metadata",
    "a_b",
    "_a_",
    "ünïcode 表",
]


def test_nasty_names_and_words_break_nothing() -> None:
    tables = tuple(
        Table(
            name=name,
            columns=tuple(
                Column(name=f"{number}{word}", type=Type("text"), comment=word, why=word)
                for number, word in enumerate(NASTY)
            ),
            primary_key=Key(name=f"pk {name}", columns=(f"0{NASTY[0]}",), why=name),
            comment=f"{name} | `x|y` <i>",
            group=name,
            why=name,
        )
        for name in NASTY
        if "\n" not in name
    )
    document = documents.of_schema(Schema(tables), ["postgresql 16"], title="A | `b` <c>")
    check(document)
    pages = {heading: anchor for level, heading, anchor in reversed(list(anchors(document))) if level == 3}
    for table in tables:
        assert f"](#{pages[headings.of_table(table.name)]})" in document


def test_a_table_named_like_a_section_has_its_own_anchor() -> None:
    assert headings.of_table("metadata") == "metadata (table)"
    assert headings.of_table("posts") == "posts"


def test_no_packaged_heading_can_meet_a_table() -> None:
    """Every heading of the golden documents that is no table's is reserved, so that no table takes its anchor."""
    seen = set()
    for parameter in golden.cases("documents"):
        case = parameter.values[0]
        view = documents.view_of({path: text for path, text in case.blocks.items() if path.endswith(".yaml")})
        tables = {headings.of_table(table.name) for table in view.schema.tables}
        seen |= {h for level, h, _ in anchors(documents.document(view)) if level > 1 and h not in tables}
    free = {heading for heading in seen if slug(heading) not in headings.TAKEN}
    assert free == {heading for heading in free if re.match(r"(Diagram|Playbook): ", heading)}
    assert len(seen) > 15


def test_depth_decides_which_sections_there_are() -> None:
    names = {depth: [section.name for section in sections(depth)] for depth in ("schema", "mvp", "production")}
    common = ["executive_summary", "er_diagram", "tables", "closing_keys", "other_stores"]
    assert names["schema"] == [*common, "metadata"]
    assert names["mvp"] == [*common, "cross_cutting", "index_strategy", "metadata"]
    assert names["production"] == [section.name for section in OUTLINE]


def test_pages_stand_in_the_order_of_creation() -> None:
    view = documents.view_of(
        {
            "model.yaml": "datamodel: 1\nid: 1\nslug: a\ntitle: A\n",
            "entities/ant.yaml": "datamodel: 1\nentity: Ant\nrelationships: {zoo: {belongs_to: Zoo}}\n",
            "entities/zoo.yaml": "datamodel: 1\nentity: Zoo\nattributes: {x: text}\n",
        }
    )
    found = [heading for level, heading, _ in anchors(documents.document(view)) if level == 3]
    assert found.index("zoos") < found.index("ants")


def test_the_index_lists_models_by_id_and_reads_well_without_any() -> None:
    models = [
        Model(id=12, slug="b", title="B | b", date="2026-01-02"),
        Model(id=2, slug="a", title="A", summary="x\ny"),
    ]
    text = index.document([index.card(model, ["PostgreSQL 16"], 3) for model in models])
    check_tables(text)
    assert text.index("[A](02-a/02-a.md)") < text.index("[B \\| b](12-b/12-b.md)")
    assert "x<br>y" in text
    empty = index.document([])
    assert "No models yet" in empty
    assert empty.endswith("\n")


def test_the_same_view_gives_the_same_bytes() -> None:
    tables = (Table(name="a", columns=(Column(name="id", type=Type("bigint")),)),)
    used = engines(ALL)
    one, two = model_view(Schema(tables), used), model_view(Schema(tables), used)
    assert documents.document(one) == documents.document(two)
