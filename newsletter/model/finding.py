"""A finding: one remark of one check.

In: what a check saw. Out: a value that command line, preview and JSON show alike. Called by compose, checks, pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.place import Place


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  #: blocks freezing, and so sending
    WARNING = "warning"  #: somebody should look
    INFO = "info"  #: good to know


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `check` is the stable name of the rule; `language` is empty when it concerns them all."""

    check: str
    severity: Severity
    message: str
    place: Place | None = None
    language: str = ""
    hint: str = ""

    def as_json(self) -> dict[str, object]:
        """The finding in the form that `check --json` promises."""
        place = self.place or Place("")
        return {
            "check": self.check,
            "severity": self.severity.value,
            "language": self.language or None,
            "file": place.file or None,
            "line": place.line or None,
            "column": place.column or None,
            "message": self.message,
            "hint": self.hint or None,
        }


def has_errors(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    """True when one of the findings blocks sending."""
    return any(finding.severity is Severity.ERROR for finding in findings)
