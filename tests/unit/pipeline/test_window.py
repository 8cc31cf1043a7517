"""The sending window where it counts: in the plan, in the transaction that lets a batch leave, and in what people are told."""

from __future__ import annotations

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import AuthorError, ConfigurationError
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import due, hours, reschedule, schedule
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import campaigns, tables
from tests.french import wrong
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.timed import never_differs, utc

NBSP = "\u00a0"
OFFICE = {"NEWSLETTER_SEND_WINDOW": "weekdays 08:00-17:00", "NEWSLETTER_SEND_BATCH_SIZE": "4"}
office = pytest.mark.parametrize("environ", [OFFICE], indirect=True)
FOURS = pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "4"}], indirect=True)
ZONE = {("America/Toronto", ""): 10}


@pytest.fixture(autouse=True)
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


def work(desk: Bench, most: int = 100) -> int:
    """At most so many calls; how many people got it by now."""
    desk.start()
    worker = Desk(desk.ctx, "me")
    for _ in range(most):
        if not submit_next(worker):
            break
    return sum(desk.witness.copies().values())


def planned(desk: Bench, wish: ScheduleWish) -> int:
    seed(desk.ctx, people(10, language="en", timezone="America/Toronto"))
    table = schedule.timetable(desk.ctx, wish)
    return desk.mailing(edition("news"), when=table).id


@office
def test_what_remains_at_its_end_waits_for_the_next_one(desk: Bench) -> None:
    number = planned(desk, ScheduleWish(at="2020-12-18 16:30"))  # a Friday
    desk.clock[0] = utc("2020-12-18T21:30:00+00:00")
    assert work(desk, 1) == 4
    desk.clock[0] = utc("2020-12-18T22:00:00+00:00")  # 17:00
    assert work(desk) == 4
    assert not due.busy(desk.ctx), "`work --once` does not sit there until Monday"
    desk.clock[0] = utc("2020-12-21T12:59:00+00:00")
    due.hold_late(desk.ctx)  # it is not late: it waits by rule
    assert work(desk) == 4
    desk.clock[0] = utc("2020-12-21T13:00:00+00:00")  # Monday, 08:00
    assert work(desk) == 10
    assert set(desk.witness.copies().values()) == {1}
    assert desk.campaign(number).status is CampaignStatus.FINISHED


@office
def test_what_expires_before_the_next_one_does_not_leave(desk: Bench) -> None:
    number = planned(desk, ScheduleWish(at="2020-12-18 16:30", expires="local-midnight"))
    desk.clock[0] = utc("2020-12-18T21:30:00+00:00")
    assert work(desk, 1) == 4
    desk.clock[0] = utc("2020-12-18T22:00:00+00:00")
    assert work(desk) == 4
    books = desk.books(number)
    assert (books.accepted, books.expired) == (4, 6)


@office
def test_a_mailing_may_say_otherwise(desk: Bench) -> None:
    number = planned(desk, ScheduleWish(at="2020-12-19 10:00", window="none"))  # a Saturday
    desk.clock[0] = utc("2020-12-19T15:00:00+00:00")
    assert work(desk) == 10
    assert desk.books(number).accepted == 10


@office
def test_the_plan_says_when_it_leaves_in_truth(desk: Bench) -> None:
    table = schedule.timetable(desk.ctx, ScheduleWish(at="2020-12-19 10:00"))
    (wave,) = table.waves(ZONE).waves
    assert wave.due_at == utc("2020-12-21T13:00:00+00:00")
    for language, said in (("en", "its sending window"), ("fr", "sa plage d’envoi")):
        (remark,) = schedule.outlook(desk.ctx, table, ZONE, language=language).remarks
        assert remark.check == "quiet-hours"
        assert said in remark.message
    with pytest.raises(AuthorError, match="outside the sending window") as caught:
        schedule.timetable(desk.ctx, ScheduleWish(at="2020-12-19 10:00", expires="local-midnight"))
    assert all(wrong(one.fr) == "" for one in caught.value.said)


def test_a_window_of_its_own_is_told_and_kept_when_the_time_changes(desk: Bench) -> None:
    wish = ScheduleWish(at="2020-12-17 08:00", window="mon-fri 08:00-17:00")
    number = planned(desk, wish)
    with desk.ctx.store.read() as db:
        table = schedule.read(campaigns.detail(db, number).schedule)
    assert table is not None
    english, french = (schedule.outlook(desk.ctx, table, ZONE, language=one).lines for one in ("en", "fr"))
    assert "It leaves within these hours only: Monday to Friday, 8:00 to 17:00." in english
    assert any(
        line.startswith(f"Ne part que pendant cette plage{NBSP}: du lundi au vendredi") for line in french
    )
    assert all(wrong(line) == "" for line in french)
    moved = reschedule.timetable(desk.ctx, number, ScheduleWish(at="2020-12-19 09:00"))
    assert moved.plan.window == "mon-fri 08:00-17:00"
    assert [wave.due_at for wave in moved.waves(ZONE).waves] == [utc("2020-12-21T13:00:00+00:00")]


@FOURS
def test_what_is_sent_at_once_has_one_where_it_is_asked_for(desk: Bench) -> None:
    seed(desk.ctx, people(10, language="en", timezone="America/Vancouver"))
    desk.clock[0] = utc("2020-12-18T21:59:00+00:00")  # by the newsletter's clock
    number = desk.mailing(edition("news"), window="weekdays 08:00-17:00").id
    assert work(desk, 1) == 4
    desk.later(minutes=1)
    assert work(desk) == 4
    desk.clock[0] = utc("2020-12-21T13:00:00+00:00")
    assert work(desk) == 10
    assert desk.campaign(number).status is CampaignStatus.FINISHED
    assert {row.send_window for row in desk.rows(tables.campaigns)} == {"weekdays 08:00-17:00"}


@office
def test_what_is_sent_at_once_has_none_otherwise(desk: Bench) -> None:
    seed(desk.ctx, people(10, language="en"))
    desk.clock[0] = utc("2020-12-19T03:00:00+00:00")
    desk.mailing(edition("news"))
    assert work(desk) == 10


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"NEWSLETTER_SEND_WINDOW": "sometimes"}, "is no sending window"),
        ({"NEWSLETTER_SEND_WINDOW": "22:00-23:00", "NEWSLETTER_QUIET_HOURS": "21:00-07:00"}, "nothing could ever leave"),
    ],
    indirect=["environ"],
)  # fmt: skip
def test_a_setting_that_leaves_no_hour_is_told(desk: Bench, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        schedule.timetable(desk.ctx, ScheduleWish(at="2020-12-18 16:30"))
    assert caught.value.code == "send-window"
    assert all(wrong(one.fr) == "" for one in caught.value.said)


def test_what_nobody_can_read_is_refused_where_it_is_typed(desk: Bench) -> None:
    with pytest.raises(AuthorError, match="is no sending window"):
        hours.require_window("sometimes")
    with pytest.raises(AuthorError, match="is no sending window"):
        schedule.timetable(desk.ctx, ScheduleWish(at="2020-12-18 16:30", window="sometimes"))
    assert hours.require_window(" weekdays ") == "weekdays"
    assert hours.within("weekdays 08:00-17:00") == ", within Monday to Friday, 8:00 to 17:00 only"
