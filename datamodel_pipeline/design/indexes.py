"""Indexes: those that the author asks for, and one for every foreign key that nothing else serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from datamodel_pipeline.design import naming
from datamodel_pipeline.design.checks import combined
from datamodel_pipeline.design.primary_keys import COLUMN as ID
from datamodel_pipeline.design.sketch import Sketch
from datamodel_pipeline.design.words import a, noun, nouns
from datamodel_pipeline.schema.expressions import Expression, Written, is_null
from datamodel_pipeline.schema.tables import ForeignKey, Index, IndexPart
from datamodel_pipeline.spec.specs import DeclaredIndex, Entity, IndexKey

_EXPRESSION_WORDS: Final = re.compile(r"(?<!')\b[a-z_]\w*\b(?!')")
ORDERED = frozenset({"", "btree"})
"""The methods whose indexes serve a search by their first columns."""


def add_declared(sketch: Sketch) -> None:
    """Adds the author's indexes; under shared tenancy an ordered one starts with tenant_id."""
    if sketch.junction:
        return
    for member in sketch.members:
        for number, declared in enumerate(member.indexes):
            _declared(sketch, member, declared, (member.name, "indexes", str(number)))


def _declared(sketch: Sketch, member: Entity, declared: DeclaredIndex, at: tuple[str, ...]) -> None:
    parts = [_part(sketch, key, (*at, "on", str(number))) for number, key in enumerate(declared.keys)]
    include = sketch.columns_of(declared.include)
    where = sketch.written(declared.where, (*at, "where")) if declared.where else None
    if include is None or (declared.where and where is None):
        return
    found = tuple(part for part in parts if part)
    if len(found) < len(parts) or not found:
        return
    tenant, first = sketch.tenant_column, found[0].column
    if tenant and first != tenant and declared.method in ORDERED:
        found = (IndexPart(column=tenant), *(part for part in found if part.column != tenant))
    condition: Expression | None = where
    if declared.unique and sketch.live_column:
        live = is_null(sketch.live_column)
        condition = combined(live, "AND", where) if where else live
    index = Index(
        name=naming.short(declared.name) if declared.name else _name(sketch, found, unique=declared.unique),
        parts=found,
        unique=declared.unique,
        where=condition,
        include=tuple(column for column in include if column not in {part.column for part in found}),
        method=declared.method,
        why=declared.because or f"The author of {member.name} asks for it.",
    )
    if not _present(sketch, index):
        sketch.indexes.append(index)


def _part(sketch: Sketch, key: IndexKey, at: tuple[str, ...]) -> IndexPart | None:
    if key.expression:
        written = sketch.written(key.expression, at)
        return IndexPart(expression=written, descending=key.descending, nulls=key.nulls) if written else None
    column = sketch.column_of(key.name)
    return IndexPart(column=column, descending=key.descending, nulls=key.nulls) if column else None


def _name(sketch: Sketch, parts: tuple[IndexPart, ...], *, unique: bool) -> str:
    words: list[str] = []
    for part in parts:
        words += [part.column] if part.column else _words(part)
    return (naming.unique if unique else naming.index)(sketch.name, words)


def _words(part: IndexPart) -> list[str]:
    """`lower(slug)` → lower, slug."""
    text = part.expression.text if isinstance(part.expression, Written) else ""
    return _EXPRESSION_WORDS.findall(text.lower()) or ["expression"]


def _present(sketch: Sketch, index: Index) -> bool:
    """Whether a key or an index does the same already."""
    plain = not index.where and not index.include and index.method in ORDERED
    if plain and all(part == IndexPart(column=part.column) for part in index.parts):
        keys = [*([sketch.primary_key] if sketch.primary_key else []), *sketch.unique_keys]
        if index.columns in [key.columns for key in keys]:
            return True
    return any(_told(index) == _told(other) for other in sketch.indexes)


def _told(index: Index) -> tuple[object, ...]:
    return index.parts, index.unique, index.where, index.include, index.method


def add_for_foreign_keys(sketch: Sketch) -> None:
    """Adds an index for every foreign key that no key or index leads with; long ones serve short ones."""
    for key in sorted(sketch.foreign_keys, key=lambda key: -len(key.columns)):
        if not _leads(sketch, key.columns):
            sketch.indexes.append(_for_key(sketch, key))


def _leads(sketch: Sketch, columns: tuple[str, ...]) -> bool:
    """Whether something starts with these columns in this order, which is what MySQL asks of a foreign key's index."""
    return any(found[: len(columns)] == columns for found in _leading(sketch))


def _leading(sketch: Sketch) -> Iterator[tuple[str, ...]]:
    """The columns of everything that serves a search over all rows, in order, up to the first expression."""
    if sketch.primary_key:
        yield sketch.primary_key.columns
    for key in sketch.unique_keys:
        yield key.columns
    for index in sketch.indexes:
        if index.where is None and index.method in ORDERED:
            plain = [part.column for part in index.parts]
            yield tuple(plain[: plain.index("")] if "" in plain else plain)


def _for_key(sketch: Sketch, key: ForeignKey) -> Index:
    return Index(
        name=naming.index(sketch.name, key.columns),
        parts=tuple(IndexPart(column=column) for column in key.columns),
        why=_why(sketch, key),
    )


def _why(sketch: Sketch, key: ForeignKey) -> str:
    many = "links" if sketch.junction else nouns(sketch.root.name)
    target = _target(sketch, key)
    one = a(target)
    if key.columns[-1] == ID:
        return f"Deleting {one} deletes its row here, and finds it with this."
    role = noun(key.columns[-1].removesuffix("_id"))
    own = sketch.junction or role == noun(target) or key.columns[-1] == sketch.tenant_column
    said = "" if own else f" as {role}"
    return f"Many {many} can name one {noun(target)}{said}; finding them, and deleting {one}, use it."


def _target(sketch: Sketch, key: ForeignKey) -> str:
    """The entity that the foreign key names, as the author calls it."""
    column = key.columns[-1]
    if column == sketch.tenant_column:
        return sketch.neighbours.tenant.entity if sketch.neighbours.tenant else ""
    junction = sketch.junction
    if junction:
        own = sketch.named.get(naming.snake(junction.owner.name)) == column
        return junction.owner.name if own else junction.relationship.target
    for member in sketch.members:
        for relationship in member.relationships:
            if sketch.named.get(relationship.name) == column:
                return relationship.target
    return sketch.neighbours.parent.entity if sketch.neighbours.parent else ""
