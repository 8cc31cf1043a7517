"""Hooks are verified, kept and applied once; no order, number of copies or delay alters what is left in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.model.campaign import Progress
from newsletter.model.errors import HookRejected, NotFound
from newsletter.pipeline import record
from newsletter.store import hooks as spool
from newsletter.store import tables
from tests.corpora import naughty_strings
from tests.databases import examples
from tests.mailed import ANA, BEN, CLO, START, Mailed, hand_over, key_of, world


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailed]:
    with world(tmp_path_factory.mktemp("record")) as mailed:
        yield hand_over(mailed)


@pytest.fixture
def mailed(shared_world: Mailed) -> Mailed:
    return wiped(shared_world)


def wiped(mailed: Mailed) -> Mailed:
    """As right after the mailing was handed over."""
    mailed.clock.at = START
    with mailed.ctx.store.write() as db:
        for table in (
            tables.events,
            tables.hooks,
            tables.suppressions,
            tables.facts,
            tables.consents,
            tables.hits,
            tables.attempts,
        ):
            db.execute(table.delete())
        db.execute(tables.deliveries.update().values(progress=0))
    return mailed


def take(mailed: Mailed, *events: dict[str, object]) -> record.Applied:
    """One hook with these events, received and applied."""
    record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook(events))
    return record.apply_new(mailed.ctx)


def progress(mailed: Mailed) -> dict[str, str]:
    by_rank = list(Progress)
    return {row["address"]: by_rank[row["progress"]].value for row in mailed.rows(tables.deliveries)}


def listed(mailed: Mailed) -> dict[bytes, set[str]]:
    found: dict[bytes, set[str]] = {}
    for row in mailed.rows(tables.suppressions):
        if row["lifted_at"] is None:
            found.setdefault(row["address_key"], set()).add(row["reason"])
    return found


def final_state(mailed: Mailed) -> dict[str, Any]:
    """All that events change, without the numbers of rows and the moments of arrival."""
    loose = {"id", "received_at"}
    state: dict[str, Any] = {}
    for table in (tables.events, tables.suppressions, tables.facts, tables.consents):
        rows = [
            {name: value for name, value in row.items() if name not in loose} for row in mailed.rows(table)
        ]
        state[table.name] = sorted(rows, key=repr)
    return state | {"progress": progress(mailed)}


def test_a_hook_is_kept_before_it_is_understood(mailed: Mailed) -> None:
    headers, body = mailed.signer.hook([mailed.event("delivered", ANA.email)])
    record.receive(
        mailed.ctx, "sendgrid", headers | {"User-Agent": "x", "X-Forwarded-For": "192.0.2.7"}, body
    )
    (row,) = mailed.rows(tables.hooks)
    assert (row["body"], row["state"]) == (body, "new")
    assert "192.0.2.7" not in str(row["headers"])
    assert progress(mailed)[ANA.email] == "no_news"
    assert record.apply_new(mailed.ctx) == record.Applied(hooks=1, events=1)
    assert progress(mailed)[ANA.email] == "delivered"
    assert record.apply_new(mailed.ctx) == record.Applied()


def test_no_header_that_tells_of_a_person_or_a_secret_is_kept(mailed: Mailed) -> None:
    headers, body = mailed.signer.hook([mailed.event("delivered", ANA.email)])
    private = {
        "Authorization": "Basic x",
        "Cookie": "c",
        "X-Forwarded-For": "192.0.2.9",
        "User-Agent": "SendGrid",
    }
    record.receive(mailed.ctx, "sendgrid", headers | private, body)
    (row,) = mailed.rows(tables.hooks)
    assert set(row["headers"]) == set(headers)


def test_who_complains_has_the_mail(mailed: Mailed) -> None:
    take(mailed, mailed.event("spamreport", ANA.email))
    assert progress(mailed)[ANA.email] == "delivered"


def test_what_is_not_signed_is_not_kept(mailed: Mailed) -> None:
    headers, body = mailed.signer.hook([mailed.event("delivered", ANA.email)])
    for place in range(0, len(body), 7):
        altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(HookRejected):
            record.receive(mailed.ctx, "sendgrid", headers, altered)
    with pytest.raises(NotFound):
        record.receive(mailed.ctx, "nobody", headers, body)
    assert mailed.rows(tables.hooks) == []


@pytest.mark.parametrize(
    ("event", "more", "reason"),
    [
        ("spamreport", {}, "complaint"),
        ("unsubscribe", {}, "unsubscribed"),
        ("bounce", {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 no such user"}, "invalid"),
        ("dropped", {"reason": "Bounced Address"}, "invalid"),
        ("dropped", {"reason": "Spam Reporting Address"}, "complaint"),
        ("dropped", {"reason": "Unsubscribed Address"}, "unsubscribed"),
    ],
)
def test_who_is_not_mailed_again(mailed: Mailed, event: str, more: dict[str, object], reason: str) -> None:
    take(mailed, mailed.event(event, ANA.email, **more))
    assert listed(mailed) == {key_of(ANA.email): {reason}}


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("bounce", {"type": "blocked", "status": "5.7.1", "reason": "550 5.7.1 policy"}),
        ("bounce", {"type": "bounce", "status": "5.7.515", "reason": "550 5.7.515 authentication"}),
        ("bounce", {"type": "blocked", "status": "4.2.2", "reason": "452 mailbox full"}),
        ("deferred", {"response": "450 4.2.1 later"}),
        ("dropped", {"reason": "Spam Content (if Spam Checker app enabled)"}),
        ("dropped", {"reason": "Recipient List over Package Quota"}),
        ("dropped", {"reason": "Invalid SMTPAPI header"}),
        ("open", {}),
        ("something_new", {}),
    ],
)
def test_whom_nothing_is_held_against(mailed: Mailed, event: str, more: dict[str, object]) -> None:
    take(mailed, mailed.event(event, ANA.email, **more))
    assert listed(mailed) == {}


def test_leaving_at_the_provider_withdraws_consent_and_is_counted(mailed: Mailed) -> None:
    event = mailed.event("unsubscribe", BEN.email)
    take(mailed, event, event)
    take(mailed, event)
    (withdrawn,) = mailed.rows(tables.consents)
    assert (withdrawn["address_key"], withdrawn["kind"]) == (key_of(BEN.email), "withdrawn")
    (fact,) = mailed.rows(tables.facts)
    assert (fact["delivery_id"], fact["kind"]) == (mailed.deliveries[BEN.email], "unsubscribed")


def test_events_of_another_database_are_kept_and_left_alone(mailed: Mailed) -> None:
    take(mailed, mailed.event("spamreport", ANA.email, nl_i="ffffffff"))
    (row,) = mailed.rows(tables.events)
    assert (row["delivery_id"], row["batch_id"], row["data"]["instance"]) == (None, None, "ffffffff")
    assert listed(mailed) == {}
    assert mailed.rows(tables.facts) == []
    assert progress(mailed)[ANA.email] == "no_news"


def test_unknown_ids_are_kept_and_their_address_still_counts(mailed: Mailed) -> None:
    lost = mailed.event("spamreport", ANA.email) | {"nl_d": "999999", "email": "Gone@Example.org"}
    take(mailed, lost)
    (row,) = mailed.rows(tables.events)
    assert row["delivery_id"] == 999999
    assert listed(mailed) == {key_of("gone@example.org"): {"complaint"}}


def test_without_ids_a_dead_address_counts_but_leaving_may_be_another_lists(mailed: Mailed) -> None:
    bounce = {
        "event": "bounce",
        "type": "bounce",
        "status": "5.1.1",
        "email": "dead@example.org",
        "timestamp": 1,
        "sg_event_id": "a",
    }
    left = {"event": "group_unsubscribe", "email": "ben@example.org", "timestamp": 1, "sg_event_id": "b"}
    take(mailed, bounce, left)
    assert listed(mailed) == {key_of("dead@example.org"): {"invalid"}}


def test_without_ids_the_request_and_the_address_tell_whose_it_is(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        attempt = {
            "batch_id": 1,
            "number": 2,
            "epoch": 1,
            "sha256": "0" * 64,
            "members": 1,
            "started_at": START,
        }
        db.execute(tables.attempts.insert().values(**attempt, reference="14c5d75ce93"))
    late = {"nl_i": None, "nl_b": None, "nl_a": None, "nl_d": None, "type": "bounce", "status": "5.1.1"}
    take(mailed, mailed.event("delivered", ANA.email))
    message = "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0"
    take(mailed, mailed.event("bounce", ANA.email, sg_message_id=message, **late))
    take(
        mailed, mailed.event("bounce", BEN.email, sg_message_id=message, **late)
    )  # he was not in that request
    take(mailed, mailed.event("bounce", CLO.email, sg_message_id="other.x", **late))
    assert progress(mailed) == {ANA.email: "bounced", BEN.email: "no_news", CLO.email: "no_news"}
    told = [(row["delivery_id"], row["batch_id"], row["attempt"]) for row in mailed.rows(tables.events)]
    assert told == [(1, 1, 1), (1, 1, 2), (None, None, None), (None, None, None)]
    assert {row["address"] for row in mailed.rows(tables.suppressions)} == {ANA.email, BEN.email, CLO.email}


def test_a_test_message_acts_on_nobody(mailed: Mailed) -> None:
    for kind in ("spamreport", "unsubscribe"):
        take(mailed, mailed.event(kind, ANA.email) | {"nl_d": "0", "nl_b": "0"})
    assert listed(mailed) == {}
    assert [row["delivery_id"] for row in mailed.rows(tables.events)] == [None, None]


def test_a_replayed_event_does_not_put_back_who_was_taken_off_the_list(mailed: Mailed) -> None:
    event = mailed.event("spamreport", ANA.email)
    take(mailed, event)
    with mailed.ctx.store.write() as db:
        db.execute(tables.suppressions.update().values(lifted_at=START + timedelta(hours=1)))
    take(mailed, event)
    assert listed(mailed) == {}
    take(mailed, mailed.event("spamreport", ANA.email, at=START + timedelta(hours=2)))
    assert listed(mailed) == {key_of(ANA.email): {"complaint"}}


def test_a_suspended_account_pauses_once(mailed: Mailed) -> None:
    said: list[str] = []
    account = {
        "event": "account_status_change",
        "type": "compliance_suspend",
        "timestamp": 5,
        "sg_event_id": "acc1",
    }
    for _ in range(2):
        record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook([account]))
        record.apply_new(mailed.ctx, pause=lambda _, why: said.append(why))
    assert said == ["sendgrid has suspended the account: compliance_suspend"]
    back = account | {"type": "reactivate", "sg_event_id": "acc2"}
    record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook([back]))
    record.apply_new(mailed.ctx, pause=lambda _, why: said.append(why))
    assert len(said) == 1


def test_a_suspended_account_pauses_what_is_being_sent(mailed: Mailed) -> None:
    take(
        mailed,
        {
            "event": "account_status_change",
            "type": "compliance_suspend",
            "timestamp": 5,
            "sg_event_id": "acc9",
        },
    )
    (campaign,) = mailed.rows(tables.campaigns)
    assert campaign["status"] == "paused"
    assert "suspended" in campaign["reason"]
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(status="sending", reason=""))


def test_a_hook_that_cannot_be_read_is_parked_and_the_rest_goes_on(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        spool.spool(db, "sendgrid", {}, b"[", START)
        spool.spool(db, "nobody", {}, b"[]", START)
    done = take(mailed, mailed.event("delivered", ANA.email))
    assert (done.hooks, done.failed) == (1, 2)
    assert [row["state"] for row in mailed.rows(tables.hooks)] == ["failed", "failed", "applied"]
    assert all(row["error"] for row in mailed.rows(tables.hooks)[:2])
    assert record.try_again(mailed.ctx) == 2
    assert record.apply_new(mailed.ctx).failed == 2


def test_bodies_are_forgotten_after_a_week_whether_or_not_more_come(mailed: Mailed) -> None:
    take(mailed, mailed.event("processed", ANA.email))
    mailed.clock.forward(6 * 86400)
    record.apply_new(mailed.ctx)
    take(mailed, mailed.event("delivered", ANA.email))
    older, younger = [row["id"] for row in mailed.rows(tables.hooks)]
    assert older < younger
    mailed.clock.forward(2 * 86400)
    record.apply_new(mailed.ctx)
    assert [row["id"] for row in mailed.rows(tables.hooks)] == [younger]
    assert len(mailed.rows(tables.events)) == 2


def test_no_address_network_or_program_of_a_reader_is_kept_beside_an_event(mailed: Mailed) -> None:
    take(
        mailed,
        mailed.event("click", ANA.email, ip="192.0.2.9", useragent="Secret/1", url="https://x.example"),
    )
    (row,) = mailed.rows(tables.events)
    assert not {"ip", "useragent", "email"} & set(row["data"])


def test_naughty_strings_in_every_field(mailed: Mailed) -> None:
    strings = naughty_strings()
    events = [
        {
            "event": text,
            "email": text,
            "sg_event_id": f"{place}{text}",
            "timestamp": text,
            "reason": text,
            "status": text,
            "nl_i": text,
            "nl_d": text,
            "type": text,
            text: text,
        }
        for place, text in enumerate(strings)
    ]
    events += [event | {"event": "bounce"} for event in events]
    done = take(mailed, *events)
    assert (done.hooks, done.failed) == (1, 0)
    assert len(mailed.rows(tables.events)) == len(
        {str(event["sg_event_id"]).replace("\0", "") for event in events}
    )
    assert listed(mailed) == {}


def test_halves_of_characters_and_nul_are_stored_as_text(mailed: Mailed) -> None:
    body = rb'[{"event":"bounce","sg_event_id":"\ud800\u0000","email":"\udfff","timestamp":1608127200,"reason":"a\u0000b\ud83d"}]'
    record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook(body))
    assert record.apply_new(mailed.ctx).failed == 0
    assert "\0" not in mailed.rows(tables.events)[0]["reason"]


_KINDS = (
    ("processed", {}),
    ("deferred", {"response": "450"}),
    ("delivered", {}),
    ("bounce", {"type": "bounce", "status": "5.1.1"}),
    ("bounce", {"type": "blocked", "status": "5.7.1"}),
    ("dropped", {"reason": "Bounced Address"}),
    ("spamreport", {}),
    ("unsubscribe", {}),
    ("open", {}),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[list[int]]]]:
    """Events, and two ways in which they may arrive: in hooks of any size, in any order, any number of times."""
    chosen = draw(
        st.lists(
            st.tuples(st.sampled_from((ANA, BEN, CLO)), st.sampled_from(_KINDS), st.integers(0, 3)),
            min_size=1,
            max_size=12,
            unique_by=repr,
        )
    )
    events = [
        {"event": kind, "email": person.email, "at": seconds, "sg_event_id": f"e{place}", **more}
        for place, (person, (kind, more), seconds) in enumerate(chosen)
    ]
    numbers = list(range(len(events)))
    ways = []
    for _ in range(2):
        copies = draw(st.lists(st.sampled_from(numbers), max_size=10))
        arrivals = draw(st.permutations([*numbers, *copies]))
        cuts = sorted(draw(st.sets(st.integers(1, max(len(arrivals) - 1, 1)), max_size=4)))
        ways.append(
            [arrivals[a:b] for a, b in zip([0, *cuts], [*cuts, len(arrivals)], strict=True) if arrivals[a:b]]
        )
    return events, ways


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories())
@pytest.mark.ci
def test_any_order_number_of_copies_and_delay_gives_one_final_state(
    shared_world: Mailed, history: Any
) -> None:
    events, ways = history
    mailed = shared_world
    made = [
        mailed.event(one["event"], one["email"], at=START + timedelta(seconds=one["at"]))
        | {name: value for name, value in one.items() if name != "at"}
        for one in events
    ]
    states = []
    for way in ways:
        wiped(mailed)
        for hook in way:
            take(mailed, *(made[number] for number in hook))
            mailed.clock.forward(3600)
        states.append(final_state(mailed))
    assert states[0] == states[1]
    expected = {key_of(one["email"]) for one in events if one["event"] in {"spamreport", "unsubscribe"}}
    assert expected <= set(listed(mailed))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_complaints_the_first_moment_stands_whichever_is_told_first(
    mailed: Mailed, order: tuple[int, int]
) -> None:
    moments = (START + timedelta(hours=1), START + timedelta(hours=9))
    for place in order:
        take(mailed, mailed.event("spamreport", ANA.email, at=moments[place]))
    assert [row["at"] for row in mailed.rows(tables.facts)] == [moments[0]]
    assert [row["at"] for row in mailed.rows(tables.suppressions)] == [moments[0]]


def test_the_moment_of_an_event_without_one_is_when_it_came(mailed: Mailed) -> None:
    event = mailed.event("delivered", ANA.email)
    del event["timestamp"]
    take(mailed, event)
    assert mailed.rows(tables.events)[0]["occurred_at"] == datetime(2020, 12, 16, 14, 0, tzinfo=UTC)


def test_the_spool_survives_a_second_applier(mailed: Mailed, tmp_path: Path) -> None:
    """Two processes may apply the same hook: what both write is the same."""
    record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook([mailed.event("unsubscribe", ANA.email)]))
    with mailed.ctx.store.read() as db:
        fresh = spool.fresh(db, 10)
    record.apply_new(mailed.ctx)
    once = final_state(mailed)
    with mailed.ctx.store.write() as db:
        spool.conclude(db, [number for number, _, _ in fresh], spool.NEW)
    record.apply_new(mailed.ctx)
    assert final_state(mailed) == once


def test_who_complains_means_every_address_and_a_dead_one_only_itself(mailed: Mailed) -> None:
    new = key_of("clo@new.example.org")
    with mailed.ctx.store.write() as db:
        chosen = tables.members.update().where(tables.members.c.email == CLO.email)
        db.execute(chosen.values(email="clo@new.example.org", address_key=new))
    take(mailed, mailed.event("bounce", CLO.email, type="bounce", status="5.1.1"))
    assert listed(mailed) == {key_of(CLO.email): {"invalid"}}
    take(mailed, mailed.event("spamreport", CLO.email))
    assert listed(mailed) == {key_of(CLO.email): {"invalid", "complaint"}, new: {"complaint"}}
    with mailed.ctx.store.write() as db:
        chosen = tables.members.update().where(tables.members.c.address_key == new)
        db.execute(chosen.values(email=CLO.email, address_key=key_of(CLO.email)))
