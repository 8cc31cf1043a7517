"""An inquiry: what a provider is asked about a call in doubt, and what it answers.

In: nothing. Out: words and values. Called by dispatch, providers, store, pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Question(StrEnum):
    """What is asked."""

    LOOK_UP = "look_up"  #: does its log of messages know people of the call?
    REVOKE = "revoke"  #: discard what the call scheduled, if it was taken
    CONFIRM = "confirm"  #: does the revocation still stand?
    RELEASE = "release"  #: forget the revocation: there is nothing left that it could stop


class Reply(StrEnum):
    """What was answered."""

    ACCEPTED = "accepted"  #: taken, and on its way to people
    TAKEN = "taken"  #: taken; whether it was discarded cannot be seen
    REVOKED = "revoked"  #: the revocation stands; asked of the log: taken, and discarded because of it
    ABSENT = "absent"  #: the log knows nothing of it. No proof: how far a log lags behind is promised nowhere
    STANDING = "standing"  #: no revocation stands
    FULL = "full"  #: as many revocations stand as the provider allows
    RELEASED = "released"  #: the revocation is forgotten
    UNAVAILABLE = "unavailable"  #: it could not be asked, or may not be asked with this key
    LOST = ""  #: asked, and the answer was never written down


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply. `detail`: in words, without addresses. `there`: the provider's own time, where it told one."""

    reply: Reply
    detail: str = ""
    there: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with its answer, as it was written down. `answered_at` is None while nobody knows the answer."""

    question: Question
    asked_at: datetime
    answered_at: datetime | None
    reply: Reply
    detail: str = ""
    there: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revocable:
    """That a request may be revoked until it is due. `handle`: the provider's name for it; `due_at`: when it is to leave there."""

    handle: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """By what a call is looked up: our ids, a few of its people (delivery, address), when it began, and whether it was revoked."""

    instance: str
    batch: int
    attempt: int
    people: tuple[tuple[int, str], ...]
    began_at: datetime
    revoked: bool = False
