"""A receiving domain that must be reached slowly: batches of its own, frozen as all others, which hold up nobody."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from newsletter.model.campaign import AudienceRule, CampaignStatus
from newsletter.model.errors import ConfigurationError
from newsletter.model.issue import ScheduleWish
from newsletter.model.outbound import Receipt
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import control, due, lanes, plan, reschedule, sequels, watching
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import preparation
from newsletter.store.tables import batches, deliveries
from tests.french import wrong
from tests.ledger import Bench, edition
from tests.seed import people, seed

SLOW = {"NEWSLETTER_SEND_DOMAINS": "outlook.com: 60/hour", "NEWSLETTER_SEND_BATCH_SIZE": "20"}
slow = pytest.mark.parametrize("environ", [SLOW], indirect=True)


def everybody(desk: Bench) -> None:
    """A hundred elsewhere, and thirty at one service by two names."""
    seed(desk.ctx, people(100, language="en"))
    names = ["hotmail.com", "live.com"]
    seed(
        desk.ctx, [one | {"email": f"s{n}@{names[n % 2]}"} for n, one in enumerate(people(30, language="en"))]
    )


def drain(desk: Bench) -> dict[str, datetime]:
    """Until nothing is pending; when each address left, by the clock."""
    left: dict[str, datetime] = {}
    worker = Desk(desk.ctx, "me")
    for _ in range(500):
        taken = len(desk.witness.taken)
        if not submit_next(worker):
            if not due.busy(desk.ctx):
                return left
            desk.later(seconds=30)
        left |= {row[3]: desk.clock[0] for row in desk.witness.taken[taken:]}
    raise AssertionError("it does not end")


@slow
def test_it_leaves_slowly_and_holds_up_nobody(desk: Bench) -> None:
    everybody(desk)
    mailing = desk.mailing()
    begun = desk.clock[0]
    desk.start()
    lane_of = {row.id: row.lane for row in desk.rows(batches)}
    for row in desk.rows(deliveries):
        at_service = row.address.endswith(("@hotmail.com", "@live.com"))
        assert lane_of[row.batch_id] == ("outlook.com" if at_service else "")
    sizes = Counter(row.batch_id for row in desk.rows(deliveries))
    assert sorted(sizes[number] for number, lane in lane_of.items() if lane) == [5] * 6
    left = drain(desk)
    assert set(desk.witness.copies().values()) == {1}
    assert desk.books(mailing.id).accepted == 130
    fast = [at for address, at in left.items() if address.endswith("reader.example")]
    assert max(fast) == begun, "nobody else waits for them"
    turns = sorted({at for address, at in left.items() if not address.endswith("reader.example")})
    assert len(turns) == 6
    assert turns[0] == begun, "who is slow begins at once"
    assert all(after - before >= timedelta(minutes=5) for before, after in pairwise(turns))
    assert turns[-1] - begun <= timedelta(minutes=28)


@slow
def test_the_same_people_are_in_the_same_batches_each_time(desk: Bench) -> None:
    everybody(desk)
    frozen = []
    for word in ("one", "two"):
        mailing = desk.mailing(edition(word))
        desk.start()
        mine = [row for row in desk.rows(deliveries) if row.campaign_id == mailing.id]
        first = min(row.batch_id for row in mine)
        frozen.append([(row.batch_id - first, row.address) for row in mine])
    assert frozen[0] == frozen[1]


@slow
def test_who_is_planned_for_is_told_how_long_it_takes(desk: Bench) -> None:
    everybody(desk)
    counts = plan.count(desk.ctx, plan.Ask(edition(), AudienceRule(("everyone",)), "witness"))
    assert counts.lanes == {"outlook.com": 30}
    (english,), (french,) = (lanes.lines(desk.ctx, counts.lanes, language) for language in ("en", "fr"))
    assert english == "30 at outlook.com: 60 an hour at most, the last 25\u00a0min after the first"
    assert french.startswith("30 chez outlook.com\u00a0: au plus 60 par heure, les derniers 25\u00a0min")
    assert wrong(french) == ""
    assert lanes.lasts(desk.ctx, counts.lanes) == timedelta(minutes=25)
    mailing = desk.mailing()
    desk.start()
    with desk.ctx.store.read() as db:
        assert preparation.by_lane(db, mailing.id, lanes.domains(desk.ctx)) == {"outlook.com": 30}


@slow
def test_who_watches_sees_when_the_slowest_are_through(desk: Bench) -> None:
    everybody(desk)
    mailing = desk.mailing()
    desk.start()
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass
    watched = watching.watch(desk.ctx, mailing.id)
    assert watched.pending == 25
    assert watched.ends_at == desk.clock[0] + timedelta(minutes=20)


@slow
def test_a_gentle_start_shows_itself_to_fifty_of_the_others_first(desk: Bench) -> None:
    everybody(desk)
    mailing = desk.mailing(gentle=True)
    desk.start()
    worker = Desk(desk.ctx, "me")
    while submit_next(worker) and not desk.witness.taken:
        pass
    assert not submit_next(worker), "the countdown"
    first = len(desk.witness.taken)
    assert first == 20
    assert all(row[3].endswith("reader.example") for row in desk.witness.taken)
    drain(desk)
    assert desk.books(mailing.id).accepted == 130
    assert set(desk.witness.copies().values()) == {1}


@slow
def test_what_completes_a_mailing_keeps_the_pace(desk: Bench) -> None:
    seed(desk.ctx, people(30, language="en"))
    mailing = desk.mailing()
    desk.start()
    drain(desk)
    seed(desk.ctx, [one | {"email": f"s{n}@live.com"} for n, one in enumerate(people(10, language="en"))])
    offer = sequels.offer(desk.ctx, mailing.id, SequelKind.LATE)
    follows = sequels.begin(desk.ctx, offer)
    assert plan.count(desk.ctx, offer.ask).lanes == {"outlook.com": 10}
    assert follows.status is CampaignStatus.DRAFT


@slow
def test_a_pace_that_was_given_up_meanwhile_holds_nobody(desk: Bench) -> None:
    everybody(desk)
    desk.mailing()
    desk.start()
    object.__setattr__(desk.ctx, "settings", type(desk.ctx.settings)(dict(desk.ctx.settings.values) | {"send.domains": ()}, desk.ctx.settings.origins))  # fmt: skip
    begun = desk.clock[0]
    drain(desk)
    assert desk.clock[0] == begun
    assert len(desk.witness.taken) == 130


@pytest.mark.parametrize("environ", [SLOW | {"NEWSLETTER_SEND_DOMAINS": "outlook: fast"}], indirect=True)
def test_a_pace_that_cannot_be_read_is_told_before_anything_leaves(desk: Bench) -> None:
    with pytest.raises(ConfigurationError, match=r"send\.domains"):
        Desk(desk.ctx, "me")


@slow
def test_slots_that_reach_for_the_same_lane_pass_each_other(desk: Bench) -> None:
    """Both saw it open; one takes it, the other goes on with somebody else."""
    everybody(desk)
    mailing = desk.mailing()
    desk.start()
    one = Desk(desk.ctx, "one")
    answered: list[int] = []

    def meanwhile(_body: object) -> Receipt:
        if not answered:  # while the first is in its call, the second looks with what it saw before
            answered.append(1)
            stale = frozenset[str]()
            with pytest.MonkeyPatch.context() as patch:
                seen = iter([stale])
                patch.setattr(one, "closed", lambda: next(seen, frozenset({"outlook.com"})))
                assert submit_next(one), "passed over, and to go on"
        return Receipt("ok")

    desk.witness.answer = meanwhile
    assert submit_next(one)
    assert len(desk.witness.posted) == 1
    desk.witness.answer = lambda _body: Receipt("ok")
    control.pause(desk.ctx, mailing.id)
    control.resume(desk.ctx, mailing.id)
    drain(desk)
    assert desk.books(mailing.id).accepted == 130


@slow
def test_another_time_keeps_the_lanes_also_where_batches_are_cut_by_zone(desk: Bench) -> None:
    zones = ["America/Toronto", "America/Vancouver"]
    seed(
        desk.ctx,
        [
            one | {"email": f"s{n}@live.com", "timezone": zones[n % 2]}
            for n, one in enumerate(people(10, language="en"))
        ],
    )
    mailing = desk.mailing()
    desk.start()
    control.pause(desk.ctx, mailing.id)
    table = reschedule.timetable(desk.ctx, mailing.id, ScheduleWish(at="2020-12-18 09:00", zone="member"))
    reschedule.reschedule(desk.ctx, reschedule.look(desk.ctx, mailing.id, table))
    left = {row.batch_id for row in desk.rows(deliveries)}
    moved = [row for row in desk.rows(batches) if row.id in left]
    assert len({row.wave_id for row in moved}) == 2
    assert {row.lane for row in moved} == {"outlook.com"}
