"""Why: the story of one address, member or not, told from the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.model.address import AddressFault
from newsletter.model.errors import NotFound
from newsletter.model.event import HitKind
from newsletter.model.publication import TrackingMode
from newsletter.pipeline import record
from newsletter.pipeline.hits import Hits, Seen
from newsletter.pipeline.leave import leave
from newsletter.pipeline.why import Story, as_json, why
from newsletter.store import tables
from tests.corpora import naughty_strings
from tests.mailed import ANA, BEN, START, Mailed, Person, add_member, hand_over, key_of, standing, world

YES = Person("yes@example.org", "Yes", tracking=TrackingMode.INDIVIDUAL, consent="granted")


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        (tmp_path / "segments.toml").write_text(
            '[french]\nwhere = "language == \\"fr\\""\n[broken]\nwhere = "language =="\n'
        )
        hand_over(made, (ANA, BEN, YES))
        with made.ctx.store.write() as db:
            attempt = {
                "batch_id": 1,
                "number": 1,
                "epoch": 1,
                "sha256": "0" * 64,
                "members": 1,
                "started_at": START,
            }
            db.execute(
                tables.attempts.insert().values(
                    **attempt, finished_at=START, outcome="accepted", status=202, reference="r-77"
                )
            )
        yield made


def text(story: Story) -> str:
    return "\n".join((*story.told, *(line for chapter in story.campaigns for line in chapter.told)))


def test_a_member_who_got_it_and_left(mailed: Mailed) -> None:
    record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook([mailed.event("delivered", ANA.email)]))
    record.apply_new(mailed.ctx)
    mailed.clock.forward(600)
    leave(mailed.ctx, mailed.deliveries[ANA.email], "one-click")
    story = why(mailed.ctx, "ANA@example.org")
    assert (story.member, story.may_be_mailed, story.why_not) == (True, False, "unsubscribed")
    (chapter,) = story.campaigns
    assert chapter.outcome == "mailed"
    told = text(story)
    for part in (
        "receipt r-77",
        "delivered to the receiving server",
        "left the list by this mailing",
        "9:10:00",
        "consent withdrawn",
    ):
        assert part in told


def test_a_member_who_was_taken_off_the_list_may_be_mailed(mailed: Mailed) -> None:
    leave(mailed.ctx, mailed.deliveries[ANA.email], "one-click")
    with mailed.ctx.store.write() as db:
        db.execute(tables.suppressions.update().values(lifted_at=START + timedelta(days=2)))
    story = why(mailed.ctx, ANA.email)
    assert (story.may_be_mailed, story.why_not) == (True, "")
    assert "taken off it 18 December 2020" in text(story)


def test_segments_of_today_and_those_that_cannot_be_read(mailed: Mailed) -> None:
    story = why(mailed.ctx, BEN.email)
    assert story.segments == ("everyone", "french")
    assert "Segment broken cannot be read" in text(story)
    assert why(mailed.ctx, ANA.email).segments == ("everyone",)


@pytest.mark.parametrize(
    ("state", "delivery", "outcome"),
    [
        ("ready", {}, "pending"),
        ("in_doubt", {}, "not-confirmed"),
        ("held", {}, "not-confirmed"),
        ("cancelled", {}, "cancelled"),
        ("expired", {}, "expired"),
        ("accepted", {"state": "skipped", "reason": "unsubscribed"}, "skipped"),
        ("accepted", {"state": "rejected", "reason": "the address is not valid"}, "rejected"),
    ],
)
def test_where_a_delivery_stands(mailed: Mailed, state: str, delivery: dict[str, str], outcome: str) -> None:
    with mailed.ctx.store.write() as db:
        db.execute(tables.batches.update().values(**standing(state)))
        if delivery:
            db.execute(tables.deliveries.update().values(**delivery, holds=False))
    assert why(mailed.ctx, ANA.email).campaigns[0].outcome == outcome


def test_who_was_left_out_and_why(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        db.execute(
            tables.exclusions.insert().values(
                campaign_id=mailed.campaign,
                member_id=99,
                address_key=key_of("out@example.org"),
                reason="no-consent",
            )
        )
    story = why(mailed.ctx, "out@example.org")
    assert [(chapter.outcome, "no consent on file" in text(story)) for chapter in story.campaigns] == [
        ("excluded", True)
    ]


def test_who_was_not_there_at_all(mailed: Mailed) -> None:
    assert why(mailed.ctx, "nobody@example.org").campaigns == ()
    story = why(mailed.ctx, "nobody@example.org", mailed.campaign)
    assert (story.member, story.campaigns[0].outcome) == (False, "absent")
    assert "no member with this address" in text(story)
    with mailed.ctx.store.write() as db:
        add_member(db, Person("late@example.org"))
        later = START + timedelta(days=1)
        db.execute(
            tables.members.update()
            .where(tables.members.c.email == "late@example.org")
            .values(created_at=later)
        )
        add_member(db, Person("early@example.org"))
        db.execute(
            tables.members.update()
            .where(tables.members.c.email == "early@example.org")
            .values(created_at=START - timedelta(days=1))
        )
    assert "came later" in text(why(mailed.ctx, "late@example.org", mailed.campaign))
    assert "Not in the audience (everyone)" in text(why(mailed.ctx, "early@example.org", mailed.campaign))


def test_a_member_with_a_new_address_still_got_what_went_to_the_old_one(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        db.execute(
            tables.members.update()
            .where(tables.members.c.email == ANA.email)
            .values(email="new@example.org", address_key=key_of("new@example.org"))
        )
    for asked in (None, mailed.campaign):
        story = why(mailed.ctx, "new@example.org", asked)
        assert [chapter.outcome for chapter in story.campaigns] == ["mailed"]
        assert "It was for ana@example.org" in text(story)
    assert "It was for" not in text(why(mailed.ctx, ANA.email, mailed.campaign))
    with mailed.ctx.store.write() as db:  # somebody else has the old address now, and was mailed there since
        add_member(db, ANA)
    assert "It was for" not in text(why(mailed.ctx, ANA.email, mailed.campaign))
    assert why(mailed.ctx, BEN.email).campaigns[0].told[0].endswith("delivery 2 of batch 2.")


def test_an_earlier_address_that_was_left_out(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        moved = add_member(db, Person("now@example.org"))
        db.execute(
            tables.exclusions.insert().values(
                campaign_id=mailed.campaign,
                member_id=moved,
                address_key=key_of("then@example.org"),
                reason="no-consent",
            )
        )
    assert [chapter.outcome for chapter in why(mailed.ctx, "now@example.org").campaigns] == ["excluded"]


def test_whoever_was_left_out_was_in_no_parcel(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        db.execute(tables.deliveries.update().values(state="skipped", holds=False, reason="unsubscribed"))
    told = text(why(mailed.ctx, ANA.email))
    assert "left out: unsubscribed" in told
    assert "handed to" not in told
    with mailed.ctx.store.write() as db:  # refused by the provider itself: they were in it
        db.execute(tables.deliveries.update().values(state="rejected", holds=False, reason="no such mailbox"))
        db.execute(tables.batches.update().values(state="rejected"))
        db.execute(tables.attempts.update().values(outcome="refused", status=400))
    assert "attempt 1: refused 400" in text(why(mailed.ctx, ANA.email))


def test_an_erased_member_still_has_a_story(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        db.execute(tables.members.delete())
        db.execute(tables.deliveries.update().values(address="", merge="[]"))
    story = why(mailed.ctx, ANA.email)
    assert (story.member, story.campaigns[0].outcome) == (False, "mailed")


def test_reading_is_told_only_of_those_who_said_yes(mailed: Mailed) -> None:
    hits = Hits(mailed.ctx)
    for person in (YES, ANA):
        hits.add(
            Seen(
                START,
                HitKind.CLICK,
                mailed.deliveries[person.email],
                mailed.edition.short,
                0,
                agent="Firefox",
            )
        )
    hits.flush()
    assert "followed link 0" in text(why(mailed.ctx, YES.email))
    assert "followed" not in text(why(mailed.ctx, ANA.email))


def test_as_json_is_plain(mailed: Mailed) -> None:
    found = as_json(why(mailed.ctx, ANA.email, mailed.campaign))
    assert set(found) == {"email", "member", "may_be_mailed", "why_not", "told", "segments", "campaigns"}
    with pytest.raises(NotFound):
        why(mailed.ctx, ANA.email, 77)


def test_any_text_for_an_address(mailed: Mailed) -> None:
    for naughty in naughty_strings():
        try:
            assert why(mailed.ctx, naughty).member is False
        except AddressFault:
            continue
