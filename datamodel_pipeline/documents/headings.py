"""Headings that every document has, and the headings of tables, which must not share an anchor with them."""

from __future__ import annotations

from datamodel_pipeline.documents.markdown import Markdown, code, slug

FIXED = (
    "Contents",
    "Executive summary",
    "ER diagram",
    "Table definitions",
    "Cross-cutting concerns",
    "Index strategy",
    "Migration playbook",
    "Retention and compliance",
    "Technical context",
    "Metadata",
    "Decisions",
    "Risks",
    "Primary keys",
    "Timestamps",
    "Deletes",
    "Tenancy",
    "Enumerations",
    "Naming",
    "Money and time",
    "Engine differences",
    "Foreign keys added last",
    "Entities in other stores",
    "Retention jobs",
    "Personal data",
    "Erasure requests",
)
"""Headings whose text does not depend on the model. A test finds any that a packaged template adds."""

TAKEN = frozenset(slug(heading) for heading in FIXED)


def of_table(name: str) -> str:
    """The heading of a table's page: its name, or `metadata (table)` where a section has that anchor already."""
    return f"{name} (table)" if slug(name) in TAKEN else name


def table_link(name: str) -> Markdown:
    """A link to the table's page, labelled with its name."""
    return Markdown(f"[{code(name)}](#{slug(of_table(name))})")
