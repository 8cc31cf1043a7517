"""A finding: one remark of one check.

In: what a check saw. Out: a value that command line, preview and JSON show alike. Called by compose, checks, pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said, said


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  #: blocks freezing, and so sending
    WARNING = "warning"  #: somebody should look
    INFO = "info"  #: good to know


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `check` is the stable name of the rule; `language` is empty when it concerns them all.

    `message` and `hint` are English, for programs and logs; `french` holds the French of both, empty where it is not written yet.
    People are told by `told`.
    """

    check: str
    severity: Severity
    message: str
    place: Place | None = None
    language: str = ""
    hint: str = ""
    french: tuple[str, str] = ("", "")

    def told(self, language: str) -> tuple[str, str]:
        """Message and hint in a language of staff."""
        message, hint = self.french
        return Said(self.message, message).told(language), Said(self.hint, hint).told(language)

    def as_json(self) -> dict[str, object]:
        """The finding in the form that `check --json` promises."""
        place = self.place or Place("")
        message, hint = self.told("fr")
        return {
            "check": self.check,
            "severity": self.severity.value,
            "language": self.language or None,
            "file": place.file or None,
            "line": place.line or None,
            "column": place.column or None,
            "message": self.message,
            "hint": self.hint or None,
            "message_fr": message,
            "hint_fr": hint or None,
        }


def finding(
    check: str,
    severity: Severity,
    message: Said | str,
    place: Place | None = None,
    language: str = "",
    *,
    hint: Said | str = NOTHING,
) -> Finding:
    """A finding whose sentences are given in both languages (or, for want of a translation, in English alone)."""
    message, hint = said(message), said(hint)
    return Finding(check, severity, message.en, place, language, hint.en, (message.fr, hint.fr))


def has_errors(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    """True when one of the findings blocks sending."""
    return any(one.severity is Severity.ERROR for one in findings)
