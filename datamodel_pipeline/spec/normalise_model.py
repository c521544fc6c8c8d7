"""The validated form of model.yaml to a model: every default filled in.

In: `ModelForm`. Out: `specs.Model`. Nothing can be wrong here any more.
"""

from __future__ import annotations

from dataclasses import replace

from datamodel_pipeline.spec.decision_models import DecisionsForm, ModelForm, TenancyForm
from datamodel_pipeline.spec.specs import Decisions, Model, PerEntity, Reason, Tenancy


def model(form: ModelForm) -> Model:
    """The model that the form means."""
    return Model(
        id=form.id,
        slug=form.slug,
        title=form.title,
        summary=form.summary,
        date=form.date,
        owners=tuple(form.owners),
        decisions=_decisions(form.decisions),
    )


def _decisions(form: DecisionsForm) -> Decisions:
    made = Decisions(reasons=_reasons(form))
    if form.engines:
        made = replace(made, engines=tuple(form.engines.choose))
    if form.migration:
        made = replace(made, migration=form.migration.choose)
    if form.tenancy:
        made = replace(made, tenancy=_tenancy(form.tenancy.choose))
    if form.deletes:
        made = replace(made, deletes=_per_entity(dict(form.deletes.choose)))
    if form.retention:
        made = replace(made, retention=form.retention.choose)
    if form.depth:
        made = replace(made, depth=form.depth.choose)
    if form.primary_keys:
        made = replace(made, primary_keys=_per_entity(dict(form.primary_keys.choose)))
    if form.language:
        made = replace(made, language=form.language.choose)
    return made


def _reasons(form: DecisionsForm) -> tuple[Reason, ...]:
    """The reasons given, in the order of the decisions in `Decisions`."""
    given = ((name, getattr(form, name)) for name in DecisionsForm.model_fields)
    return tuple(
        Reason(name, decision.because, decision.decided)
        for name, decision in given
        if decision and (decision.because or decision.decided)
    )


def _tenancy(form: TenancyForm) -> Tenancy:
    return Tenancy(form.strategy, form.tenant, tuple(dict.fromkeys(form.shared_entities)))


def _per_entity(choices: dict[str, str]) -> PerEntity:
    exceptions = ((name, choice) for name, choice in choices.items() if name != "default")
    return PerEntity(choices["default"], tuple(sorted(exceptions)))
