"""Mermaid `erDiagram` text that every Mermaid from version 10 on parses, and that stays inside its limits.

In: entities and edges, already chosen. Out: text. The grammar's traps were measured on 10.9, 11.4 and 11.17: entity
names and labels are always quoted, types are plain words, attribute names are ASCII and never pk, fk or uk. Over 50,000
characters or 500 edges a viewer shows an error instead of a picture, so the budgets here lie below both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from datamodel_pipeline.schema.types import Type

CHARACTERS = 40_000
EDGES = 400
"""A block's budget: what lies between here and Mermaid's own limits is a reserve for viewers that set theirs lower."""

UNSAFE_TYPE = re.compile(r"[^A-Za-z0-9_()\[\]-]+")
UNSAFE_NAME = re.compile(r"[^A-Za-z0-9_]+")
UNSAFE_ENTITY = re.compile(r'["%\\\x00-\x1f\x7f]+')
KEY_WORDS = ("pk", "fk", "uk")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line of an entity's box. `keys` are PK, FK or UK."""

    type: str
    name: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One box; without attributes only its name is drawn."""

    name: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One line from parent (referenced) to child. `optional`: it may be NULL. `single`: at most one child."""

    parent: str
    child: str
    label: str
    optional: bool = False
    single: bool = False


def diagram(nodes: Sequence[Node], edges: Sequence[Edge]) -> str:
    """The text of one diagram, without its fence."""
    return "\n".join(["erDiagram", *map(_node, nodes), *map(_edge, edges)])


def fits(drawn: str, edges: int) -> bool:
    """Whether a diagram is inside the budgets."""
    return len(drawn) <= CHARACTERS and edges <= EDGES


def type_word(type_: Type) -> str:
    """The type as one word of the grammar: `string(200)`, `decimal(12-2)`, `enum`, `text[]`."""
    if type_.name == "enum":
        return "enum"
    if type_.element:
        return f"{type_word(type_.element)}[]"
    word = UNSAFE_TYPE.sub("-", str(type_)).strip("-")
    return word if word[:1].isalpha() else f"type-{word}".strip("-")


def attribute_word(name: str) -> str:
    """The column's name as the grammar wants it; a name that has no ASCII letters becomes underscores."""
    word = UNSAFE_NAME.sub("_", name)
    if not word[:1].isalpha():
        word = f"c_{word.lstrip('_')}"
    return f"{word}_" if word.lower() in KEY_WORDS else word


def entity_word(name: str) -> str:
    """The name for between quotes."""
    return UNSAFE_ENTITY.sub("_", name) or "_"


def label_text(label: str) -> str:
    """A label for between quotes; never empty, for a missing label is a syntax error."""
    return " ".join(label.replace('"', "#quot;").split()) or "references"


def _node(node: Node) -> str:
    if not node.attributes:
        return f'    "{entity_word(node.name)}"'
    lines = [f"        {a.type} {attribute_word(a.name)} {', '.join(a.keys)}".rstrip() for a in node.attributes]
    return "\n".join([f'    "{entity_word(node.name)}" {{', *lines, "    }"])


def _edge(edge: Edge) -> str:
    line = f"{'|o' if edge.optional else '||'}--{'o|' if edge.single else 'o{'}"
    return f'    "{entity_word(edge.parent)}" {line} "{entity_word(edge.child)}" : "{label_text(edge.label)}"'
