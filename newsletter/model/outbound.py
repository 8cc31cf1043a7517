"""What a provider is handed, and what it answers.

In: a batch of deliveries, filled by `dispatch`. Out: a parcel of bytes, a receipt. Called by dispatch, providers, pipeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.model.inquiry import Revocable

Template = tuple[
    str | int, ...
]  #: literal text, and positions in `OutboundMessage.tags` / `Recipient.values`


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What the recipients of a batch share.

    `tags[i]` is the opaque token that may stand for `Recipient.values[i]` in text; tags have one length, are unique, and
    none occurs in the literal text or (neutralised) in a value. `headers` are common to all; values are one line.
    """

    sender_name: str
    sender_address: str
    reply_to: str
    subject: Template
    text: Template
    html: Template
    tags: tuple[str, ...]
    headers: Mapping[str, str] = field(hash=False)
    category: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """One delivery: opaque id, address, the values that fill the message, and the headers that are this reader's own."""

    delivery: int
    address: str
    values: tuple[str, ...]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OutboundBatch:
    """The deliveries of one provider call. `instance`, `batch` and `attempt` come back in events. `message_date` is fixed
    per batch, so that the same batch encodes to the same bytes (RFC 5322 Date; Unix seconds). `revocable`: it leaves there at that
    time, and can be revoked until then; only for a provider that says so in its capabilities."""

    instance: str
    batch: int
    attempt: int
    message: OutboundMessage
    recipients: Sequence[Recipient]  #: a tuple, or model.readers.Readers
    message_date: int = 0
    revocable: Revocable | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """Exactly the bytes that are posted. `members` is the number of recipients."""

    body: bytes
    sha256: str
    members: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the whole parcel. `reference` is its own id for it; `rest`: for so many seconds it wants no further one."""

    reference: str
    status: int = 202
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can say, as data. Sizes are maxima for one call (0: no limit)."""

    max_recipients: int
    max_weight: int = 0  #: the most that `Provider.weigh` may add up to in one call
    official: bool = False  #: real people get mail: gentle start, doctor and a public base URL are asked for
    events: bool = False
    look_up: bool = False  #: it is a providers.contract.LooksUp
    revoke: bool = False  #: it is a providers.contract.Revokes
