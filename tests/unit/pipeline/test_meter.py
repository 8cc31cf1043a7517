"""The meters: never more than the rate, over any stretch of time, whatever the clock does; and everybody waits when the provider asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.model.errors import StoreUnavailable, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.pipeline.context import Context
from newsletter.pipeline.meter import Meter, OwnMeter, Share, SharedMeter
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store.tables import meta
from tests.databases import examples
from tests.ledger import Bench, bench
from tests.seed import people, seed

Kind = Callable[[Context], Meter]
KINDS: Sequence[Kind] = (OwnMeter, SharedMeter)
#: seconds that pass, seconds by which somebody sets the clock back meanwhile, members who want to leave
LOOKS = st.lists(
    st.tuples(st.floats(0, 90), st.sampled_from([0, 0, 0, 1, 59, 61, 3600, 86400]), st.integers(1, 100)),
    min_size=2,
    max_size=40,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("meter"), database) as made:
        yield made


def fresh(desk: Bench, kind: Kind) -> Meter:
    with desk.ctx.store.write() as db:
        db.execute(meta.delete().where(meta.c.name.startswith("pace.")))
    return kind(desk.ctx)


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(looks=LOOKS, rate=st.integers(1, 200))
def test_never_more_than_the_rate_over_any_stretch_of_time(
    kind: Kind, shared: Bench, looks: list[tuple[float, int, int]], rate: int
) -> None:
    meter, passed = fresh(shared, kind), 0.0
    left: list[tuple[float, int]] = []
    for seconds, back, members in looks:
        passed += seconds
        shared.later(seconds=seconds - back)
        if not meter.take([Share("x", members, rate)]):
            left.append((passed, members))
    sums = [0, *accumulate(members for _, members in left)]
    for i, (begun, _) in enumerate(left):
        for j in range(i, len(left)):
            ended, largest = left[j][0], max(members for _, members in left[i : j + 1])
            assert sums[j + 1] - sums[i] <= rate * (ended - begun) / 60 + largest + 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_the_hour_that_comes_twice(
    kind: Kind, shared: Bench
) -> None:
    meter = fresh(shared, kind)
    assert not meter.take([Share("x", 60, 60)])
    shared.later(hours=-1)
    assert meter.take([Share("x", 60, 60)]) <= timedelta(minutes=1)


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_meters_both_are_taken_or_none(kind: Kind, shared: Bench) -> None:
    meter = fresh(shared, kind)
    account, lane = Share("x", 10, 600), Share("x/lane", 10, 10)
    assert not meter.take([account, lane])
    shared.later(seconds=1)
    assert meter.closed(["x", "x/lane"]) == {"x/lane"}
    assert meter.take([account, lane]) == timedelta(seconds=59)
    assert not meter.take([account]), "what the lane refused did not cost the account its share"
    shared.later(seconds=59)
    assert meter.closed(["x", "x/lane"]) == frozenset()
    assert not meter.take([account, lane])


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_wants_to_rest_is_left_alone_without_a_rate_too(kind: Kind, shared: Bench) -> None:
    meter = fresh(shared, kind)
    meter.hold_off("x", timedelta(seconds=30))
    meter.hold_off("x", timedelta(seconds=10))  # who asks for less does not shorten it
    assert meter.take([Share("x", 5, 0)]) == timedelta(seconds=30)
    assert not meter.take([Share("y", 5, 0)])
    shared.later(seconds=30)
    assert not meter.take([Share("x", 5, 0)])


def test_two_processes_with_one_database_have_one_meter(shared: Bench) -> None:
    fresh(shared, SharedMeter)
    first, second = SharedMeter(shared.ctx), SharedMeter(shared.ctx)
    assert not first.take([Share("x", 100, 100)])
    assert second.take([Share("x", 1, 100)]) == timedelta(minutes=1)
    second.hold_off("x", timedelta(minutes=5))
    assert first.take([Share("x", 1, 100)]) == timedelta(minutes=5)


# --- what the provider asks for ---

SMALL = pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "10"}], indirect=True)


@SMALL
def test_the_last_request_of_a_window_is_followed_by_a_rest(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    desk.mailing()
    desk.start()
    desk.witness.answer = lambda _body: Receipt("ok", rest=45.0)
    worker, begun = Desk(desk.ctx, "me"), desk.clock[0]
    assert submit_next(worker)
    assert desk.clock[0] == begun
    assert submit_next(worker)
    assert desk.clock[0] - begun >= timedelta(seconds=45)
    assert len(desk.witness.taken) == 20


@SMALL
def test_an_answer_that_says_nothing_but_wants_rest_is_obeyed(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    desk.mailing()
    desk.start()

    def unclear(_body: object) -> Receipt:
        raise Uncertain("503", code="x", retry_after=20.0, status=503)

    desk.witness.answer = unclear
    worker, begun = Desk(desk.ctx, "me"), desk.clock[0]
    assert submit_next(worker)
    assert submit_next(worker)
    assert desk.clock[0] - begun >= timedelta(seconds=20)


@SMALL
def test_an_answer_is_not_lost_when_the_others_cannot_be_told(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(desk.ctx, people(10, language="en"))
    mailing = desk.mailing()
    desk.start()
    desk.witness.answer = lambda _body: Receipt("ok", rest=45.0)
    worker = Desk(desk.ctx, "me")

    def away(*_: object) -> None:
        raise StoreUnavailable("away", code="database-away", passing=True)

    monkeypatch.setattr(worker, "hold_off", away)
    assert submit_next(worker)
    assert desk.books(mailing.id).accepted == 10
