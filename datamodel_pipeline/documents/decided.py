"""The model's decisions in words: what was chosen, why, and when. For the summary and the concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamodel_pipeline.documents.wording import listed
from datamodel_pipeline.spec.specs import Decisions, PerEntity, Reason, Tenancy

TITLES = {
    "engines": "Engines",
    "migration": "Migration",
    "tenancy": "Tenancy",
    "deletes": "Deletes",
    "retention": "Retention",
    "depth": "Depth",
    "primary_keys": "Primary keys",
    "language": "Language",
}
"""Every decision by its key in model.yaml, in the order in which a document names them."""

TENANCIES = {
    "none": "no tenants",
    "shared": "shared tables",
    "schema": "one schema per tenant",
    "database": "one database per tenant",
}
RETENTIONS = {
    "none": "nothing is deleted by age",
    "gdpr": "GDPR: kept as long as there is a purpose, erased on request",
    "ttl": "rows expire by age",
    "custom": "per entity",
}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision: its title, the choice in words, and reason and date from the spec ("" where it is silent)."""

    title: str
    choice: str
    because: str
    decided: str


def rows(decisions: Decisions, engines: Sequence[str]) -> tuple[DecisionRow, ...]:
    """All decisions but the language. `engines` are the labels with the versions that were taken."""
    shown = (key for key in TITLES if key != "language")
    return tuple(row(decisions, key, engines) for key in shown)


def row(decisions: Decisions, key: str, engines: Sequence[str] = ()) -> DecisionRow:
    """The decision with that key in model.yaml."""
    reason = next((reason for reason in decisions.reasons if reason.decision == key), Reason(key))
    return DecisionRow(TITLES[key], choice(decisions, key, engines), reason.because, reason.decided)


def choice(decisions: Decisions, key: str, engines: Sequence[str] = ()) -> str:
    """The choice in words."""
    match key:
        case "engines":
            return listed(list(engines))
        case "tenancy":
            return _tenancy(decisions.tenancy)
        case "deletes":
            return _per_entity(decisions.deletes)
        case "primary_keys":
            return _per_entity(decisions.primary_keys)
        case "retention":
            return RETENTIONS.get(decisions.retention, decisions.retention)
        case _:
            return str(getattr(decisions, key))


def _tenancy(tenancy: Tenancy) -> str:
    """`shared tables, the tenant is Organization; Country and Plan belong to no tenant`."""
    words = TENANCIES.get(tenancy.strategy, tenancy.strategy)
    words += f", the tenant is {tenancy.tenant}" if tenancy.tenant else ""
    if tenancy.shared_entities:
        verb = "belongs" if len(tenancy.shared_entities) == 1 else "belong"
        words += f"; {listed(tenancy.shared_entities)} {verb} to no tenant"
    return words


def _per_entity(chosen: PerEntity) -> str:
    """`soft; hard for AuditEvent and Plan`."""
    by_choice: dict[str, list[str]] = {}
    for entity, other in chosen.exceptions:
        by_choice.setdefault(other, []).append(entity)
    return "; ".join([chosen.default, *(f"{other} for {listed(names)}" for other, names in by_choice.items())])
