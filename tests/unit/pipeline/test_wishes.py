"""A schedule as the fields of a form: what is written comes back from them as the same plan."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsletter.model.errors import AuthorError, Explained
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import forecast, schedule, wishes
from newsletter.planning.plan import Expiry
from newsletter.planning.waves import Past
from tests.ledger import Bench
from tests.timed import in_time

HOLIDAYS = ("christmas-day", "boxing-day", "canada-day", "easter-monday", "eid-al-fitr")
WISHES = st.builds(
    ScheduleWish,
    at=st.sampled_from(["09:00", "14:30"]),
    holiday=st.sampled_from(HOLIDAYS),
    offset=st.sampled_from(["", "-3 working days", "2 weeks before", "+1 day"]),
    zone=st.sampled_from(["", "member", "America/Toronto"]),
    every=st.sampled_from(["", "year"]),
    day=st.sampled_from(["", "observed"]),
) | st.builds(
    ScheduleWish,
    at=st.dates().map(lambda day: f"{day} 10:15"),
    zone=st.sampled_from(["member", "America/Vancouver"]),
)


@given(WISHES)
def test_the_fields_of_a_wish_give_the_same_plan(desk: Bench, written: ScheduleWish) -> None:
    try:
        plan = schedule.planned(desk.ctx, written, desk.ctx.now())
    except Explained:
        assume(False)
    again = schedule.planned(desk.ctx, wishes.wish(wishes.fields(desk.ctx, written)), desk.ctx.now())
    assert (again.local, again.zone, again.readers_time, again.repeat, again.observed) == (
        plan.local,
        plan.zone,
        plan.readers_time,
        plan.repeat,
        plan.observed,
    )
    assert again.holiday == plan.holiday


def test_an_issue_that_wishes_nothing_gives_an_ordinary_morning(desk: Bench) -> None:
    found = wishes.fields(desk.ctx, None)
    assert (found["by"], found["time"], found["zone"]) == ("date", "09:00", "member")
    past = wishes.fields(desk.ctx, ScheduleWish(at="2019-01-01 08:15", zone="America/Toronto"))
    assert (past["time"], past["zone"], past.get("date")) == ("08:15", "America/Toronto", None)


@pytest.mark.parametrize("holiday", ["", "christmas-day", "CA-ON/../x:2020", "CA-ON/christmas-day:20200"])
def test_a_holiday_that_is_on_no_list_is_refused(desk: Bench, holiday: str) -> None:
    with pytest.raises(AuthorError):
        wishes.wish({"by": "holiday", "holiday": holiday, "time": "09:00"})


def test_every_choice_of_the_list_can_be_planned(desk: Bench) -> None:
    for _, days in wishes.choices(desk.ctx, "fr"):
        for value, words in days:
            assert " – " in words
            wish = wishes.wish(
                {"by": "holiday", "holiday": value, "time": "23:59", "zone": "member", "side": "on"}
            )
            assert schedule.planned(desk.ctx, wish, desk.ctx.now()).holiday


def test_a_forecast_tells_each_group_by_three_clocks(desk: Bench) -> None:
    table = in_time(desk, 3, member=True, expiry=Expiry.LOCAL_MIDNIGHT)  # 17:00 by each reader's clock
    counted = {("America/St_Johns", ""): 1, ("America/Toronto", ""): 2910, ("America/Vancouver", "BC"): 40}
    found = forecast.forecast(table, counted, None, "en")
    assert found.sentence == "2,951 people, 3 time groups."
    assert [(one.names, one.there, one.utc, one.people) for one in found.groups] == [
        ("Newfoundland Time", "17:00", "20:30", 1),
        ("Eastern Time", "17:00", "22:00", 2910),
        ("Pacific Time", "17:00", "Thursday 17 December 2020 at 1:00", 40),
    ]
    assert found.groups[1].share == 1.0
    assert (
        forecast.forecast(table, counted, None, "fr").sentence
        == "2\u00a0951\u00a0personnes, 3\u00a0groupes horaires."
    )


def test_who_is_skipped_is_left_out_and_who_is_late_leaves_at_once(desk: Bench) -> None:
    table = in_time(desk, -2, member=True)
    counted = {("Asia/Tokyo", ""): 3, ("America/Vancouver", ""): 5}
    now = forecast.forecast(table, counted, None, "en")
    assert [one.now for one in now.groups] == [True, False]
    skipped = forecast.forecast(
        schedule.Timetable(table.plan, table.decided_at, Past.SKIP), counted, None, "en"
    )
    assert (skipped.people, skipped.left_out) == (5, [("the time had passed in their zone", 3)])
