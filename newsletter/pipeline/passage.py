"""One mailing's passage in the story of an address: which batch, which attempt, what the provider and the reader told.

In: a campaign and what the ledger holds of one address in it. Out: a stable outcome, and sentences. Called by pipeline.why.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.model.campaign import PUT_OFF, BatchState, Campaign, DeliveryState
from newsletter.model.event import EventKind
from newsletter.pipeline import inquiry_words
from newsletter.pipeline.context import Context
from newsletter.pipeline.reasons import plain
from newsletter.store import Connection, editions, events, inquiries, stories
from newsletter.store.decided import ASSUMED
from newsletter.store.stories import Attempt, Sent

Passage = tuple[str, list[str]]

_EVENTS = {
    EventKind.PROCESSED: "the provider began to deliver it",
    EventKind.DROPPED: "the provider dropped it",
    EventKind.DEFERRED: "the receiving server asked to wait",
    EventKind.DELIVERED: "delivered to the receiving server",
    EventKind.BOUNCED: "bounced",
    EventKind.COMPLAINED: "marked as spam",
    EventKind.UNSUBSCRIBED: "unsubscribed on the provider's page",
}
_FACTS = {
    "complained": "complained",
    "unsubscribed": "left the list by this mailing",
    "left": "left while it was being handed over",
}
_ENDS = {inquiries.ABSENT: "proven absent, so nobody has it from this attempt"}
_STANDS = {
    BatchState.PLANNED: ("pending", "It is written down, and its time has not come yet."),
    BatchState.READY: ("pending", "It is ready to be handed over."),
    BatchState.CLAIMED: ("pending", "It is just being handed over."),
    BatchState.IN_FLIGHT: ("pending", "It is just being handed over."),
    BatchState.RETRY_WAIT: ("pending", "It was surely not taken, and is tried again."),
    BatchState.IN_DOUBT: (
        "not-confirmed",
        "It may or may not have been taken: nobody is mailed twice until that is known.",
    ),
    BatchState.HELD: (
        "not-confirmed",
        "Whether it was taken is not known. It waits for a person: `newsletter settle`.",
    ),
    BatchState.CANCELLED: ("cancelled", "The mailing was cancelled before it was handed over."),
    BatchState.EXPIRED: ("expired", "Its time had passed before it was handed over."),
    BatchState.REJECTED: ("rejected", "The provider refused it."),
}


def moment(ctx: Context, at: datetime) -> str:
    """A moment in the publication's own time, for reading."""
    there = at.astimezone(ZoneInfo(ctx.publication.time_zone))
    return f"{there.day} {there:%B %Y} at {there.hour}:{there:%M:%S}"


def mailed(ctx: Context, db: Connection, campaign: Campaign, sent: Sent) -> Passage:
    """They were among the recipients."""
    told = [f"Among the recipients, in {sent.language}: delivery {sent.delivery} of batch {sent.batch}."]
    told += [f"It was for {sent.address}, their address of then."] if sent.address else []
    only = editions.get(db, campaign.edition).only
    told += [f"It was written in {', '.join(only.languages)} only: {only.signed}."] if only else []
    asked = inquiries.by_attempt(db, sent.batch)
    for one in _attempts(db, sent):
        told.append(_attempt(ctx, campaign, one))
        told += [
            f"{moment(ctx, each.asked_at)}: {inquiry_words.told(each).en}."
            for each in asked.get(one.number, [])
        ]
    outcome, sentence = _outcome(sent)
    told += [sentence] if sentence else []
    told += _events(ctx, db, sent.delivery)
    told += [f"{moment(ctx, at)}: {_FACTS[kind]}." for kind, at in stories.facts_of(db, sent.delivery)]
    for hit in stories.hits_of(db, sent.delivery):
        what = "opened" if hit.kind == "open" else f"followed link {hit.link}"
        told.append(f"{moment(ctx, hit.at)}: {what} ({hit.reader}{f': {hit.rule}' if hit.rule else ''}).")
    return outcome, told


def _attempts(db: Connection, sent: Sent) -> list[Attempt]:
    """The parcels that it was in. Whoever was left out before the call was not in the last one of their batch."""
    found = stories.attempts_of(db, sent.batch)
    left_out = sent.state is not DeliveryState.BATCHED and sent.batch_state is not BatchState.REJECTED
    return found[:-1] if left_out else found


def _attempt(ctx: Context, campaign: Campaign, one: Attempt) -> str:
    later = f", to leave there on {moment(ctx, one.due_at)}" if one.due_at else ""
    line = f"{moment(ctx, one.started_at)}: handed to {campaign.provider}, attempt {one.number}{later}"
    if one.finished_at is None:
        return f"{line}; how it ended is not known."
    status = f" {one.status}" if one.status else ""
    detail = f": {one.detail}" if one.detail else ""
    receipt = f", receipt {one.reference}" if one.reference else ""
    return f"{line}: {_ENDS.get(one.outcome, one.outcome.replace('_', ' '))}{status}{receipt}{detail}."


def _outcome(sent: Sent) -> tuple[str, str]:
    if sent.state is DeliveryState.SKIPPED:
        return "skipped", f"At the last look before the hand-over it was left out: {plain(sent.reason)}."
    if sent.state is DeliveryState.REJECTED:
        return "rejected", f"The provider refused this address: {plain(sent.reason)}."
    if sent.batch_state is BatchState.RETRY_WAIT and sent.batch_reason == PUT_OFF:
        return (
            "pending",
            "It waits for the hours of its mailing: quiet hours, a blackout day or its sending window hold it back.",
        )
    if sent.batch_state in _STANDS:
        return _STANDS[sent.batch_state]
    assumed = " (assumed: a person decided so)" if sent.batch_reason == ASSUMED else ""
    return "mailed", f"Handed over{assumed}; latest news: {sent.progress.value.replace('_', ' ')}."


def _events(ctx: Context, db: Connection, delivery: int) -> list[str]:
    told = []
    for event in events.of_delivery(db, delivery):
        words = _EVENTS.get(EventKind(event.kind))
        if words:
            more = " ".join(part for part in (event.status, event.reason) if part)
            told.append(f"{moment(ctx, event.occurred_at)}: {words}{f': {more}' if more else ''}.")
    return told


def left_out(ctx: Context, campaign: Campaign, reason: str) -> Passage:
    """They were in the audience, and not mailed."""
    when = (
        f" when the recipients were written down, {moment(ctx, campaign.started_at)}"
        if campaign.started_at
        else ""
    )
    return "excluded", [f"In the audience, but not mailed: {plain(reason)}{when}."]


def absent(ctx: Context, db: Connection, campaign: Campaign, key: bytes) -> Passage:
    """They were not in the audience, or nobody was counted yet."""
    prepared = stories.prepared_at(db, campaign.id)
    if prepared is None:
        return "not-yet", ["The recipients of this mailing are not written down yet."]
    known = stories.known_since(db, key)
    if known is None:
        return "absent", [
            f"Not among the recipients: there is no member with this address. They were written down {moment(ctx, prepared)}."
        ]
    if known > prepared:
        return "absent", [
            f"Not among the recipients: they were written down {moment(ctx, prepared)}, and this member came later, {moment(ctx, known)}."
        ]
    rule = campaign.audience
    out = f" without {', '.join(rule.exclude)}" if rule.exclude else ""
    return "absent", [
        f"Not in the audience ({', '.join(rule.include)}{out}) when the recipients were written down, {moment(ctx, prepared)}."
    ]
