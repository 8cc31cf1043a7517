"""An approval: a person's yes to exactly one mailing; how it was given, and who is asked for it.

In: nothing. Out: words and values. Called by store.approvals, pipeline.signing and asking, the shells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from newsletter.model.folding import fold


class How(StrEnum):
    """How a yes was given."""

    TERMINAL = "terminal"  #: typed where the program runs
    STUDIO = "studio"  #: by somebody signed in
    EMAIL = "email"  #: by the personal link of a request
    PAPER = "paper"  #: elsewhere; somebody else recorded it, with its evidence


class Answer(StrEnum):
    """What somebody who was asked said."""

    NONE = ""  #: nothing yet
    APPROVED = "approved"
    CHANGE = "change"  #: asks for a change, with words
    DEPUTY = "deputy"  #: named somebody who decides instead


class MailKind(StrEnum):
    """Why a request's mail is sent; each at most once."""

    ASK = "ask"
    REMINDER = "reminder"  #: half of the time is over
    LAST = "last"  #: nearly all of it is


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may be asked. `language` is en or fr; `deputy` is asked only in another's place."""

    name: str
    address: str
    language: str
    deputy: bool = False


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes that is being given. `person` is empty for whoever works the program; `shown`: the digest of what they were shown, refused
    when it is not the present one; `evidence`: the digest of the file that proves it, recorded by somebody else; `request`: the number of
    the request that it answers, 0 for none."""

    how: How = How.TERMINAL
    person: str = ""
    shown: str = ""
    words: str = ""
    evidence: str = ""
    request: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a yes is to: edition, audience rule, schedule, provider, waivers, missing languages; the SHA-256 of its canonical JSON; and
    beside it how many would be mailed now, None where nobody counted."""

    content: Mapping[str, Any]
    digest: str
    people: int | None = None

    @property
    def edition(self) -> str:
        """The id of the edition."""
        return str(self.content["edition"])


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes as it is kept. `signed` is what was shown, `digest` the SHA-256 of its canonical JSON; `people`: how many would have been
    mailed then, None where nobody counted; `recorded_by`: who typed it in; `evidence`: digest and name of a file, or empty."""

    number: int
    campaign: int
    at: datetime
    person: str
    how: How
    edition: str
    signed: Mapping[str, Any]
    digest: str
    people: int | None
    excluded: Mapping[str, int]
    words: str
    recorded_by: str
    evidence: str = ""
    evidence_name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to one person, as it is kept. `digest` and `edition`: what its mail showed; `deputy_for`: the request in whose place
    it was made, None for one of its own; `asked_by`: empty where the program asks again by itself. `expires_at`: its link ends then, or at `ended_at`, when somebody withdrew it."""

    number: int
    campaign: int
    person: str
    address: str
    language: str
    asked_by: str
    asked_at: datetime
    deadline: datetime
    expires_at: datetime
    edition: str
    digest: str
    deputy_for: int | None = None
    answer: Answer = Answer.NONE
    answered_at: datetime | None = None
    answered_edition: str = ""
    words: str = ""
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """True while an answer is waited for."""
        return self.answer is Answer.NONE and self.ended_at is None


def person_key(name: str) -> str:
    """What two spellings of one name share (case, accents, spaces, signs that nobody sees): by it the two-person rule tells people apart."""
    return fold("".join(sign for sign in " ".join(name.split()) if sign.isprintable()))
