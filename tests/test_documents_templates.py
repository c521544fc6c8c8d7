"""Templates: overrides win, errors name file, line and what is missing, fingerprints see all that is included."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from datamodel_pipeline.diagnostics import Diagnostic, Location, Severity
from datamodel_pipeline.documents import contract, templates
from datamodel_pipeline.documents.outline import OUTLINE
from datamodel_pipeline.documents.sections.metadata import MetadataData
from datamodel_pipeline.documents.templates import Templates

DATA = MetadataData(
    id=1, slug="blog", date="2026-11-02", owners=("a@b.c",), spec_hash="ab", tool_version="1.0", format=1
)


def test_every_template_belongs_to_a_section_and_every_section_has_one() -> None:
    wanted = {section.name for section in OUTLINE} | {"table"}
    assert set(templates.packaged()) == {name + templates.ENDING for name in wanted}


def test_an_override_wins() -> None:
    own = Templates({"metadata.md.j2": "Built for {{ slug | code }}."})
    assert own.render("metadata", DATA) == "Built for `blog`.\n"
    assert Templates().render("metadata", DATA) != own.render("metadata", DATA)


def test_an_override_can_extend_what_it_overrides() -> None:
    packaged = templates.packaged()["table.md.j2"]
    assert "{% block checks %}" in packaged
    own = Templates({"table.md.j2": '{% extends "packaged/table.md.j2" %}{% block checks %}No checks.{% endblock %}'})
    assert own.diagnostics() == ()
    assert own.hash_of("table") != Templates().hash_of("table")


def failed(text: str) -> Diagnostic:
    """What rendering an override of metadata gives."""
    found = Templates({"metadata.md.j2": text}).render("metadata", DATA)
    assert isinstance(found, Diagnostic)
    return found


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a\n{{ nothing }}\n", 2, "'nothing' is undefined"),
        ("\n\n{{ slug.nothing }}", 3, "has no attribute 'nothing'"),
        ("{% for x in owners %}\n{{ x }\n{% endfor %}", 2, "unexpected '}'"),
        ("\n{{ 1 + slug }}", 2, "unsupported operand"),
        ("\n{{ 1 / 0 }}", 2, "division by zero"),
        ("{{ slug | nofilter }}", 1, "No filter named 'nofilter'"),
        ("\n{% if %}", 2, "Expected an expression"),
    ],
)
def test_an_error_names_file_line_and_cause(text: str, line: int, said: str) -> None:
    found = failed(text)
    assert (found.rule, found.severity) == ("template-error", Severity.ERROR)
    assert found.location == Location("templates/metadata.md.j2", line)
    assert said in found.what


def test_an_error_lists_what_the_template_receives() -> None:
    assert "id, slug, date, owners, spec_hash" in failed("{{ nothing }}").fix


def test_an_error_in_an_included_template_is_placed_there() -> None:
    own = Templates({"metadata.md.j2": '{% include "part.md.j2" %}', "part.md.j2": "\n\n{{ nothing }}"})
    found = own.render("metadata", DATA)
    assert isinstance(found, Diagnostic)
    assert found.location == Location("templates/part.md.j2", 3)
    assert own.diagnostics() == ()


def test_a_missing_include_is_said_with_the_nearest_name() -> None:
    found = failed('{% include "tabel.md.j2" %}')
    assert "tabel.md.j2 does not exist" in found.what
    assert "table.md.j2" in found.fix
    assert found.location is not None
    assert found.location.file == "templates/metadata.md.j2"


def test_an_override_of_nothing_is_a_warning() -> None:
    (found,) = Templates({"metdata.md.j2": "x"}).diagnostics()
    assert (found.rule, found.severity) == ("unknown-template", Severity.WARNING)
    assert found.location == Location("templates/metdata.md.j2")
    assert "metadata.md.j2" in found.fix


def test_a_broken_override_is_found_before_anything_is_rendered() -> None:
    (found,) = Templates({"metadata.md.j2": "\n{% for %}"}, "our/words").diagnostics()
    assert found.location == Location("our/words/metadata.md.j2", 2)


def test_a_fingerprint_changes_with_what_the_template_includes_and_with_nothing_else() -> None:
    one = Templates(
        {"metadata.md.j2": '{% include "a.md.j2" %}', "a.md.j2": '{% import "b.md.j2" as b %}', "b.md.j2": "1"}
    )
    two = Templates(
        {"metadata.md.j2": '{% include "a.md.j2" %}', "a.md.j2": '{% import "b.md.j2" as b %}', "b.md.j2": "2"}
    )
    assert one.hash_of("metadata") != two.hash_of("metadata")
    assert one.hash_of("table") == two.hash_of("table") == Templates().hash_of("table")


def test_a_name_computed_at_run_time_depends_on_every_template() -> None:
    one = Templates({"metadata.md.j2": "{% include slug %}", "blog": "1"})
    two = Templates({"metadata.md.j2": "{% include slug %}", "blog": "2"})
    assert one.render("metadata", DATA) == "1\n"
    assert one.hash_of("metadata") != two.hash_of("metadata")


def test_values_are_not_escaped_behind_the_templates_back() -> None:
    @dataclass(frozen=True)
    class Data:
        slug: str

    own = Templates({"metadata.md.j2": "{{ slug }} {{ slug | text }}"})
    assert own.render("metadata", Data("<b>")) == "<b> &lt;b&gt;\n"


def test_the_page_about_templates_is_current(request: pytest.FixtureRequest) -> None:
    path = Path(__file__).parent.parent / "docs" / "templates.md"
    if request.config.getoption("--update-golden"):
        path.write_text(contract.page(), "utf-8")
    assert path.read_text("utf-8") == contract.page()


def test_the_page_names_every_field_of_every_section() -> None:
    page = contract.page()
    assert "| `spec_hash` | `str` |" in page
    assert page.count("\n## `") == len(OUTLINE) + 1
    assert "## `metadata.md.j2`" in page
