"""How late is too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.planning.late import GRACE, PUNCTUAL, Lateness, deadline, late

DUE = datetime(2020, 12, 22, 14, tzinfo=UTC)
MIDNIGHT = datetime(2020, 12, 23, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("delay", "stands"),
    [
        (-SECOND, Lateness.ON_TIME),
        (timedelta(0), Lateness.ON_TIME),
        (PUNCTUAL, Lateness.ON_TIME),
        (PUNCTUAL + SECOND, Lateness.LATE),
        (GRACE, Lateness.LATE),
        (GRACE + SECOND, Lateness.TOO_LATE),
        (timedelta(days=400), Lateness.TOO_LATE),
    ],
)
def test_an_ordinary_mailing_bears_four_hours(delay: timedelta, stands: Lateness) -> None:
    assert timedelta(hours=4) == GRACE
    assert late(DUE, DUE + delay) is stands


@pytest.mark.parametrize(
    ("now", "stands"),
    [
        (DUE, Lateness.ON_TIME),
        (DUE + timedelta(hours=5), Lateness.LATE),  # past the ordinary grace, but still the day
        (MIDNIGHT - SECOND, Lateness.LATE),
        (MIDNIGHT, Lateness.TOO_LATE),
    ],
)
def test_a_greeting_bears_the_rest_of_its_local_day(now: datetime, stands: Lateness) -> None:
    assert late(DUE, now, expires_at=MIDNIGHT) is stands


def test_a_greeting_just_before_midnight_is_not_for_tomorrow() -> None:
    due = MIDNIGHT - timedelta(minutes=1)
    assert late(due, MIDNIGHT + SECOND, expires_at=MIDNIGHT) is Lateness.TOO_LATE


def test_no_grace_at_all() -> None:
    assert late(DUE, DUE, timedelta(0)) is Lateness.ON_TIME
    assert late(DUE, DUE + SECOND, timedelta(0)) is Lateness.TOO_LATE


@given(
    st.timedeltas(timedelta(hours=-1), timedelta(days=2)),
    st.timedeltas(timedelta(0), timedelta(days=1)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.one_of(st.none(), st.timedeltas(timedelta(seconds=1), timedelta(days=1))),
)
def test_time_only_makes_it_later(
    delay: timedelta, grace: timedelta, more: timedelta, lives: timedelta | None
) -> None:
    order = list(Lateness)
    expires_at = DUE + lives if lives else None
    first, then = (late(DUE, DUE + wait, grace, expires_at) for wait in (delay, delay + more))
    assert order.index(first) <= order.index(then)
    assert (then is Lateness.TOO_LATE) or DUE + delay + more <= deadline(DUE, grace, expires_at)
