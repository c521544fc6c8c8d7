"""Findings as text, as workflow commands of GitHub, as SARIF and as JSON.

In: diagnostics in order. Out: the whole text to print. It refuses to know where findings come from.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from datamodel_pipeline import __version__
from datamodel_pipeline.diagnostics import Diagnostic, Severity
from datamodel_pipeline.pipeline.terminal import shown

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def written(format_: str, findings: Sequence[Diagnostic]) -> str:
    """The findings in the format of that name; text is in colour where standard output welcomes it."""
    match format_:
        case "github":
            return "".join(f"{_annotation(finding)}\n" for finding in findings)
        case "sarif":
            return _json(sarif(findings))
        case "json":
            return _json({"version": 1, "findings": [_flat(finding) for finding in findings]})
        case _:
            return "".join(f"{shown(finding, sys.stdout)}\n" for finding in findings)


def summary(findings: Sequence[Diagnostic], models: int) -> str:
    """`2 models: 1 error, 3 warnings`."""
    of = plural(models, "model")
    counts = [(severity, sum(f.severity is severity for f in findings)) for severity in Severity]
    said = [
        plural(count, "remark" if severity is Severity.INFO else severity.value) for severity, count in counts if count
    ]
    return f"{of}: {', '.join(said) or 'nothing to report'}"


def plural(count: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _flat(finding: Diagnostic) -> dict[str, Any]:
    place = finding.location
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "what": finding.what,
        "why": finding.why,
        "fix": finding.fix,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def _body(finding: Diagnostic) -> str:
    """What, why and fix as a text of several lines."""
    parts = [
        finding.what,
        *(f"{label}: {text}" for label, text in (("why", finding.why), ("fix", finding.fix)) if text),
    ]
    return "\n".join(parts)


# -- GitHub ------------------------------------------------------------------------------------------------------------


def _annotation(finding: Diagnostic) -> str:
    """`::error file=…,line=…,col=…,title=…::…`; the escapes are those of GitHub's actions/toolkit."""
    fields = {"title": finding.rule}
    if place := finding.location:
        fields = {"file": place.file, "line": str(place.line), "col": str(place.column), **fields}
    properties = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    return f"::{_GITHUB[finding.severity]} {properties}::{_data(_body(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# -- SARIF -------------------------------------------------------------------------------------------------------------


def sarif(findings: Sequence[Diagnostic]) -> dict[str, Any]:
    """A SARIF 2.1.0 log of one run. Files are relative to the folder in which the command ran (`%SRCROOT%`)."""
    rules = sorted({finding.rule for finding in findings})
    driver = {"name": "datamodel", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    results = [_result(finding, rules.index(finding.rule)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Diagnostic, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _SARIF[finding.severity],
        "message": {"text": _body(finding)},
    }
    if place := finding.location:
        artifact = {"uri": _uri(place.file), "uriBaseId": "%SRCROOT%"}
        region = {"startLine": place.line, "startColumn": place.column}
        result["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    return result


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
