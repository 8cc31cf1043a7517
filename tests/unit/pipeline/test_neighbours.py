"""The same people within a few days, and a day that many of them have off: said before it counts."""

from __future__ import annotations

import pytest

from newsletter.model.campaign import AudienceRule
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import control, neighbours, plan, schedule
from newsletter.pipeline.plan import Ask
from newsletter.pipeline.submit import Desk, submit_next
from tests.ledger import Bench, edition
from tests.seed import people, seed

SEGMENTS = "[ontario]\nwhere = 'province == \"ON\"'\n\n[quebec]\nwhere = 'province == \"QC\"'\n"


@pytest.fixture
def two(desk: Bench) -> Bench:
    """Six people of Ontario, of whom one left no consent, and four of Quebec."""
    (desk.ctx.root / "segments.toml").write_text(SEGMENTS, encoding="utf-8")
    ontario = [one | {"province": "ON"} for one in people(6)]
    ontario[0]["consent_basis"] = ""
    quebec = [{"email": f"q{n}@reader.example", "province": "QC", "language": "fr"} for n in range(4)]
    seed(desk.ctx, ontario + quebec)
    return desk


def ask(desk: Bench, at: str, slug: str = "news", *segments: str) -> Ask:
    times = schedule.timetable(desk.ctx, ScheduleWish(at=at))
    return Ask(edition(slug), AudienceRule(segments or ("everyone",)), "witness", when=times)


def found(desk: Bench, wanted: Ask) -> list[tuple[str, int]]:
    return [(one.slug, one.both) for one in neighbours.near(desk.ctx, wanted)]


def test_a_planned_mailing_near_in_time_is_counted_by_the_people_of_both(two: Bench) -> None:
    two.mailing(edition("digest"), ("quebec",), when=ask(two, "2020-12-18 09:00").when)
    assert found(two, ask(two, "2020-12-20 09:00")) == [("digest", 4)]
    assert found(two, ask(two, "2020-12-20 09:00", "news", "quebec")) == [("digest", 4)]
    assert found(two, ask(two, "2020-12-20 09:00", "news", "ontario")) == []
    assert found(two, ask(two, "2020-12-20 09:01")) == [], "two days, and no more"
    assert found(two, ask(two, "2020-12-20 09:00", "digest")) == [], "the same issue goes to nobody twice"


def test_a_mailing_that_went_out_is_counted_by_who_got_it(two: Bench) -> None:
    sent = two.mailing(edition("digest"), ("ontario",))
    two.start()
    worker = Desk(two.ctx, "me")
    while submit_next(worker):
        pass
    assert two.books(sent.id).accepted == 5
    assert found(two, ask(two, "2020-12-17 09:00")) == [("digest", 5)]
    two.later(days=3)
    assert found(two, ask(two, "2020-12-20 09:00")) == []


def test_what_was_cancelled_or_cannot_be_read_is_no_neighbour(two: Bench) -> None:
    gone = two.mailing(edition("digest"), when=ask(two, "2020-12-18 09:00").when)
    control.cancel(two.ctx, gone.id)
    two.mailing(edition("letter"), ("quebec",), when=ask(two, "2020-12-18 09:00").when)
    (two.ctx.root / "segments.toml").write_text(SEGMENTS.split("\n\n")[0], encoding="utf-8")
    assert found(two, ask(two, "2020-12-18 09:00")) == []


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SCHEDULE_DAYS_APART": "0"}], indirect=True)
def test_nobody_asks_where_it_is_switched_off(two: Bench) -> None:
    two.mailing(edition("digest"), when=ask(two, "2020-12-18 09:00").when)
    assert found(two, ask(two, "2020-12-18 10:00")) == []


def outlook(desk: Bench, wanted: Ask) -> dict[str, str]:
    assert wanted.when
    counts = plan.count(desk.ctx, wanted)
    seen = schedule.outlook(desk.ctx, wanted.when, counts.zones, neighbours.near(desk.ctx, wanted))
    assert {one.message for one in seen.remarks} >= set(seen.json["warnings"])  # type: ignore[arg-type]
    return {one.check: one.message for one in seen.remarks}


def test_both_are_said_in_the_outlook(two: Bench) -> None:
    two.mailing(edition("digest"), when=ask(two, "2021-06-23 09:00").when)
    said = outlook(two, ask(two, "2021-06-24 09:00"))
    assert said["mailings-close"] == (
        "Mailing 1 (digest), Wednesday 23 June 2021 at 9:00, reaches 9 recipients of this one, too: two within 2 days."
    )
    assert said["readers-holiday"] == (
        "Thursday 24 June 2021 is a holiday (Saint-Jean-Baptiste Day) for 4 recipients of 9, in QC."
    )


@pytest.mark.parametrize("environ", [{"NEWSLETTER_LANGUAGE": "fr-CA"}], indirect=True)
def test_and_in_the_language_of_the_staff(two: Bench) -> None:
    two.mailing(edition("digest"), when=ask(two, "2021-06-23 09:00").when)
    said = outlook(two, ask(two, "2021-06-24 09:00"))
    assert said["mailings-close"] == (
        "L’envoi 1 (digest), le mercredi 23 juin 2021 à 9\u00a0h, rejoint aussi 9\u00a0destinataires de celui-ci\u00a0: deux en 2 jours."
    )
    assert said["readers-holiday"] == (
        "Le jeudi 24 juin 2021 est férié (Fête nationale du Québec) pour 4\u00a0destinataires sur 9, dans QC."
    )


def test_a_greeting_for_that_holiday_and_a_holiday_of_few_are_no_concern(two: Bench) -> None:
    times = schedule.timetable(
        two.ctx, ScheduleWish(at="09:00", holiday="saint-jean-baptiste", calendar="CA-QC")
    )
    greeting = Ask(edition("fete"), AudienceRule(("everyone",)), "witness", when=times)
    assert "readers-holiday" not in outlook(two, greeting)
    seed(two.ctx, [{"email": f"o{n}@reader.example", "province": "ON"} for n in range(12)])
    assert "readers-holiday" not in outlook(two, ask(two, "2021-06-24 09:00"))
