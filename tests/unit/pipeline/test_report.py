"""The report: every promised key, sums that agree with the ledger, a statement that says nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli.statement import WIDTH, headline, statement
from newsletter.model.campaign import Books, Campaign, CampaignStatus
from newsletter.model.errors import NotFound
from newsletter.model.event import HitKind
from newsletter.model.finding import Finding, Severity
from newsletter.model.publication import TrackingMode
from newsletter.model.token import of_variant
from newsletter.model.waiver import Waived
from newsletter.pipeline import record
from newsletter.pipeline.hits import Hits, Seen
from newsletter.pipeline.leave import leave
from newsletter.pipeline.report import Report, as_json, report
from newsletter.store import tables
from tests.mailed import START, Mailed, Person, hand_over, world

KEYS = [
    "campaign",
    "issue",
    "status",
    "closed",
    "candidates",
    "excluded",
    "prepared",
    "pending",
    "skipped",
    "cancelled",
    "expired",
    "accepted",
    "rejected",
    "in_doubt",
    "held",
    "no_news",
    "deferred",
    "delivered",
    "bounced",
    "dropped",
    "complained",
    "unsubscribed",
    "opens",
    "clicks",
    "links",
    "languages",
    "only",
    "decided",
    "approvals",
]
PEOPLE = [
    Person(f"p{number}@example.org", language="fr" if number % 3 == 0 else "en") for number in range(12)
]


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        hand_over(made, PEOPLE)
        with made.ctx.store.write() as db:
            db.execute(
                tables.campaigns.update().values(candidates=15, excluded={"unsubscribed": 2, "no-consent": 1})
            )
        yield made


def told(mailed: Mailed) -> None:
    """Events, clicks and a reader who leaves."""
    events = [mailed.event("delivered", person.email) for person in PEOPLE[:9]]
    events += [
        mailed.event("bounce", PEOPLE[9].email, type="bounce", status="5.1.1"),
        mailed.event("deferred", PEOPLE[10].email),
    ]
    events += [mailed.event("spamreport", PEOPLE[0].email)]
    record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook(events))
    record.apply_new(mailed.ctx)
    leave(mailed.ctx, mailed.deliveries[PEOPLE[1].email], "one-click")
    hits = Hits(mailed.ctx)
    number = of_variant(mailed.variants["en", TrackingMode.AGGREGATE])
    for place in range(4):
        at = START + timedelta(minutes=place)
        hits.add(Seen(at, HitKind.CLICK, number, mailed.edition.short, 0, 3, agent="Firefox"))
        hits.add(Seen(at, HitKind.OPEN, number, agent="Mozilla/5.0" if place else "Firefox"))
    hits.add(Seen(START, HitKind.CLICK, number, mailed.edition.short, 3, 3, agent="curl/8"))
    hits.flush()


def test_every_promised_key_with_the_ledgers_numbers(mailed: Mailed) -> None:
    told(mailed)
    found = as_json(report(mailed.ctx, mailed.campaign))
    assert list(found) == KEYS
    assert found["opens"] == {"human": 1, "machine": 0, "unknown": 3}
    assert found["clicks"] == {"human": 4, "machine": 1, "unknown": 0}
    assert found["links"] == [
        {"url": "https://www.ngen.ca/impact?a=1&b=2#top", "human": 4, "machine": 0},
        {"url": "https://www.ngen.ca/fr/équipe", "human": 0, "machine": 0},
        {"url": "https://www.ngen.ca", "human": 0, "machine": 0},
        {"url": "https://example.org/a", "human": 0, "machine": 1},
    ]
    assert found["languages"] == {"en": 8, "fr": 4}
    numbers = {
        name: found[name]
        for name in (
            "candidates",
            "prepared",
            "accepted",
            "delivered",
            "bounced",
            "deferred",
            "no_news",
            "complained",
            "unsubscribed",
        )
    }
    assert numbers == {
        "candidates": 15, "prepared": 12, "accepted": 12, "delivered": 9, "bounced": 1, "deferred": 1, "no_news": 1,
        "complained": 1, "unsubscribed": 1,
    }  # fmt: skip
    assert (found["closed"], found["excluded"]) == (True, {"no-consent": 1, "unsubscribed": 2})


def test_a_mailing_that_measures_nothing(tmp_path: Path) -> None:
    with world(tmp_path) as mailed:
        hand_over(mailed, [Person("a@example.org", tracking=TrackingMode.OFF)], tracking=TrackingMode.OFF)
        found = as_json(report(mailed.ctx, mailed.campaign))
        assert (found["opens"], found["clicks"], found["links"]) == (None, None, [])
        assert "Reading is not measured." in statement(
            report(mailed.ctx, mailed.campaign), "News", "America/Toronto"
        )


def test_who_agreed_is_counted_once_and_the_others_each_time(tmp_path: Path) -> None:
    yes = [Person(f"y{n}@example.org", tracking=TrackingMode.INDIVIDUAL, consent="granted") for n in range(4)]
    others = [Person(f"o{n}@example.org") for n in range(6)]
    with world(tmp_path, tracking=TrackingMode.INDIVIDUAL) as mailed:
        hand_over(mailed, [*yes, *others], tracking=TrackingMode.INDIVIDUAL)
        events = [mailed.event("delivered", person.email) for person in (*yes, *others)]
        record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook(events))
        record.apply_new(mailed.ctx)
        seen = Hits(mailed.ctx)
        for place in range(9):
            at = START + timedelta(hours=1 + place)
            seen.add(Seen(at, HitKind.OPEN, mailed.deliveries[yes[0].email], agent="Firefox"))
            seen.add(
                Seen(
                    at,
                    HitKind.OPEN,
                    of_variant(mailed.variants["en", TrackingMode.AGGREGATE]),
                    agent="Firefox",
                )
            )
        seen.flush()
        made = report(mailed.ctx, mailed.campaign)
        assert made.figures is not None
        assert (made.figures.opens.human, made.figures.opened_by.human, made.followed) == (10, 1, 4)
        assert made.opened == (25.0, 25.0)
        text = " ".join(statement(made, "News", "America/Toronto").split())
        assert "of the 4 whose reading may be followed 25 % to 25 %" in text
        assert "everybody else each time" in text


def test_no_share_is_told_before_the_news_of_deliveries_are_here(tmp_path: Path) -> None:
    person = Person("y@example.org", tracking=TrackingMode.INDIVIDUAL, consent="granted")
    with world(tmp_path, tracking=TrackingMode.INDIVIDUAL) as mailed:
        hand_over(mailed, [person], tracking=TrackingMode.INDIVIDUAL)
        seen = Hits(mailed.ctx)
        seen.add(Seen(START, HitKind.OPEN, mailed.deliveries[person.email], agent="Firefox"))
        seen.flush()
        made = report(mailed.ctx, mailed.campaign)
        assert made.opened is None
        text = statement(made, "News", "America/Toronto")
        assert "%" not in text
        assert "surely people" in " ".join(text.split())


def test_no_such_mailing(mailed: Mailed) -> None:
    with pytest.raises(NotFound):
        report(mailed.ctx, 77)


def test_the_statement(mailed: Mailed) -> None:
    told(mailed)
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(status="finished", ended_at=START + timedelta(minutes=4)))
    text = statement(report(mailed.ctx, mailed.campaign), "NGen News", "America/Toronto")
    assert text.startswith("NGen News\nA year of making it work\n")
    assert "Wednesday 16 December 2020, 9:00 to 9:04 (America/Toronto)" in text
    assert "12 people, once each; 3 not mailed, and why; 0 unexplained." in text
    assert "Recipients by language: English 8, French 4." in text
    assert "The count closes: 15 in the audience = 12 recipients + 3 not mailed." in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_the_statement_tells_what_was_accepted(mailed: Mailed) -> None:
    long = Finding("subject-length", Severity.WARNING, "the subject has 90 characters")
    made = replace(
        report(mailed.ctx, mailed.campaign), waived=(Waived(long, "The minister’s title cannot be cut."),)
    )
    text = " ".join(statement(made, "News", "America/Toronto").split())
    assert "subject-length: the subject has 90 characters. The minister’s title cannot be cut." in text


def test_the_statement_of_a_mailing_that_is_not_out_yet(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        for table in (tables.deliveries, tables.batches):
            db.execute(table.delete())
        db.execute(
            tables.campaigns.update().values(
                status="scheduled", candidates=None, excluded={}, started_at=None
            )
        )
    made = report(mailed.ctx, mailed.campaign)
    assert not made.closed
    assert "Nobody has been mailed yet" in statement(made, "News", "America/Toronto")


def test_what_is_not_confirmed_is_said(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        first = mailed.rows(tables.batches)[0]["id"]
        db.execute(
            tables.batches.update()
            .where(tables.batches.c.id == first)
            .values(state="in_doubt", doubt_since=START)
        )
        db.execute(tables.campaigns.update().values(status="held"))
    made = report(mailed.ctx, mailed.campaign)
    text = statement(made, "News", "America/Toronto")
    assert (made.closed, made.unexplained) == (False, made.books.in_doubt)
    assert f"newsletter settle {mailed.campaign}" in text
    assert "not confirmed" in text


small = st.integers(0, 5)


@st.composite
def accounts(draw: st.DrawFn) -> Books:
    """Books whose equations hold."""
    fates = {name: draw(small) for name in ("no_news", "deferred", "delivered", "bounced", "dropped")}
    ways = {name: draw(small) for name in ("pending", "cancelled", "expired", "rejected", "in_doubt", "held")}
    skipped = draw(st.dictionaries(st.sampled_from(["unsubscribed", "no-consent"]), small))
    excluded = draw(st.dictionaries(st.sampled_from(["unsubscribed", "already-had-it"]), small))
    accepted = sum(fates.values())
    prepared = accepted + sum(ways.values()) + sum(skipped.values())
    return Books(
        candidates=prepared + sum(excluded.values()),
        excluded=excluded,
        prepared=prepared,
        skipped=skipped,
        accepted=accepted,
        **fates,
        **ways,
    )


@given(accounts(), st.sampled_from(CampaignStatus))
def test_the_headline_accounts_for_everybody(books: Books, status: CampaignStatus) -> None:
    assert books.faults() == []
    campaign = Campaign(
        1, "p", "s", "", 0, "e", None, "outbox", TrackingMode.OFF, status, "", False, START, None, None, None
    )
    made = Report(campaign, "t", books, 0, 0, 0, None, {}, START)
    assert made.unexplained == books.in_doubt + books.held
    assert (
        books.accepted + books.pending + sum(made.not_mailed.values()) + made.unexplained == books.candidates
    )
    assert headline(made)
    text = statement(made, "News", "America/Toronto")
    assert "does not close" not in text


def test_whom_the_equations_lose_is_unexplained() -> None:
    books = Books(candidates=10, prepared=7, accepted=7, delivered=7)
    campaign = Campaign(
        1,
        "p",
        "s",
        "",
        0,
        "e",
        None,
        "outbox",
        TrackingMode.OFF,
        CampaignStatus.FINISHED,
        "",
        False,
        START,
        None,
        None,
        None,
    )
    made = Report(campaign, "t", books, 0, 0, 0, None, {}, START)
    assert made.unexplained == 3
    assert "3 unexplained" in headline(made)
    assert "does not close" in statement(made, "News", "America/Toronto")
