"""What things are called: tables, columns, constraints and indexes, from the author's own names.

In: names as authors write them. Out: identifiers that fit every engine. It refuses to know which things exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from pluralizer import Pluralizer

LIMIT: Final = 63
"""Bytes in an identifier on PostgreSQL, the smallest limit of our engines (MySQL counts 64 characters)."""

PLURALS: Final = {
    "alias": "aliases",
    "bias": "biases",
    "canvas": "canvases",
    "gas": "gases",
    "lens": "lenses",
    "money": "money",
    "virus": "viruses",
    "index": "indexes",
    "menu": "menus",
    "sku": "skus",
}
"""Words that the plural rules get wrong, or spell in a way that schemas do not."""

UNCOUNTABLE: Final = frozenset(
    re.findall(
        r"\w+",
        """
        advice analytics audio cash content credentials dns evidence feedback furniture hardware inventory
        knowledge luggage mail merchandise metadata music news progress research settings software staff
        stock sms telemetry traffic training work
        """,
    )
)
"""Words whose plural is themselves, beyond those that the plural rules know."""

WHOLE_WORDS: Final = (("OAuth", "Oauth"), ("GraphQL", "Graphql"), ("iOS", "Ios"), ("IPv4", "Ipv4"), ("IPv6", "Ipv6"))
"""Names with capitals inside that are one word each."""

_RULES: Final = Pluralizer()  # type: ignore[no-untyped-call]  # the package has no types


@lru_cache(maxsize=8192)
def snake(name: str) -> str:
    """`AuditEvent` → `audit_event`, `SKUPrice` → `sku_price`; what is already snake_case stays."""
    for word, plain in WHOLE_WORDS:
        name = name.replace(word, plain)
    name = re.sub(r"([A-Z]{2,})s(?![a-z])", lambda acronym: f"{acronym[1].capitalize()}s", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"[^\w]+", "_", name).lower()


@lru_cache(maxsize=8192)
def plural(name: str) -> str:
    """The snake_case name with its last word in the plural; a plural stays as it is."""
    head, under, word = name.rpartition("_")
    if word not in UNCOUNTABLE and word not in PLURALS.values():
        word = PLURALS.get(word) or str(_RULES.plural(word))
    return head + under + word


@lru_cache(maxsize=8192)
def singular(name: str) -> str:
    """The snake_case name with its last word in the singular."""
    head, under, word = name.rpartition("_")
    if word not in UNCOUNTABLE:
        known = next((one for one, many in PLURALS.items() if many == word), "")
        word = known or (word if word in PLURALS else str(_RULES.singular(word)))
    return head + under + word


def digest(text: str) -> str:
    """Eight hexadecimal digits that stand for the text."""
    return blake2b(text.encode(), digest_size=4).hexdigest()


def short(name: str) -> str:
    """The name, or, when it is longer than LIMIT bytes, its beginning and a digest of all of it."""
    encoded = name.encode()
    if len(encoded) <= LIMIT:
        return name
    return f"{encoded[: LIMIT - 9].decode(errors='ignore').rstrip('_')}_{digest(name)}"


def distinguished(name: str, by: str) -> str:
    """Another name for a second thing that would be called `name`, made from what tells it apart."""
    return short(f"{name.encode()[: LIMIT - 9].decode(errors='ignore').rstrip('_')}_{digest(f'{name}|{by}')}")


def table(entity: str) -> str:
    """The table of an entity: plural snake_case."""
    return short(plural(snake(entity)))


def archive(table_name: str) -> str:
    """The table that keeps deleted rows of another one."""
    return short(f"{table_name}_archive")


def junction(owner: str, relationship: str) -> str:
    """`Ticket`, `tags` → `ticket_tags`: it does not change when other entities do."""
    return short(f"{snake(owner)}_{snake(relationship)}")


def reference(name: str) -> str:
    """The column that holds a reference: `requester` → `requester_id`."""
    return short(f"{snake(name)}_id")


def primary_key(table_name: str) -> str:
    """`pk_{table}`."""
    return short(f"pk_{table_name}")


def foreign_key(table_name: str, column: str, ref_table: str) -> str:
    """`fk_{table}_{column}_{ref_table}`."""
    return short(f"fk_{table_name}_{column}_{ref_table}")


def check(table_name: str, subject: str, kind: str = "") -> str:
    """`check_{table}_{column}_{kind}`; an author's own name for a check stands in for column and kind."""
    return short("_".join(filter(None, ("check", table_name, subject, kind))))


def unique(table_name: str, columns: Iterable[str]) -> str:
    """`uniq_{table}_{columns}`."""
    return short(f"uniq_{table_name}_{'_'.join(columns)}")


def index(table_name: str, columns: Iterable[str]) -> str:
    """`idx_{table}_on_{columns}`."""
    return short(f"idx_{table_name}_on_{'_'.join(columns)}")
