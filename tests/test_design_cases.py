"""What specs become: YAML in, the resolved schema out, case by case."""

from __future__ import annotations

from dataclasses import dataclass

import golden
import pytest
from golden import Case
from schema_text import dump, reasons

from datamodel_pipeline.design.resolve import resolve, sql_of
from datamodel_pipeline.diagnostics import Diagnostic, ordered
from datamodel_pipeline.parsing.expressions import read
from datamodel_pipeline.schema.expressions import Written
from datamodel_pipeline.schema.tables import Schema
from datamodel_pipeline.spec.load import load_model, locate
from datamodel_pipeline.spec.specs import Specs

MODEL = "datamodel: 1\nid: 1\nslug: case\ntitle: Case\n"


@dataclass(frozen=True)
class Outcome:
    schema: Schema
    diagnostics: tuple[Diagnostic, ...]


def expressions(specs: Specs) -> dict[str, Written]:
    """Every piece of SQL of the specs, read for the model's engines."""
    engines = tuple(engine.product for engine in specs.model.decisions.engines)
    sites = [site for entity in specs.entities for site in sql_of(entity)]
    read_ones = {s.key: read(s.sql.text, s.sql.spelled, engines, neutral=s.sql.neutral, place=s.place) for s in sites}
    return {key: reading.written for key, reading in read_ones.items() if reading.written}


def outcome(blocks: dict[str, str]) -> Outcome:
    """The model of a case. `model.yaml` may hold only the decisions; entity files need no format line."""
    files = {"model.yaml": (MODEL + blocks.get("model.yaml", "")).encode()}
    for name, text in blocks.items():
        if name.startswith("entities/"):
            files[name] = f"datamodel: 1\n{text}".encode()
    loaded = load_model(files)
    assert loaded.specs, loaded.diagnostics
    schema, found = resolve(loaded.specs, expressions(loaded.specs))
    return Outcome(schema, ordered((*loaded.diagnostics, *locate(found, loaded.marks))))


@pytest.mark.parametrize("case", golden.cases("resolve"))
def test_case(case: Case) -> None:
    made = outcome(case.blocks)
    case.expect("schema", dump(made.schema))
    if "reasons" in case.blocks:
        case.expect("reasons", reasons(made.schema))
    if made.diagnostics or "diagnostics" in case.blocks:
        case.expect("diagnostics", "\n".join(map(str, made.diagnostics)))
