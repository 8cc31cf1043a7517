"""A notice: what staff are told by a second channel, and how far it got.

In: nothing. Out: words and values. Called by store, channels, pipeline, cli.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """What is told."""

    APPROVAL = "approval"  #: a planned mailing waits for an approval
    DAY = "day"  #: a mailing goes out within a day
    HOUR = "hour"  #: a mailing goes out within an hour
    HELD = "held"  #: a mailing waits for a person
    PAUSED = "paused"  #: a mailing was paused, by a person or by the program
    FINISHED = "finished"  #: a mailing is finished; its books are closed
    SILENT = "silent"  #: mailings wait, and nothing has been sending for ten minutes
    TROUBLE = "trouble"  #: the next mailing of a series could not be prepared
    MISSED = "missed"  #: days of a series on which nothing was running


class NoticeState(StrEnum):
    """How far it got."""

    WAITING = "waiting"  #: not everybody has it yet; it is tried again
    DELIVERED = "delivered"  #: everybody who is to be told was told
    OUTDATED = "outdated"  #: what it announces was over, or was changed, before it could be delivered
    NOBODY = "nobody"  #: no second channel was set up when its turn came
    FAILED = "failed"  #: given up after three days


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff who is told. `language` is en or fr."""

    name: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words, in one language. `paragraphs` may hold any text and are never markup; `url` is the one link, or empty.
    `html` says the same as a page of its own, for channels that can show one; it is our own markup, everything in it escaped."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str = ""
    url: str = ""
    html: str = ""
