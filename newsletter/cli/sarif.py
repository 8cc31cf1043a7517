"""Findings as SARIF 2.1.0: what code hosts and editors show beside the lines.

In: findings. Out: the log as a mapping for JSON. Called by `check --sarif`. Source: OASIS SARIF 2.1.0, sections 3.14, 3.27, 3.28.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.model.finding import Finding, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def log(findings: Iterable[Finding], language: str) -> dict[str, object]:
    """One run with a result for each finding; the sentences are in the language of staff."""
    found = list(findings)
    rules = list(dict.fromkeys(finding.check for finding in found))
    driver = {"name": "newsletter", "rules": [{"id": rule} for rule in rules]}
    results = [_result(finding, rules.index(finding.check), language) for finding in found]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _result(finding: Finding, rule: int, language: str) -> dict[str, object]:
    message, hint = finding.told(language)
    result: dict[str, object] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{message}. {hint}" if hint else message},
    }
    if finding.place:
        result["locations"] = [{"physicalLocation": _location(finding)}]
    return result


def _location(finding: Finding) -> dict[str, object]:
    place = finding.place
    assert place is not None  # noqa: S101 - asked before
    location: dict[str, object] = {"artifactLocation": {"uri": place.file}}
    if place.line:
        region = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
        location["region"] = region
    return location
