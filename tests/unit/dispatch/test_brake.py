"""What came back pauses a mailing from its share on, never for a handful, and the gravest trouble is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.dispatch.brake import Limits
from newsletter.model.event import Trouble

SHARES = {Trouble.HARD: 0.05, Trouble.COMPLAINT: 0.003, Trouble.POLICY: 0.05}
LIMITS = Limits(SHARES, 5)


@pytest.mark.parametrize(
    ("handed_over", "found", "expected"),
    [
        (3, {Trouble.HARD: 1}, None),  # a third, but one
        (80, {Trouble.HARD: 4}, None),
        (100, {Trouble.HARD: 5}, Trouble.HARD),
        (1000, {Trouble.HARD: 49}, None),
        (1000, {Trouble.COMPLAINT: 4}, None),
        (1666, {Trouble.COMPLAINT: 5}, Trouble.COMPLAINT),
        (6000, {Trouble.COMPLAINT: 17}, None),
        (6000, {Trouble.COMPLAINT: 18}, Trouble.COMPLAINT),
        (100, {Trouble.POLICY: 5, Trouble.HARD: 50}, Trouble.POLICY),
        (100_000, {Trouble.CREDITS: 1, Trouble.COMPLAINT: 9000}, Trouble.CREDITS),
        (0, {}, None),
        (0, {Trouble.HARD: 5}, Trouble.HARD),
    ],
)
def test_the_trouble_that_pauses(
    handed_over: int, found: dict[Trouble, int], expected: Trouble | None
) -> None:
    assert LIMITS.exceeded(handed_over, found) is expected


def test_a_share_of_one_never_pauses() -> None:
    assert Limits(dict.fromkeys(SHARES, 1.0), 0).exceeded(10, dict.fromkeys(SHARES, 10)) is None


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.sampled_from(list(SHARES)), st.integers(0, 50))
def test_more_of_it_never_lets_go_on(handed_over: int, count: int, trouble: Trouble, least: int) -> None:
    limits = Limits(SHARES, least)
    if limits.exceeded(handed_over, {trouble: count}):
        assert count >= least
        assert limits.exceeded(handed_over, {trouble: count + 1}) is trouble
