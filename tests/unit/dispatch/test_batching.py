"""Sizes of batches, cuts by weight, and the pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.dispatch.batching import Sizes, cut, cut_by_weight, halves
from newsletter.dispatch.pacing import COUNTDOWN, FIRST, Pace, duration, gentle_rate, retry_after

NOON = datetime(2020, 12, 16, 12, tzinfo=UTC)


def test_a_gentle_start_shows_itself_to_fifty_and_never_exceeds_a_minutes_share() -> None:
    assert cut(11_050, Sizes(1000, gentle=True)) == [50, *[300] * 10, *[600] * 10, *[1000] * 2]
    assert cut(4_250, Sizes(1000, gentle=True, rate_per_minute=400)) == [50, *[300] * 10, *[400] * 3]


def test_many_small_groups_do_not_bring_the_large_batches_on() -> None:
    plan = Sizes(1000, gentle=True)
    assert [cut(20, plan) for _ in range(30)] == [[20]] * 30
    assert cut(2000, plan)[:6] == [300] * 6


def test_no_batch_is_larger_than_a_minutes_share_of_the_accounts_rate() -> None:
    assert cut(1000, Sizes(1000, gentle=False, rate_per_minute=300)) == [300, 300, 300, 100]
    assert cut(60, Sizes(1000, gentle=True, rate_per_minute=20)) == [20, 20, 20]


@given(st.integers(0, 20000), st.integers(1, 1000), st.booleans(), st.sampled_from([0, 1, 30, 500, 60_000]))
def test_every_delivery_has_a_place(count: int, limit: int, gentle: bool, rate: int) -> None:
    parts = cut(count, Sizes(limit, gentle=gentle, rate_per_minute=rate))
    assert sum(parts) == count
    assert all(0 < part <= min(limit, rate or limit) for part in parts)


@given(st.lists(st.integers(0, 500), max_size=200), st.integers(1, 1000))
def test_cut_by_weight_keeps_order_and_limit(weights: list[int], limit: int) -> None:
    parts = cut_by_weight(weights, limit)
    assert [n for part in parts for n in part] == list(range(len(weights)))
    assert all(len(part) == 1 or sum(weights[n] for n in part) <= limit for part in parts)


@given(st.integers(2, 1000))
def test_halves_are_halves(count: int) -> None:
    first, second = halves(count)
    assert [*first, *second] == list(range(count))
    assert 0 <= len(first) - len(second) <= 1


def test_gentle_rate_doubles_every_ten_minutes_up_to_the_accounts() -> None:
    """At 300 a minute, ten minutes are 3,000 people; then 6,000 at 600, and so on."""
    asked = (0, 50, 3049, 3050, 9049, 9050, 21_050, 10**9)
    assert [gentle_rate(handed, 2000) for handed in asked] == [300, 300, 300, 600, 600, 1200, 2000, 2000]
    assert gentle_rate(10**9, 0) > 10**6
    assert gentle_rate(10**9, 100) == gentle_rate(0, 100) == 100


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=50), st.integers(100, 100_000))
def test_the_pace_keeps_the_rate(batches: list[int], per_minute: int) -> None:
    pace, now = Pace(NOON), NOON
    for members in batches:
        now += pace.wait(now)
        pace = pace.after(now, members, per_minute)
    needed = timedelta(minutes=sum(batches[:-1]) / per_minute)
    assert abs((now - NOON) - needed) < timedelta(milliseconds=1)


def test_without_a_rate_nobody_waits() -> None:
    assert Pace(NOON).after(NOON, 1000, 0).wait(NOON) == timedelta()


def test_nothing_leaves_before_the_provider_said() -> None:
    pace = Pace(NOON).not_before(NOON + timedelta(seconds=5))
    assert pace.wait(NOON).total_seconds() == 5
    assert pace.not_before(NOON).wait(NOON).total_seconds() == 5


def test_a_clock_that_is_set_back_makes_nobody_wait_for_it() -> None:
    pace = Pace(NOON + timedelta(seconds=30))
    earlier = NOON - timedelta(hours=25)
    assert pace.set_back(NOON - earlier).wait(earlier) == pace.wait(NOON)


def test_an_unavailable_provider_is_asked_when_it_said_or_ever_more_rarely() -> None:
    waits = [retry_after(n, None).total_seconds() for n in (1, 2, 3, 10, 10_000)]
    assert waits == [2, 4, 8, 300, 300]
    assert retry_after(1, 17.5).total_seconds() == 17.5
    assert retry_after(1, -5).total_seconds() == 0
    assert retry_after(1, 10**9).total_seconds() == 3600


def test_how_long_it_takes_at_the_accounts_rate() -> None:
    assert duration(3000, 1000, gentle=False) == timedelta(minutes=3)
    assert duration(3000, 0, gentle=False) == timedelta()
    assert duration(50, 1000, gentle=True) == timedelta()  # no countdown: nobody is left for it
    assert duration(350, 1000, gentle=True) == COUNTDOWN + timedelta(minutes=1)
    # ten minutes at 300, ten at 600, the rest at the account's 1,000
    assert duration(50 + 3000 + 6000 + 5000, 1000, gentle=True) == COUNTDOWN + timedelta(minutes=25)
    assert duration(3000, 200, gentle=True) == COUNTDOWN + timedelta(minutes=2950 / 200)


@given(st.integers(0, 10**7), st.integers(0, 10**6))
def test_a_gentle_start_never_takes_less(members: int, rate: int) -> None:
    assert duration(members, rate, gentle=True) >= duration(max(members - FIRST, 0), rate, gentle=False)
