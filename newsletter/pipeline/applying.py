"""Applying events: everything that a set of hooks changes, in one transaction.

In: events as providers read them. Out: rows in events, progress that only rises, suppressions, withdrawals, facts. Called by
pipeline.record. Any order, number of copies and delay of the same events gives the same final state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from msgspec import structs

from newsletter.model.address import AddressFault, parse
from newsletter.model.event import Event, EventKind, Reader
from newsletter.model.keys import address_key
from newsletter.model.member import SuppressionReason
from newsletter.pipeline.context import Context
from newsletter.store import Connection, events, facts, hits
from newsletter.store.events import UNSTORABLE as _UNSTORABLE
from newsletter.store.events import Row
from newsletter.store.facts import Address
from newsletter.tracking.machines import EARLY, FAST, QUICK, Rule
from newsletter.tracking.progress import advances
from newsletter.tracking.suppressing import holds_without_ids, reason_of, suspends
from newsletter.tracking.troubles import trouble_of

UNSTORABLE = (*_UNSTORABLE, OverflowError, UnicodeError, ValueError, TypeError)

_LONGEST_ID, _LONGEST_TEXT = 200, 1000
_LARGEST = 2**63 - 1
# Of an ordinary step on the way everything worth keeping has a column; its body is kept for a week beside it.
_WITHOUT_MORE = frozenset({EventKind.PROCESSED, EventKind.DELIVERED, EventKind.DEFERRED})
_NOT_KEPT = frozenset({"ip", "useragent", "user_agent", "email", "address"})  # who, where, with what


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook, read."""

    provider: str
    received_at: datetime
    events: tuple[Event, ...]


def apply(ctx: Context, db: Connection, read: Sequence[Hook]) -> None:
    """Write down all that these hooks tell."""
    read = [_recognised(ctx, db, hook) for hook in read]
    told = [event for hook in read for event in hook.events]
    ours = [event for event in told if event.instance == ctx.instance and _named(event)]
    news = _news(db, [event for event in ours if event.kind is EventKind.UNSUBSCRIBED])
    events.put(db, [_row(ctx, event, hook.received_at) for hook in read for event in hook.events])
    events.advance(db, advances(ours))
    _leave(ctx, db, told, news)
    facts.note(db, _facts(ours))
    _look_back(db, ours)


def _recognised(ctx: Context, db: Connection, hook: Hook) -> Hook:
    """The hook with our ids in those events that came without them (a late bounce) but name a request of ours, and an address
    that was in it."""
    keys = [_key_of_strange(ctx, event) for event in hook.events]
    references = {event.reference for event, key in zip(hook.events, keys, strict=True) if key}
    if not references:
        return hook
    known = events.handed_over(db, hook.provider, references, {key for key in keys if key})
    return replace(
        hook,
        events=tuple(
            _with_ids(ctx, event, known.get((event.reference, key)))
            for event, key in zip(hook.events, keys, strict=True)
        ),
    )


def _key_of_strange(ctx: Context, event: Event) -> bytes:
    """The key of the address of an event without ids of ours; empty for every other."""
    if not event.reference or event.instance is not None or event.delivery is not None:
        return b""
    return next((key for key, _ in _address(ctx, event)), b"")


def _with_ids(ctx: Context, event: Event, sent: events.Sent | None) -> Event:
    if sent is None:
        return event
    return structs.replace(
        event, instance=ctx.instance, delivery=sent.delivery, batch=sent.batch, attempt=sent.attempt
    )


def suspension(ctx: Context, read: Sequence[Hook]) -> str:
    """Why the account was suspended, if one of these hooks says so for the first time; else empty."""
    found = [event for hook in read for event in hook.events if suspends(event)]
    if not found:
        return ""
    with ctx.store.read() as db:
        fresh = _news(db, found)
    return (
        f"{fresh[0].provider} has suspended the account: {_text(fresh[0].reason or fresh[0].status)}"
        if fresh
        else ""
    )


def _named(event: Event) -> bool:
    return _number(event.delivery) is not None


def _id(event: Event) -> str:
    """The provider's id; a digest stands in for one that is missing, or that no database would take as it is."""
    if 0 < len(event.id) <= _LONGEST_ID and event.id == _text(event.id):
        return event.id
    told = event.id or repr((event.kind, event.delivery, event.occurred_at, event.address))
    return "~" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _text(value: str) -> str:
    """Text that any database takes."""
    if not value or (value.isascii() and len(value) <= _LONGEST_TEXT and "\0" not in value):
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:_LONGEST_TEXT]


def _number(value: int | None) -> int | None:
    """An id of ours; None for one that cannot be, and for the 0 of a test message."""
    return value if value is not None and 0 < value <= _LARGEST else None


def _row(ctx: Context, event: Event, received_at: datetime) -> Row:
    ours = event.instance == ctx.instance
    data = {} if event.kind in _WITHOUT_MORE else _data(event.data)
    if not ours and event.instance:
        data["instance"] = _text(event.instance)
    return Row(
        event.provider,
        _id(event),
        event.kind,
        _number(event.delivery) if ours else None,
        _number(event.batch) if ours else None,
        _number(event.attempt) if ours else None,
        event.occurred_at,
        received_at,
        _text(event.reason),
        _text(event.status),
        data,
        trouble_of(event) if ours else None,
    )


def _data(given: Mapping[str, object]) -> dict[str, object]:
    """What is kept of a provider's further fields: plain values, and nothing that tells who read where, and with what."""
    kept: dict[str, object] = {}
    for name, value in given.items():
        if name.lower() in _NOT_KEPT:
            continue
        if isinstance(value, str):
            kept[_text(name)] = _text(value)
        elif isinstance(value, bool | float) or (isinstance(value, int) and abs(value) <= _LARGEST):
            kept[_text(name)] = value
    return kept


def _news(db: Connection, told: Sequence[Event]) -> list[Event]:
    """Those that are not written down yet, each once."""
    fresh: dict[tuple[str, str], Event] = {}
    for event in told:
        fresh.setdefault((event.provider, _id(event)), event)
    for provider in {event.provider for event in told}:
        for known in events.known(db, provider, [key for name, key in fresh if name == provider]):
            del fresh[provider, known]
    return list(fresh.values())


def _leave(ctx: Context, db: Connection, told: Iterable[Event], news: Iterable[Event]) -> None:
    """Put on the do-not-mail list whom these events are about; note withdrawals in the consent log."""
    gone = [(event, reason) for event in told if (reason := reason_of(event))]
    if not gone:
        return
    numbers = {event.delivery for event, _ in gone if event.instance == ctx.instance and event.delivery}
    known = facts.addresses(db, numbers)
    leaving: dict[tuple[str, str], list[facts.Leaving]] = {}
    for event, reason in gone:
        source = f"{event.provider}: {event.kind.value}"
        leaving[event.provider, _id(event)] = [
            facts.Leaving(key, reason, event.occurred_at, source, text)
            for key, text in _whose(ctx, event, reason, known)
        ]
    facts.suppress(db, chain.from_iterable(leaving.values()))
    withdrawn = chain.from_iterable(leaving.get((event.provider, _id(event)), ()) for event in news)
    facts.withdraw(db, withdrawn, "unsubscribed on the provider's page", "provider")


def _whose(
    ctx: Context, event: Event, reason: SuppressionReason, known: Mapping[int, tuple[Address, ...]]
) -> tuple[Address, ...]:
    """Whom an event is about: the delivery it names, else the address it names; nobody when that is not ours to say.

    A dead address says nothing of the one that the member has now; who complains or leaves means every address of theirs.
    """
    if event.instance == ctx.instance:
        if event.delivery == 0:  # a test message: it acts on nobody
            return ()
        found = known.get(event.delivery or 0)
        if found:
            return found[:1] if reason is SuppressionReason.INVALID else found
    elif event.instance is not None or not holds_without_ids(reason):
        return ()
    return _address(ctx, event)


def _address(ctx: Context, event: Event) -> tuple[Address, ...]:
    """The address that an event itself names: its delivery is not (or no longer) in our books, or it names none."""
    try:
        parsed = parse(event.address)
    except AddressFault:
        return ()
    return ((address_key(ctx.keys.suppression, parsed.matching), parsed.text),)


def _facts(ours: Iterable[Event]) -> list[tuple[int, str, datetime]]:
    kinds = {EventKind.COMPLAINED: facts.COMPLAINED, EventKind.UNSUBSCRIBED: facts.UNSUBSCRIBED}
    return [
        (event.delivery, kinds[event.kind], event.occurred_at)
        for event in ours
        if event.kind in kinds and event.delivery is not None
    ]


def _look_back(db: Connection, ours: Iterable[Event]) -> None:
    """Clicks that came sooner after delivery than a person could are judged again, now that the moment is known."""
    delivered = {event.delivery for event in ours if event.kind is EventKind.DELIVERED}
    clicked = hits.with_clicks(db, {number for number in delivered if number is not None})
    if clicked:
        moments = events.delivered_at(db, clicked)
        early, fast, quick = (timedelta(seconds=one) for one in (EARLY, FAST, QUICK))
        hits.judge_speed(db, moments, (early, fast), Reader.MACHINE, Rule.FAST)
        hits.judge_speed(db, moments, (early, quick), Reader.UNKNOWN, Rule.QUICK)
