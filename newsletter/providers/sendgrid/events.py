"""Events from SendGrid's signed webhook.

In: a HookRequest. Out: Events, or HookRejected. Called by provider.py when a hook comes in, and again when it is applied.

Reading is lenient, because one odd event must not lose the 999 beside it: unknown kinds and fields are kept, missing ones are
empty, a body with broken characters is read with them replaced. Of the plain kinds (processed, delivered) only what has a place of its
own is kept. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from newsletter.model.event import Event, EventKind, HookRequest
from newsletter.model.said import Said, whole
from newsletter.providers.sendgrid import bounces
from newsletter.providers.sendgrid.signature import NO_LIST, read_keys, rejected, require_signed

__all__ = ["read", "read_keys"]

MAX_EVENTS = 10_000

KINDS = MappingProxyType(
    {
        "processed": EventKind.PROCESSED,
        "dropped": EventKind.DROPPED,
        "deferred": EventKind.DEFERRED,
        "delivered": EventKind.DELIVERED,
        "bounce": EventKind.BOUNCED,
        "spamreport": EventKind.COMPLAINED,
        "unsubscribe": EventKind.UNSUBSCRIBED,
        "group_unsubscribe": EventKind.UNSUBSCRIBED,
        "open": EventKind.OPENED,
        "click": EventKind.CLICKED,
        "account_status_change": EventKind.ACCOUNT,
    }
)

_FAULTS: Mapping[EventKind, Callable[[Mapping[str, object]], bounces.Fault]] = {
    EventKind.BOUNCED: bounces.of_bounce,
    EventKind.DROPPED: bounces.of_drop,
    EventKind.DEFERRED: bounces.of_deferral,
}
_FAULTLESS = bounces.Fault()
_SMOOTH = frozenset({EventKind.PROCESSED, EventKind.DELIVERED})
# What has a place of its own in Event; the rest is kept in `data`.
_PLACED = frozenset({"email", "timestamp", "sg_event_id", "nl_i", "nl_b", "nl_a", "nl_d"})
_LARGEST = 2**63  # of an id in the database
_MILLISECONDS = 10**11  # a timestamp beyond it is not in seconds
_FARTHEST = 10**14  # and beyond this it is no time at all


_Id = Annotated[str, msgspec.Meta(max_length=19)]


class _Told(msgspec.Struct):
    """An event whose fields are what they should be."""

    event: str
    timestamp: int = 0
    sg_event_id: str = ""
    sg_message_id: str = ""
    email: str = ""
    nl_i: str = ""
    nl_b: _Id = ""
    nl_a: _Id = ""
    nl_d: _Id = ""
    reason: str = ""
    response: str = ""
    status: str = ""


_PIECES = msgspec.json.Decoder(list[msgspec.Raw])
_TOLD = msgspec.json.Decoder(_Told)
_ANY = msgspec.json.Decoder()


def read(request: HookRequest, keys: Sequence[EllipticCurvePublicKey]) -> list[Event]:
    """The events of a signed request, in its order. Raises HookRejected, and nothing else."""
    require_signed(request, keys)
    try:
        pieces = _PIECES.decode(request.body)
        _require_few(pieces)
        return [
            _plain(piece, request.received_at) or _event(_ANY.decode(piece), request.received_at)
            for piece in pieces
        ]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        items = _items(request.body)
        _require_few(items)
        return [_event(item, request.received_at) for item in items]


def _require_few(items: Sequence[object]) -> None:
    if len(items) > MAX_EVENTS:
        raise rejected(
            Said(f"more than {MAX_EVENTS:,} events", f"plus de {whole(MAX_EVENTS).fr} événements"),
            "hook-too-large",
        )


def _plain(piece: msgspec.Raw, received_at: datetime) -> Event | None:
    """An event of the plain kind, as nine of ten are; None for every other, which is looked at field by field.

    Read as `_event` does, in a third of the time: what has no place of its own is not kept, for nobody asks for it of these kinds.
    """
    try:
        told = _TOLD.decode(piece)
    except msgspec.ValidationError:
        return None
    kind = KINDS.get(told.event)
    if kind not in _SMOOTH or not told.sg_event_id or not 0 < told.timestamp < _MILLISECONDS:
        return None
    return Event(
        "sendgrid",
        told.sg_event_id,
        kind,
        _moment(told.timestamp) or received_at,
        told.nl_i or None,
        _number(told.nl_d),
        _shared_number(told.nl_b),
        _shared_number(told.nl_a),
        told.email,
        told.reason or told.response,
        told.status,
        reference=told.sg_message_id.partition(".")[0],
    )


def _items(body: bytes) -> list[object]:
    try:
        found = _decoded(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise rejected(NO_LIST, "hook-malformed")
    return found


def _decoded(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Bytes that are not UTF-8, halves of characters, numbers out of range: replaced, not a reason to lose events.
        found = json.loads(body.decode("utf-8", "replace"), parse_constant=str)
        whole: object = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        return whole


def _event(item: object, received_at: datetime) -> Event:
    """One event. What is not an object is kept as OTHER too: nothing that came is uncounted."""
    fields = item if isinstance(item, dict) else {"value": item}
    kind = KINDS.get(_text(fields.get("event")), EventKind.OTHER)
    judge = _FAULTS.get(kind)
    fault = judge(fields) if judge else _FAULTLESS
    return Event(
        provider="sendgrid",
        id=_text(fields.get("sg_event_id")) or _made_id(fields),
        kind=kind,
        occurred_at=_instant(fields.get("timestamp"), received_at),
        instance=_text(fields.get("nl_i")) or None,
        delivery=_number(fields.get("nl_d")),
        batch=_number(fields.get("nl_b")),
        attempt=_number(fields.get("nl_a")),
        address=_text(fields.get("email")),
        reason=_reason(kind, fields),
        status=_status(kind, fields),
        hard=fault.hard,
        policy=fault.policy,
        reference=_text(fields.get("sg_message_id")).partition(".")[0],  # X-Message-Id, then the server
        data=_data(fields),
    )


def _reason(kind: EventKind, fields: Mapping[str, object]) -> str:
    if kind is EventKind.ACCOUNT:
        return _text(fields.get("type"))
    return _text(fields.get("reason")) or _text(fields.get("response"))


def _status(kind: EventKind, fields: Mapping[str, object]) -> str:
    own = _text(fields.get("status"))
    # What a mailbox says when it takes a mail holds no code of a failure; nine of ten events are of these.
    return own if kind in _SMOOTH else next(iter(bounces.statuses(fields)), own)


def _data(fields: Mapping[str, object]) -> dict[str, object]:
    data = {name: value for name, value in fields.items() if name not in _PLACED}
    category = data.get("category")
    if isinstance(category, str):  # as sent: a text or a list
        data["category"] = [category]
    return data


def _made_id(fields: Mapping[str, object]) -> str:
    """An id for an event without one: the digest of what it says, so that a second copy is known again."""
    text = json.dumps(fields, sort_keys=True, default=str)
    return "made:" + hashlib.sha256(text.encode()).hexdigest()[:40]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    """An id of ours: digits, as they were sent. Anything else is somebody else's argument of the same name."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        number = int(value)
        return number if number < _LARGEST else None
    return None


_shared_number = lru_cache(maxsize=4096)(_number)  # of batches and attempts, which many events share


def _instant(value: object, otherwise: datetime) -> datetime:
    number = _seconds(value)
    return (_moment(number) if number is not None else None) or otherwise


@lru_cache(maxsize=4096)  # many events share their second
def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _seconds(value: object) -> float | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _FARTHEST:
        return None
    return value / 1000 if value > _MILLISECONDS else value
