"""F12: events five times, in any order, three days late, before our own commit, about strangers. The final state is one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from newsletter.pipeline import record, settle
from newsletter.store import tables
from tests.faults.conftest import PEOPLE
from tests.faults.copying import backup
from tests.faults.engines import on_postgresql_too
from tests.faults.judging import Log
from tests.faults.signer import Signer
from tests.faults.stage import Post, Stage
from tests.faults.tally import TALLY

pytestmark = [pytest.mark.ci, pytest.mark.fault("F12")]

LIVELY = {
    "shares": {
        "bounce": 0.1,
        "deferred": 0.2,
        "blocked": 0.05,
        "late_bounce": 0.05,
        "spamreport": 0.1,
        "unsubscribe": 0.1,
        "group_unsubscribe": 0.05,
        "group_resubscribe": 0.05,
        "click": 0.2,
        "unknown": 0.05,
    }
}
#: events of which nothing of ours may come; the second is of another account, about one of our readers
STRANGE = [
    {"event": "delivered", "email": "who@elsewhere.example", "sg_event_id": "s1", "timestamp": 1, "nl_d": "77", "nl_b": "9", "nl_a": "1"},
    {"event": "spamreport", "email": "p0@reader.example", "sg_event_id": "s2", "timestamp": 2, "nl_d": "5", "nl_i": "0badcafe"},
    {"event": "unsubscribe", "email": "nobody@elsewhere.example", "sg_event_id": "s3", "timestamp": 3, "nl_d": "6", "nl_i": "0badcafe"},
    {"event": "surprise", "email": "p1@reader.example", "sg_event_id": "s4", "timestamp": 4},
]  # fmt: skip
Event = dict[str, Any]
Order = Callable[[list[Event], random.Random], Iterable[list[Event]]]


def packed(events: list[Event], chance: random.Random) -> list[list[Event]]:
    """In posts of some events each."""
    posts = []
    while events:
        size = chance.randint(1, 40)
        posts.append(events[:size])
        events = events[size:]
    return posts


def as_they_came(events: list[Event], chance: random.Random) -> list[list[Event]]:
    return packed(events, chance)


def reversed_(events: list[Event], chance: random.Random) -> list[list[Event]]:
    return packed(events[::-1], chance)


def mixed(events: list[Event], chance: random.Random) -> list[list[Event]]:
    return packed(chance.sample(events, len(events)), chance)


def five_times(events: list[Event], chance: random.Random) -> list[list[Event]]:
    return [post for _ in range(5) for post in mixed(events, chance)]


ORDERS: list[Order] = [reversed_, five_times, mixed, mixed, mixed]


def state(stage: Stage) -> dict[str, Any]:
    """All that events change, without when they came: the report, and the rows below it."""
    asked = {
        "events": select(
            tables.events.c.event_id,
            tables.events.c.kind,
            tables.events.c.delivery_id,
            tables.events.c.batch_id,
            tables.events.c.occurred_at,
            tables.events.c.data,
        ),
        "deliveries": select(tables.deliveries.c.id, tables.deliveries.c.state, tables.deliveries.c.progress),
        "suppressions": select(
            tables.suppressions.c.address_key,
            tables.suppressions.c.reason,
            tables.suppressions.c.at,
            tables.suppressions.c.source,
            tables.suppressions.c.lifted_at,
        ),
        "facts": select(tables.facts.c.delivery_id, tables.facts.c.kind, tables.facts.c.at),
        "batches": select(tables.batches.c.id, tables.batches.c.state),
    }
    with stage.context() as ctx, ctx.store.read() as db:
        return {name: sorted(map(repr, db.execute(query).all())) for name, query in asked.items()}


def told(stage: Stage, posts: Iterable[Post], chance: random.Random) -> dict[str, Any]:
    """The posts arrive and are applied, now and then; the state in the end."""
    with stage.context() as ctx:
        for headers, body in posts:
            record.receive(ctx, "sendgrid", headers, body)
            if chance.random() < 0.5:
                record.apply_new(ctx, most=chance.randint(1, 20))
                settle.settle(ctx)
        while record.apply_new(ctx).hooks:
            pass
        settle.settle(ctx)
    return state(stage)


@on_postgresql_too()
def test_every_order_and_number_of_events_gives_one_state(stage: Stage, tmp_path: Path) -> None:
    signer = Signer()
    stage.extra["NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY"] = f"{stage.emulated.webhook_key},{signer.public}"
    stage.emulated.ask("PUT", "/behaviour", LIVELY)
    stage.plan()
    rules = [{"action": "reset", "accepted": True, "request": [2, 4]}]
    stage.emulated.ask("PUT", "/faults", {"rules": rules})
    stage.work()
    events = [event for _, body in stage.posts() for event in json.loads(body)] + STRANGE
    stage.emulated.ask("PUT", "/behaviour", "plain")
    assert len({event["event"] for event in events}) > 7, "too few kinds of events to tell anything"
    for number, order in enumerate([as_they_came, *ORDERS]):
        other = backup(stage, tmp_path / f"order{number}")
        if number % 2:  # three days late
            other.extra["NEWSLETTER_CLOCK"] = (datetime.now(UTC) + timedelta(days=3)).isoformat()
        chance = random.Random(number)
        found = told(other, map(signer.post, order(list(events), chance)), chance)
        if number == 0:
            first = found
            assert all("accepted" in batch for batch in found["batches"]), "what was in doubt is proven"
            assert len(found["events"]) == len(events), "each once, strange ones too"
        TALLY.judged("F12", sum(found[name] != first[name] for name in found))
        assert found == first
    strange = {repr(event["sg_event_id"]) for event in STRANGE}
    kept = [row for row in first["events"] if row[1:].split(",")[0] in strange]
    assert len(kept) == 4, "they are kept"


@on_postgresql_too()
def test_strange_events_act_on_nobody(stage: Stage) -> None:
    signer = Signer()
    stage.extra["NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY"] = signer.public
    stage.plan()
    before = state(stage)
    found = told(stage, [signer.post(STRANGE)], random.Random(1))
    assert [name for name in found if found[name] != before[name]] == ["events"]
    stage.work()
    stage.extra["NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY"] = stage.emulated.webhook_key
    assert stage.settled()["accepted"] == PEOPLE, "nobody was taken off for what another account says"


@on_postgresql_too()
def test_events_that_come_before_our_own_commit(stage: Stage) -> None:
    """The webhook tells that it was taken, and is applied, while the answer is still on its way; two of the answers never come."""
    stage.plan()

    def at_once(post: Post) -> None:
        stage.receive(post)
        with stage.context() as ctx:
            record.apply_new(ctx)
            settle.settle(ctx)

    stage.hooks.first = at_once
    rules = [{"action": "events_first"}, {"action": "reset", "accepted": True, "request": [2, 4]}]
    stage.emulated.ask("PUT", "/faults", {"rules": rules})
    try:
        stage.work()
    finally:
        stage.hooks.first = lambda _post: None
    assert stage.known.told or stage.hooks.caught, "no event came first"
    report = stage.settled()
    assert (report["accepted"], report["delivered"], report["closed"]) == (PEOPLE, PEOPLE, True)
    assert len(Log.read(stage.emulated).requests) == 5
