"""The engines that a spec can name, and how their versions are written.

In: text such as `postgresql 16`. Out: an `EngineChoice`, or a refusal. It knows names and version numbers only; what an
engine can do is told in `engines`.
"""

from __future__ import annotations

import re

from datamodel_pipeline.spec.refusal import Refusal, kind_of
from datamodel_pipeline.spec.specs import EngineChoice
from datamodel_pipeline.spec.suggest import closest, did_you_mean

PRODUCTS = ("mysql", "postgresql", "sqlite")

_CHOICE = re.compile(r"\s*(?P<product>[A-Za-z_+-]+)(?:(?:\s*:\s*|\s+)(?P<version>\S+))?\s*")
_VERSIONS = {
    "postgresql": (
        re.compile(r"1[4-8]", re.ASCII),
        "postgresql 14, 15, 16, 17 and 18 (the major version alone)",
        "postgresql 16",
    ),
    "mysql": (
        re.compile(r"8\.0(\.(1[6-9]|[2-9][0-9]))?|8\.4(\.[0-9]{1,2})?|9(\.[0-9]{1,2}){0,2}", re.ASCII),
        "mysql 8.0 (from 8.0.16, which checks CHECK constraints), 8.4 and 9",
        "mysql 8.4",
    ),
    "sqlite": (
        re.compile(r"3\.(3[7-9]|[4-9][0-9])(\.[0-9]{1,2})?", re.ASCII),
        "sqlite from 3.37, which has STRICT tables",
        "sqlite 3.45",
    ),
}
_OTHER_NAMES = {
    "postgres": "postgresql",
    "pg": "postgresql",
    "psql": "postgresql",
    "mariadb": "mysql",
    "sqlite3": "sqlite",
    "my": "mysql",
}
PATTERN = r"^\s*([Pp]ostgre[Ss][Qq][Ll]|[Mm]y[Ss][Qq][Ll]|[Ss][Qq][Ll]ite)((\s*:\s*|\s+)[0-9]+(\.[0-9]+)*)?\s*$"
"""How a choice looks, for editors; the versions themselves are checked here."""


def read(value: object) -> EngineChoice:
    """The engine that `postgresql`, `postgresql 16` or `postgresql:16` names. Raises Refusal."""
    if not isinstance(value, str):
        fix = "write for example `engines: [postgresql 16, mysql 8.0, sqlite]`"
        raise Refusal(f"an engine must be text, not {kind_of(value)}", fix=fix, rule="unknown-engine")
    match = _CHOICE.fullmatch(value)
    name = match["product"].lower() if match else ""
    if match is None or name not in PRODUCTS:
        word = name or value.strip()
        near = _OTHER_NAMES.get(word) or closest(word, PRODUCTS)
        version = f" {match['version']}" if match and match["version"] else ""
        fix = f"did you mean `{near}{version}`?" if near else did_you_mean(word, PRODUCTS)
        raise Refusal(f"unknown engine {value.strip()!r}", fix=fix, rule="unknown-engine")
    version = match["version"] or ""
    known, which, example = _VERSIONS[name]
    if version and not known.fullmatch(version):
        fix = f"known are {which}; for example `{example}`, or `{name}` alone for the newest known"
        raise Refusal(
            f"unknown version {version!r} of {name}", fix=fix, rule="unknown-engine", offset=match.start("version")
        )
    return EngineChoice(name, version)


def check_product(name: str, *, allow_else: bool) -> None:
    """Raises Refusal unless `name` is a product (or `else`, where that is allowed)."""
    if name in PRODUCTS or (allow_else and name == "else"):
        return
    candidates = (*PRODUCTS, "else") if allow_else else PRODUCTS
    fix = f"did you mean `{_OTHER_NAMES[name]}`?" if name in _OTHER_NAMES else did_you_mean(name, candidates)
    raise Refusal(f"unknown engine `{name}`", fix=fix, rule="unknown-engine", path=(name,))
