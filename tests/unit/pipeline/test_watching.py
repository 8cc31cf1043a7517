"""Where a mailing is right now, and its curves: counted from the ledger, told as ranges, never more points than can be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.errors import Uncertain
from newsletter.model.outbound import Receipt
from newsletter.model.publication import TrackingMode
from newsletter.pipeline import control, curves, due, report, settle, watching
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import tables
from tests.ledger import START, Bench
from tests.seed import people, seed
from tests.timed import never_differs, planned

SMALL = {"NEWSLETTER_SEND_BATCH_SIZE": "5"}
small = pytest.mark.parametrize("environ", [SMALL], indirect=True)


@small
def test_how_far_it_is_how_fast_and_when_it_ends(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    worker = Desk(desk.ctx, "me")
    assert watching.watch(desk.ctx, number).per_minute is None
    for _ in range(2):
        desk.later(seconds=10)
        submit_next(worker)
    desk.later(seconds=10)
    now = watching.watch(desk.ctx, number)
    assert (now.people, now.taken, now.pending, now.unclear) == (20, 10, 10, 0)
    assert now.per_minute == 30  # ten people in twenty seconds
    assert now.ends_at == desk.clock[0] + timedelta(seconds=20)
    assert now.moving
    assert watching.sizes(desk.ctx, [number, 999]) == {number: (20, 10), 999: (0, 0)}
    control.pause(desk.ctx, number)
    still = watching.watch(desk.ctx, number)
    assert (still.moving, still.per_minute) == (False, None)


def test_later_time_groups_end_it(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)
    seed(desk.ctx, people(30))
    number = planned(desk, 3, member=True).id
    desk.later(hours=8)  # five in the evening in the east; not yet in the west
    due.start_due(desk.ctx)
    while submit_next(Desk(desk.ctx, "me")):
        pass
    now = watching.watch(desk.ctx, number)
    assert [(wave.taken, wave.pending) for wave in now.waves] == [(20, 0), (0, 10)]
    assert now.ends_at == now.waves[-1].due_at
    assert all(wave.zones for wave in now.waves)


@small
def test_a_gentle_start_counts_down(desk: Bench) -> None:
    seed(desk.ctx, people(200, language="en"))
    number = desk.mailing(gentle=True).id
    due.start_due(desk.ctx)
    assert watching.watch(desk.ctx, number).first
    submit_next(Desk(desk.ctx, "me"))
    desk.later(seconds=17)
    now = watching.watch(desk.ctx, number)
    assert (now.countdown, now.first) == (43, False)
    desk.later(seconds=43)
    assert watching.watch(desk.ctx, number).countdown is None


@small
def test_the_cases_to_decide_with_their_evidence(desk: Bench) -> None:
    seed(desk.ctx, people(10, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    worker = Desk(desk.ctx, "me")

    def lost(_body: object) -> None:
        raise Uncertain("the line broke", code="x")

    desk.witness.answer = lost  # type: ignore[assignment]
    submit_next(worker)
    (case,) = settle.cases(desk.ctx, number)
    assert (case.people, case.held, case.news, case.advice) == (5, False, False, settle.Advice.WAIT)
    assert case.told == "the line broke"
    assert case.until == START + timedelta(hours=24)
    desk.later(hours=25)
    settle.settle(desk.ctx)
    (case,) = settle.cases(desk.ctx, number)
    assert (case.held, case.until, case.advice) == (True, None, settle.Advice.ASSUME)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 1000)), max_size=300),
)
def test_the_curve_of_calls_rises_to_everybody(calls: list[tuple[int, int]]) -> None:
    made = sorted((START + timedelta(seconds=second), members) for second, members in calls)
    found = curves.handed(made)
    assert len(found) <= 62
    heights = [one.people for one in found]
    assert heights == sorted(heights)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert (heights[-1] if heights else 0) == sum(members for _, members in made)


@given(
    st.lists(
        st.tuples(st.integers(0, 24 * 2000), st.sampled_from(["open", "click"])), min_size=1, max_size=60
    )
)
def test_the_curve_of_reading_loses_nobody(hours: list[tuple[int, str]]) -> None:
    counted: dict[tuple[datetime, str, curves.Reader], int] = {}
    for hour, kind in hours:
        key = (START + timedelta(hours=hour), kind, curves.Reader.HUMAN)
        counted[key] = counted.get(key, 0) + 1
    _, found = curves._reading(counted, START)
    assert len(found) <= 98
    assert sum(one.clicks for one in found) == sum(kind == "click" for _, kind in hours)
    assert sum(one.opens for one in found) == sum(kind == "open" for _, kind in hours)


def test_a_mailing_without_a_hit_has_no_curve_of_reading(desk: Bench) -> None:
    seed(desk.ctx, people(4, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "me"))
    found = curves.curves(desk.ctx, number, {"en": 4})
    assert (list(found.reading), [one.people for one in found.handed]) == ([], [0, 4])
    with desk.ctx.store.write() as db:
        variant = db.execute(tables.variants.select()).first()
        assert variant is not None
        for reader in ("human", "unknown", "machine"):
            db.execute(
                tables.hits.insert().values(at=START, kind="open", variant_id=variant.id, reader=reader)
            )
    found = curves.curves(desk.ctx, number, {"en": 4})
    assert [(one.opens, one.perhaps, one.clicks) for one in found.reading] == [(1, 2, 0)]
    assert [(one.language, one.opens, one.perhaps) for one in found.languages] == [("en", 1, 2)]


def test_curves_and_tables_count_as_the_figures_above_them(desk: Bench) -> None:
    """Of who is followed a link counts once, whatever they press: also over time and by language."""
    seed(desk.ctx, people(4, language="en", tracking_consent="granted"))
    desk.ctx = replace(desk.ctx, publication=replace(desk.ctx.publication, tracking=TrackingMode.INDIVIDUAL))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "me"))
    (variant,) = desk.rows(tables.variants)
    one, other = (row.id for row in desk.rows(tables.deliveries)[:2])
    pressed = [
        (0, "click", one, "machine"),
        (3, "click", one, "human"),
        (5, "click", one, "human"),
        (4, "click", other, "machine"),
        (6, "click", None, "human"),
        (6, "click", None, "human"),
        (1, "open", one, "human"),
        (2, "open", one, "unknown"),
    ]
    with desk.ctx.store.write() as db:
        for hour, kind, delivery, reader in pressed:
            db.execute(
                tables.hits.insert().values(
                    at=START + timedelta(hours=hour),
                    kind=kind,
                    variant_id=variant.id,
                    delivery_id=delivery,
                    link=0 if kind == "click" else None,
                    reader=reader,
                )
            )
    told = report.report(desk.ctx, number)
    assert told.figures
    assert (told.figures.clicks.human, told.figures.opens.human, told.figures.opens.unknown) == (3, 1, 0)
    found = curves.curves(desk.ctx, number, told.languages)
    assert [(each.clicks, each.opens, each.perhaps) for each in found.languages] == [(3, 1, 1)]
    assert {each.at.hour - START.hour: each.clicks for each in found.reading if each.clicks} == {3: 1, 6: 2}
    assert sum(each.opens for each in found.reading) == sum(each.perhaps for each in found.reading) == 1


@small
def test_the_curve_of_those_handed_over_ends_at_their_number(desk: Bench) -> None:
    """Also of those whom only an event, or a person, counted as handed over."""
    seed(desk.ctx, people(15, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)

    def lost(_body: object) -> Receipt:
        raise Uncertain("time-out", code="x")

    desk.witness.answer = lost
    submit_next(Desk(desk.ctx, "me"))
    submit_next(Desk(desk.ctx, "me"))
    desk.witness.answer = lambda _body: Receipt("ok")
    submit_next(Desk(desk.ctx, "me"))
    desk.event(desk.witness.posted[0][0], 1)
    settle.settle(desk.ctx)
    settle.decide(desk.ctx, number, settle.Decision.ASSUME)
    told = report.report(desk.ctx, number)
    assert curves.curves(desk.ctx, number, told.languages).handed[-1].people == told.books.accepted == 15
