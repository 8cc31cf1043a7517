"""Members one at a time: added, edited, moved, unsubscribed; and what nobody may do to them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newsletter.model.address import AddressFault
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.member import Consent, ConsentBasis, Exclusion, SuppressionReason, TrackingConsent
from newsletter.pipeline import exporting, members, suppressions
from newsletter.pipeline.members import Changes, Grounds
from newsletter.store import tables
from tests.corpora import naughty_strings
from tests.mailed import Mailed, world

EXPRESS = Grounds(ConsentBasis.EXPRESS, date(2020, 1, 15), "form")


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield made


def test_adding_and_editing(mailed: Mailed) -> None:
    story = members.add(
        mailed.ctx,
        "Zoe@Acier.example.ca",
        Changes(
            fields={
                "first_name": " Zoé ",
                "province": "Québec",
                "language": "français",
                "timezone": "america/toronto",
            },
            attributes={"size": "50"},
            tags=frozenset({"PME", "pme", "aéro"}),
            consent=EXPRESS,
            tracking=TrackingConsent.GRANTED,
        ),
    )
    zoe = story.member
    assert zoe is not None
    assert (zoe.email, zoe.first_name, zoe.province, zoe.language) == (
        "Zoe@acier.example.ca",
        "Zoé",
        "QC",
        "fr",
    )
    assert (zoe.timezone, zoe.attributes, len(zoe.tags)) == ("America/Toronto", {"size": "50"}, 2)
    assert story.exclusion is None
    story = members.edit(
        mailed.ctx,
        "ZOE@acier.example.ca",
        Changes(
            fields={"first_name": "", "company": "Aciérie"},
            attributes={"size": ""},
            untag=frozenset({"AERO"}),
        ),
    )
    zoe = story.member
    assert zoe is not None
    assert (zoe.first_name, zoe.company, zoe.attributes, len(zoe.tags)) == ("", "Aciérie", {}, 1)
    assert zoe.consent == Consent(ConsentBasis.EXPRESS, date(2020, 1, 15), "form")
    assert [row["act"] for row in mailed.rows(tables.audit)] == ["member-add", "member-edit"]
    assert mailed.rows(tables.audit)[1]["detail"] == {
        "changed": ["first_name", "company", "tags", "attributes"]
    }


def test_the_same_address_is_one_member(mailed: Mailed) -> None:
    members.add(mailed.ctx, "a@x.ca", Changes())
    with pytest.raises(NotAllowed, match="already"):
        members.add(mailed.ctx, "A@X.CA", Changes())


@pytest.mark.parametrize("email", ["", "x", "a@b", "noreply@x.ca"])
def test_addresses_that_cannot_be_mailed(mailed: Mailed, email: str) -> None:
    with pytest.raises((AddressFault, NotAllowed)):
        members.add(mailed.ctx, email, Changes())
    assert not mailed.rows(tables.members)


def test_nobody_is_there(mailed: Mailed) -> None:
    assert members.find(mailed.ctx, "a@x.ca") is None
    for act in (
        lambda: members.get(mailed.ctx, "a@x.ca"),
        lambda: members.edit(mailed.ctx, "a@x.ca", Changes()),
    ):
        with pytest.raises(NotFound):
            act()
    assert members.story(mailed.ctx, "a@x.ca").member is None


@pytest.mark.parametrize(
    "changes",
    [
        Changes(consent=Grounds(ConsentBasis.EXPRESS)),
        Changes(consent=Grounds(ConsentBasis.PURCHASE, None, "invoice")),
        Changes(consent=Grounds(ConsentBasis.INQUIRY, date(2030, 1, 1))),
        Changes(fields={"timezone": "Eastern"}),
        Changes(fields={"company": "x" * 1_001}),
        Changes(attributes={"a b": "x"}),
        Changes(attributes={"in": "x"}),
        Changes(attributes={"company": "x"}),
        Changes(attributes={"": "x"}),
        # Columns of these names say who left; an import of our own export would take them at their word.
        Changes(attributes={"unsubscribed": "yes"}),
        Changes(attributes={"opt_out": "no"}),
        Changes(attributes={"status": "unsubscribed"}),
        Changes(attributes={"statut": "membre"}),
    ],
)
def test_what_cannot_be_taken(mailed: Mailed, changes: Changes) -> None:
    with pytest.raises(NotAllowed):
        members.add(mailed.ctx, "a@x.ca", changes)
    assert not mailed.rows(tables.members)


def test_unsubscribing_is_at_once_and_once(mailed: Mailed) -> None:
    members.add(mailed.ctx, "a@x.ca", Changes(consent=EXPRESS))
    for _ in range(2):
        story = members.unsubscribe(mailed.ctx, "A@x.ca", "by phone")
        assert story.exclusion is Exclusion.UNSUBSCRIBED
    assert [line.kind for line in story.consents] == ["granted", "withdrawn"]
    with pytest.raises(NotAllowed, match="do-not-mail"):
        members.edit(mailed.ctx, "a@x.ca", Changes(consent=EXPRESS))
    members.edit(mailed.ctx, "a@x.ca", Changes(fields={"company": "still ours to correct"}))
    assert members.story(mailed.ctx, "a@x.ca").exclusion is Exclusion.UNSUBSCRIBED


def test_somebody_who_is_no_member_can_unsubscribe(mailed: Mailed) -> None:
    assert members.unsubscribe(mailed.ctx, "nobody@x.ca", "by mail").exclusion is Exclusion.UNSUBSCRIBED
    assert members.add(mailed.ctx, "nobody@x.ca", Changes()).exclusion is Exclusion.UNSUBSCRIBED


def test_moving_to_another_address(mailed: Mailed) -> None:
    members.add(mailed.ctx, "a@x.ca", Changes(consent=EXPRESS))
    members.add(mailed.ctx, "b@x.ca", Changes())
    story = members.edit(mailed.ctx, "a@x.ca", Changes(fields={"email": "new@x.ca"}))
    assert story.exclusion is None
    assert [line.source for line in story.consents] == ["moved from an earlier address"]
    assert members.find(mailed.ctx, "a@x.ca") is None
    assert members.edit(mailed.ctx, "new@x.ca", Changes(fields={"email": "NEW@x.ca"})).address == "NEW@x.ca"
    with pytest.raises(NotAllowed, match="another member"):
        members.edit(mailed.ctx, "new@x.ca", Changes(fields={"email": "b@x.ca"}))
    with pytest.raises(NotAllowed, match="nobody reads"):
        members.edit(mailed.ctx, "new@x.ca", Changes(fields={"email": "noreply@x.ca"}))


def test_no_address_is_moved_away_from_a_suppression_or_onto_one(mailed: Mailed) -> None:
    members.add(mailed.ctx, "a@x.ca", Changes(consent=EXPRESS))
    members.add(mailed.ctx, "b@x.ca", Changes(consent=EXPRESS))
    members.unsubscribe(mailed.ctx, "a@x.ca", "by phone")
    for old, new in (("a@x.ca", "fresh@x.ca"), ("b@x.ca", "gone@x.ca")):
        members.unsubscribe(mailed.ctx, "gone@x.ca", "by phone")
        with pytest.raises(NotAllowed, match="do-not-mail"):
            members.edit(mailed.ctx, old, Changes(fields={"email": new}))


def test_an_erased_address_cannot_be_added(mailed: Mailed) -> None:
    suppressions.add(mailed.ctx, "a@x.ca", SuppressionReason.ERASED, "asked")
    with pytest.raises(NotAllowed, match="forgotten"):
        members.add(mailed.ctx, "a@x.ca", Changes())


def test_listing(mailed: Mailed) -> None:
    for number in range(5):
        fields = {"company": f"Firm {number}", "province": "ON" if number % 2 else "QC"}
        members.add(mailed.ctx, f"p{number}@x.ca", Changes(fields=fields))
    assert members.listing(mailed.ctx, limit=2)[0] == 5
    assert [one.email for one in members.listing(mailed.ctx, 'province == "on"')[1]] == ["p1@x.ca", "p3@x.ca"]
    assert [one.email for one in members.listing(mailed.ctx, "", "firm 4")[1]] == ["p4@x.ca"]
    assert members.listing(mailed.ctx, 'province == "ON"', "firm 4") == (0, [])


@pytest.mark.ci
def test_naughty_strings_by_hand(mailed: Mailed) -> None:
    for number, text in enumerate(naughty_strings()[::9]):
        changes = Changes(fields={"first_name": text}, tags=frozenset({text}), attributes={"note": text})
        story = members.add(mailed.ctx, f"p{number}@x.ca", changes)
        assert story.member is not None
        assert len(story.member.first_name.splitlines()) <= 1
    assert members.listing(mailed.ctx)[0] == number + 1


def test_lone_surrogates_from_a_command_line_are_taken_out(mailed: Mailed) -> None:
    story = members.add(mailed.ctx, "a@x.ca", Changes(fields={"company": "caf\udce9 x"}))
    assert story.member is not None
    assert story.member.company == "caf x"


def test_an_export_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "members.csv"
    target.write_text("old")

    def broken() -> Iterator[str]:
        yield "new"
        raise OSError(28, "No space left on device")

    with pytest.raises(NotAllowed, match="No space"):
        exporting.write(target, broken())
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["members.csv"]
    exporting.write(target, ["a", "é"], for_excel=True)
    assert target.read_bytes() == b"\xef\xbb\xbfa\xc3\xa9"
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) & 0o077 == 0
    with pytest.raises(NotAllowed, match="cannot be written"):
        exporting.write(tmp_path / "nowhere" / "x.csv", ["a"])
    assert os.listdir(tmp_path) == ["members.csv"]  # noqa: PTH208 - hidden files too
