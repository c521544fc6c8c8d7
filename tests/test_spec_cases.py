"""The case files of the spec language: what a user writes, and what the loader says or makes of it."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass

import pytest
from golden import Case, cases

from datamodel_pipeline.schema.types import Type
from datamodel_pipeline.spec.load import load_model

MODEL = b"datamodel: 1\nid: 1\nslug: example\ntitle: Example\n"
"""The model.yaml of cases that show none."""


def dump(value: object, indent: str = "") -> str:
    """The value with every field that is not at its default, one a line."""
    if isinstance(value, Type):
        spelled = "".join(f" [{engine}: {sql}]" for engine, sql in value.spelled if value.name)
        return f" {value}{spelled}"
    if is_dataclass(value):
        shown = ((f.name, getattr(value, f.name)) for f in fields(value) if _differs(f, value))
        return f" {type(value).__name__}" + "".join(f"\n{indent}  {name}:{dump(v, indent + '  ')}" for name, v in shown)
    if isinstance(value, tuple) and any(is_dataclass(item) or isinstance(item, tuple) for item in value):
        return "".join(f"\n{indent}  -{dump(item, indent + '  ')}" for item in value)
    return f" {value!r}"


def _differs(field: object, owner: object) -> bool:
    default = field.default  # type: ignore[attr-defined] # a dataclasses.Field
    return default is MISSING or getattr(owner, field.name) != default  # type: ignore[attr-defined] # as above


@pytest.mark.parametrize("case", cases("spec"))
def test_case(case: Case) -> None:
    files = {path: text.encode() for path, text in case.blocks.items() if path.endswith((".yaml", ".yml"))}
    files.setdefault("model.yaml", MODEL)
    if "no-model" in case.blocks:
        del files["model.yaml"]
    loaded = load_model(files)
    case.expect("diagnostics", "\n".join(map(str, loaded.diagnostics)) or "none\n")
    if "specs" in case.blocks:
        assert loaded.specs
        model = f"model:{dump(loaded.specs.model)}\n" if "model.yaml" in case.blocks else ""
        case.expect("specs", model + "".join(f"{e.name}:{dump(e)}\n" for e in loaded.specs.entities))
