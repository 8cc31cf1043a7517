"""Leaving: at once, once, for ever; and what readers may choose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.pipeline.leave import leave, masked, prefer, standing
from newsletter.store import selection, tables
from tests.mailed import ANA, BEN, CLO, Mailed, Person, add_member, hand_over, key_of, world


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield hand_over(made)


def test_leaving_writes_all_three_and_a_second_time_nothing(mailed: Mailed) -> None:
    number = mailed.deliveries[BEN.email]
    found = leave(mailed.ctx, number, "one-click")
    assert found
    assert found.left
    (suppression,) = mailed.rows(tables.suppressions)
    assert (suppression["address_key"], suppression["reason"]) == (key_of(BEN.email), "unsubscribed")
    (consent,) = mailed.rows(tables.consents)
    assert (consent["kind"], consent["source"], consent["actor"]) == ("withdrawn", "one-click", "reader")
    (fact,) = mailed.rows(tables.facts)
    assert (fact["delivery_id"], fact["kind"]) == (number, "unsubscribed")
    before = mailed.everything()
    mailed.clock.forward(60)
    assert leave(mailed.ctx, number, "page")
    assert mailed.everything() == before


def test_it_takes_effect_in_a_running_send(mailed: Mailed) -> None:
    leave(mailed.ctx, mailed.deliveries[BEN.email], "one-click")
    with mailed.ctx.store.read() as db:
        batch = next(row["batch_id"] for row in mailed.rows(tables.deliveries) if row["address"] == BEN.email)
        assert selection.left(db, batch, date(2020, 12, 16)) == [
            (mailed.deliveries[BEN.email], "unsubscribed")
        ]


def test_old_links_work_when_the_member_is_gone(mailed: Mailed) -> None:
    with mailed.ctx.store.write() as db:
        db.execute(tables.members.delete())
        db.execute(tables.deliveries.update().values(address="", merge="[]"))
    found = leave(mailed.ctx, mailed.deliveries[ANA.email], "page")
    assert found
    assert (found.left, found.known, found.address) == (True, False, "")
    assert mailed.rows(tables.suppressions)[0]["address_key"] == key_of(ANA.email)


def test_a_test_message_and_an_unknown_delivery_change_nothing(mailed: Mailed) -> None:
    before = mailed.everything()
    for act in (
        leave(mailed.ctx, 0, "page"),
        prefer(mailed.ctx, 0, language="fr", measured=False),
        standing(mailed.ctx, 0),
    ):
        assert act
        assert act.test
    assert leave(mailed.ctx, 999, "page") is None
    assert prefer(mailed.ctx, 999, language="fr", measured=False) is None
    assert standing(mailed.ctx, 999) is None
    assert mailed.everything() == before


@pytest.mark.parametrize(("person", "language"), [(ANA, "en"), (BEN, "fr"), (CLO, "")])
def test_whose_language(mailed: Mailed, person: object, language: str) -> None:
    found = standing(mailed.ctx, mailed.deliveries[person.email])
    assert found
    assert found.language == language


def test_wishes_are_kept_and_noted(mailed: Mailed) -> None:
    number = mailed.deliveries[ANA.email]
    found = prefer(mailed.ctx, number, language="fr", measured=False)
    assert found
    assert (found.own_language, found.measured) == ("fr", False)
    member = mailed.rows(tables.members)[0]
    assert (member["language"], member["language_folded"], member["tracking_consent"]) == (
        "fr",
        "fr",
        "refused",
    )
    (noted,) = mailed.rows(tables.audit)
    assert (noted["actor"], noted["act"]) == ("reader", "preferences")
    before = mailed.everything()
    prefer(mailed.ctx, number, language="fr", measured=False)
    assert mailed.everything() == before


def test_allowing_again_is_no_consent_to_be_measured_alone(mailed: Mailed) -> None:
    number = mailed.deliveries[ANA.email]
    for measured, expected in ((False, "refused"), (True, "unknown")):
        prefer(mailed.ctx, number, language=None, measured=measured)
        assert mailed.rows(tables.members)[0]["tracking_consent"] == expected
    with mailed.ctx.store.write() as db:
        db.execute(tables.members.update().values(tracking_consent="granted"))
    prefer(mailed.ctx, number, language=None, measured=True)
    assert mailed.rows(tables.members)[0]["tracking_consent"] == "granted"


@pytest.mark.parametrize(("asked", "kept"), [("", ""), (None, "en"), ("xx", "en"), ("<b>", "en")])
def test_only_languages_of_the_publication(mailed: Mailed, asked: str | None, kept: str) -> None:
    prefer(mailed.ctx, mailed.deliveries[ANA.email], language=asked, measured=True)
    assert mailed.rows(tables.members)[0]["language"] == kept


def test_a_masked_address() -> None:
    assert masked("marie.tremblay@usine.example.ca") == "m•••@u•••.ca"
    assert masked("a@b.ca") == "a•••@b•••.ca"
    assert masked("") == ""
    assert masked("nonsense") == ""


@given(st.emails())
def test_a_mask_hides_all_but_two_letters_and_the_ending(email: str) -> None:
    shown = masked(email)
    local, _, domain = email.rpartition("@")
    assert shown == f"{local[0]}•••@{domain[0]}•••.{domain.rpartition('.')[2]}"


def moved(mailed: Mailed) -> None:
    """Ana has a new address since."""
    with mailed.ctx.store.write() as db:
        new = {"email": "ana@new.example.org", "address_key": key_of("ana@new.example.org")}
        db.execute(tables.members.update().where(tables.members.c.email == ANA.email).values(**new))


def test_who_leaves_by_an_old_mail_leaves_with_the_new_address_too(mailed: Mailed) -> None:
    moved(mailed)
    found = leave(mailed.ctx, mailed.deliveries[ANA.email], "page")
    assert found
    assert (found.left, found.known) == (True, True)
    listed = {row["address_key"]: row["address"] for row in mailed.rows(tables.suppressions)}
    assert listed == {key_of(ANA.email): ANA.email, key_of("ana@new.example.org"): "ana@new.example.org"}
    before = mailed.everything()
    leave(mailed.ctx, mailed.deliveries[ANA.email], "page")
    assert mailed.everything() == before


def test_who_left_by_the_old_address_alone_has_not_left_yet(mailed: Mailed) -> None:
    leave(mailed.ctx, mailed.deliveries[ANA.email], "page")
    moved(mailed)
    found = standing(mailed.ctx, mailed.deliveries[ANA.email])
    assert found
    assert not found.left
    leave(mailed.ctx, mailed.deliveries[ANA.email], "page")
    assert key_of("ana@new.example.org") in {row["address_key"] for row in mailed.rows(tables.suppressions)}


def test_an_address_that_somebody_else_has_now(mailed: Mailed) -> None:
    moved(mailed)
    with mailed.ctx.store.write() as db:
        add_member(db, Person(ANA.email, "Other"))
    prefer(mailed.ctx, mailed.deliveries[ANA.email], language="fr", measured=True)
    assert [row["language"] for row in mailed.rows(tables.members)] == ["fr", "fr", "", "en"]
