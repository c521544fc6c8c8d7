"""Storage options of a table on MySQL.

In: what an author wrote, or what the catalog says. Out: both in one form: lower-case names, without MySQL's defaults.
"""

from __future__ import annotations

import re

from datamodel_pipeline.engines.mysql.words import PRODUCT

Options = tuple[tuple[str, str], ...]

DEFAULTS = {"engine": "InnoDB", "default charset": "utf8mb4", "collate": "utf8mb4_0900_as_cs"}
"""What is written on every table, so that a server's own settings do not matter.

MySQL's own default, utf8mb4_0900_ai_ci, finds 'A', 'a' and 'á' equal: CHECK (code = upper(code)) would let everything
through, and unique values would differ from those of other engines. _as_cs still sorts as people do.
"""

OTHER_NAMES = {
    "charset": "default charset",
    "character set": "default charset",
    "default character set": "default charset",
    "default collate": "collate",
    "collation": "collate",
}
WORDS = ("row_format", "compression", "encryption", "insert_method")
"""Options whose values are words, told apart without case."""


def fitted(written: Options) -> Options:
    """An author's options in the form in which the catalog gives them back."""
    named = {}
    for key, value in written:
        name = " ".join(key.lower().split())
        name = OTHER_NAMES.get(name.replace("_", " "), name)
        named[name] = value.upper() if name in WORDS else value
    return tuple((name, value) for name, value in named.items() if DEFAULTS.get(name, "").lower() != value.lower())


def collation(options: Options) -> str:
    """The collation of a table with these options: text columns without their own have it."""
    return dict(options).get("collate", DEFAULTS["collate"])


def clause(options: Options) -> str:
    """`ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 …`."""
    return " ".join(f"{name.upper()}={value}" for name, value in {**DEFAULTS, **dict(options)}.items())


def read(engine: str, collated: str, created_with: str) -> tuple[tuple[str, Options], ...]:
    """The options of a table from information_schema.tables."""
    found = {"engine": engine, "default charset": collated.partition("_")[0], "collate": collated}
    found |= {
        name.lower(): value.strip("'\"") for name, value in re.findall(r"(\w+)=('[^']*'|\"[^\"]*\"|\S+)", created_with)
    }
    options = fitted(tuple(found.items()))
    return ((PRODUCT, options),) if options else ()
