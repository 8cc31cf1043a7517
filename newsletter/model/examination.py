"""An examination: what `doctor` says of one thing that a real mailing needs.

In: what was looked at. Out: a value that command line and JSON show alike. Called by providers, pipeline, cli.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.said import NOTHING, Said


class Health(StrEnum):
    """How it stands."""

    OK = "ok"
    WARNING = "warning"  #: a mailing would go out; somebody should look
    ERROR = "error"  #: a real mailing is refused until it is mended
    SKIPPED = "skipped"  #: could not, or need not, be looked at; the sentence says why


@dataclass(frozen=True, slots=True)
class Examination:
    """One look. `name` is stable; `found` says how it stands, `advice` what to do (empty when all is well)."""

    name: str
    state: Health
    found: Said
    advice: Said = NOTHING

    @property
    def sentence(self) -> str:
        """What was found, in English: for programs."""
        return self.found.en

    @property
    def next_step(self) -> str:
        """What to do, in English."""
        return self.advice.en

    def told(self, language: str) -> tuple[str, str]:
        """What was found and what to do, in a language of staff."""
        return self.found.told(language), self.advice.told(language)

    def as_json(self) -> dict[str, str | None]:
        """The examination in the form that `doctor --json` promises."""
        return {
            "name": self.name,
            "state": self.state.value,
            "sentence": self.sentence,
            "next_step": self.next_step or None,
        }


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a provider's account is examined for: the sender's address, where hooks should arrive, and the time (None when the
    program's clock was set by hand)."""

    sender: str
    hook_url: str
    now: datetime | None


def has_errors(examinations: Iterable[Examination]) -> bool:
    """True when one of them forbids a real mailing."""
    return any(examination.state is Health.ERROR for examination in examinations)
