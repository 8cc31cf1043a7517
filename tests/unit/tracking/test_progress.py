"""Progress only rises, and what suppresses is in one table."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

from newsletter.model.campaign import Progress
from newsletter.model.event import Event, EventKind
from newsletter.model.member import SuppressionReason
from newsletter.tracking.progress import advances, says
from newsletter.tracking.suppressing import reason_of, suspends

AT = datetime(2020, 12, 16, tzinfo=UTC)


def event(kind: EventKind, delivery: int | None = 1, **more: object) -> Event:
    return Event("sendgrid", "x", kind, AT, delivery=delivery, **more)


def test_every_kind_says_something() -> None:
    for kind in EventKind:
        assert says(event(kind)) in Progress


def test_whatever_comes_first_the_highest_stands() -> None:
    told = [
        event(EventKind.DEFERRED),
        event(EventKind.DELIVERED),
        event(EventKind.PROCESSED),
        event(EventKind.DEFERRED, 2),
        event(EventKind.BOUNCED, None),
    ]
    for order in permutations(told):
        assert advances(order) == {1: Progress.DELIVERED.rank, 2: Progress.DEFERRED.rank}


def test_a_late_bounce_undoes_delivered_and_delivered_never_undoes_a_bounce() -> None:
    for order in permutations([event(EventKind.DELIVERED), event(EventKind.BOUNCED, hard=True)]):
        assert advances(order) == {1: Progress.BOUNCED.rank}


def test_policy_is_never_held_against_a_member() -> None:
    assert reason_of(event(EventKind.BOUNCED, hard=True)) is SuppressionReason.INVALID
    assert reason_of(event(EventKind.BOUNCED, hard=True, policy=True)) is None
    assert reason_of(event(EventKind.BOUNCED)) is None
    assert reason_of(event(EventKind.DROPPED, policy=True, reason="Invalid")) is None


def test_only_a_shut_account_suspends() -> None:
    for said, expected in (
        ("compliance_suspend", True),
        ("compliance_deactivate", True),
        ("compliance_ban", True),
        ("reactivate", False),
    ):
        assert suspends(event(EventKind.ACCOUNT, reason=said)) is expected
    assert not suspends(event(EventKind.BOUNCED, reason="account suspended"))
