"""An event: what the provider or a reader told us later.

In: a verified hook, or a hit on our own endpoints. Out: a value, the same for every provider. Called by providers,
tracking, pipeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec


class EventKind(StrEnum):
    """What happened."""

    PROCESSED = "processed"  #: the provider took it and is about to deliver: proof of acceptance
    DROPPED = "dropped"  #: the provider took it and will not try
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"  #: `hard` says whether the address is dead
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"  #: on the provider's own page; ours come by POST
    OPENED = "opened"  #: the provider's own measurement (we switch it off)
    CLICKED = "clicked"
    ACCOUNT = "account"  #: suspended, reactivated …: about the account, not a delivery
    OTHER = "other"  #: kept, counted, otherwise ignored


class Trouble(StrEnum):
    """What counts against a mailing: enough of it pauses what has not left."""

    HARD = "hard"  #: the address does not exist
    POLICY = "policy"  #: refused for content, reputation or authentication, at once or for now
    COMPLAINT = "complaint"
    CREDITS = "credits"  #: the provider took it and will not try: the account has no mails left to send


#: events that only follow once the provider has taken the request
EVIDENCE = frozenset(EventKind) - {EventKind.ACCOUNT, EventKind.OTHER}


class Event(msgspec.Struct, frozen=True):
    """One fact. (A Struct is made in a quarter of a frozen dataclass's 2 µs; a busy hour has millions.) `id` is unique for the provider; ids of ours are None where the provider did not send them back.

    `instance` names the database that sent the mail: events of another one are stored and left alone.
    `hard`: a bounce that proves the address invalid. `policy`: a refusal for content, reputation, authentication:
    never counted against the member. `reference` is the provider's id of the request (model.outbound.Receipt), where it is told.
    """

    provider: str
    id: str
    kind: EventKind
    occurred_at: datetime
    instance: str | None = None
    delivery: int | None = None
    batch: int | None = None
    attempt: int | None = None
    address: str = ""
    reason: str = ""
    status: str = ""
    hard: bool = False
    policy: bool = False
    reference: str = ""
    data: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A provider's request as it came: header names in lower case, the raw bytes of the body."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


class Reader(StrEnum):
    """Who was at the other end of an open or click."""

    HUMAN = "human"
    MACHINE = "machine"
    UNKNOWN = "unknown"


class HitKind(StrEnum):
    """What was asked for at our own endpoints."""

    CLICK = "click"
    OPEN = "open"
    LEAVE = "leave"  #: the unsubscribe page was looked at; never stored, it only tells of the other hits
