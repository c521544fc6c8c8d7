"""model.yaml: from its YAML to the model and its decisions.

In: a path and bytes, or a document that `yaml` has read. Out: the model, the marks of the file, every problem in it,
and of a file with errors the decisions that could be read. It knows no entity.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import ValidationError

from datamodel_pipeline.diagnostics import Diagnostic, has_errors
from datamodel_pipeline.spec import errors, normalise_model, yaml
from datamodel_pipeline.spec.decision_models import ModelForm
from datamodel_pipeline.spec.framing import format_problem, without_empty
from datamodel_pipeline.spec.marks import Marks
from datamodel_pipeline.spec.salvage import salvage
from datamodel_pipeline.spec.specs import Decisions, Model


@dataclass(frozen=True, slots=True)
class ModelFile:
    """model.yaml as read. `model` is None when it has errors; `partial` is then what could be read of the decisions."""

    path: str
    model: Model | None
    marks: Marks
    diagnostics: tuple[Diagnostic, ...] = ()
    partial: Decisions = field(default_factory=Decisions)


def read_model(path: str, text: bytes) -> ModelFile:
    """model.yaml. Never raises for bad input."""
    return model_file(path, yaml.read(path, text))


def model_file(path: str, document: yaml.Document) -> ModelFile:
    """model.yaml whose YAML has been read; what the document holds may be changed. Never raises."""
    marks = document.marks
    problems = [*document.diagnostics]
    if problem := format_problem(document, "model"):
        problems.append(problem)
        if "datamodel" in document.value and problem.rule != "bad-format":
            return ModelFile(path, None, marks, tuple(problems))
    if document.stopped:
        return ModelFile(path, None, marks, tuple(problems))
    found, marks = without_empty(document, "model")
    problems.extend(found)
    value = {**document.value, "datamodel": 1}
    form: ModelForm | None
    try:
        form = ModelForm.model_validate(value)
    except ValidationError as error:
        problems.extend(errors.diagnostics(error, ModelForm, "model", "model", marks))
        form, marks = salvage(ModelForm, {"id": 1, "slug": "model", "title": "Model", **value}, error, marks)
    model = normalise_model.model(form) if form else None
    partial = model.decisions if model else Decisions()
    return ModelFile(path, None if has_errors(problems) else model, marks, tuple(problems), partial)
