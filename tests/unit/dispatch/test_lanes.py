"""Lanes: what a setting may say, and that an hour never holds more than it allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.dispatch.batching import Sizes, cut
from newsletter.dispatch.lanes import GROUPS, Lane, read_lanes
from newsletter.dispatch.pacing import Pace
from newsletter.model.errors import ConfigurationError
from tests.french import wrong


def test_a_service_is_known_by_any_of_its_names() -> None:
    lanes = read_lanes(["Hotmail.com: 2000/hour", "example.org + gmail.com : 60 / h"])
    assert [(one.name, one.per_hour) for one in lanes.values()] == [
        ("outlook.com", 2000),
        ("example.org", 60),
    ]
    assert lanes["outlook.com"].domains == GROUPS[0]
    assert lanes["example.org"].domains == ("example.org", "gmail.com", "googlemail.com")
    assert read_lanes([]) == {}


def test_no_domain_is_of_two_services() -> None:
    everything = [domain for group in GROUPS for domain in group]
    assert len(everything) == len(set(everything))


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (["outlook.com"], "names no pace"),
        (["outlook.com: 0/hour"], "names no pace"),
        (["outlook.com: 2000/day"], "names no pace"),
        (["nowhere: 5/hour"], "is no domain"),
        (["a@b.example: 5/hour"], "is no domain"),
        (["live.com: 5/hour", "outlook.com: 6/hour"], "stands in two of them"),
    ],
)
def test_what_cannot_be_read_is_told_in_both_languages(items: list[str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_lanes(items)
    assert caught.value.code == "send-domains"
    assert all(wrong(one.fr) == "" for one in caught.value.said)


@given(st.integers(1, 5000), st.integers(1, 3000), st.integers(0, 600))
def test_no_hour_holds_more_than_it_allows_and_one_batch(per_hour: int, members: int, late: int) -> None:
    """Each batch leaves as soon as the meter is at zero, some of them later."""
    lane = Lane("x.example", ("x.example",), per_hour)
    now = begun = datetime(2026, 1, 1, tzinfo=UTC)
    pace, left = Pace(now), list[tuple[datetime, int]]()
    for number, size in enumerate(cut(members, Sizes(1000, gentle=False), lane.most)):
        now += pace.wait(now) + timedelta(seconds=late * (number % 3 == 1))
        pace = pace.after(now, size, lane.per_hour / 60)
        left.append((now, size))
    assert sum(size for _, size in left) == members
    first, held = 0, 0
    for at, size in left:
        held += size
        while left[first][0] <= at - timedelta(hours=1):
            held -= left[first][1]
            first += 1
        assert held <= per_hour + lane.most
    if not late:
        told = lane.lasts(members)
        slack = timedelta(hours=lane.most / per_hour, seconds=1)
        assert told - slack <= left[-1][0] - begun <= told + slack
