"""One person's story: every fact that the ledger holds, in order of time, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.model.address import AddressFault
from newsletter.model.member import ConsentBasis, SuppressionReason
from newsletter.model.publication import TrackingMode
from newsletter.pipeline import members, record, suppressions
from newsletter.pipeline.importing import Options, import_members
from newsletter.pipeline.leave import leave, prefer
from newsletter.pipeline.members import Changes, Grounds
from newsletter.pipeline.tale import Tale, tale
from newsletter.store import tables
from tests.corpora import naughty_strings
from tests.mailed import ANA, BEN, Mailed, Person, hand_over, standing, world

YES = Person("yes@example.org", "Yes", tracking=TrackingMode.INDIVIDUAL, consent="granted")


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield made


def told(found: Tale, language: str = "en") -> list[str]:
    return [one.said.told(language) for one in found.moments]


def test_from_a_list_to_the_door(mailed: Mailed, tmp_path: Path) -> None:
    path = tmp_path / "spring.csv"
    path.write_text(
        "email,first_name,consent_basis,consent_date,consent_evidence\nzoe@x.ca,Zoé,express,2020-05-01,form 12\n",
        encoding="utf-8",
    )
    with import_members(mailed.ctx, path, Options()):
        pass
    mailed.clock.forward(60)
    members.edit(mailed.ctx, "zoe@x.ca", Changes({"company": "Forge", "language": "fr"}))
    mailed.clock.forward(60)
    members.unsubscribe(mailed.ctx, "zoe@x.ca", "by phone, 16 December")
    mailed.clock.forward(60)
    suppressions.add(mailed.ctx, "zoe@x.ca", SuppressionReason.MANUAL, "the board")
    mailed.clock.forward(60)
    suppressions.lift(mailed.ctx, "zoe@x.ca", "a mistake")
    found = tale(mailed.ctx, "ZOE@x.ca")
    assert told(found) == [
        "Became a member with the list spring.csv.",
        "Consent on file: express, they said yes, 1 May 2020. Proof: form 12. Known from: the list spring.csv, line 2. By: tester.",
        "Changed: company, language. By: tester.",
        "Consent withdrawn. Known from: they asked us. Proof: by phone, 16 December. By: tester.",
        "Put on the do-not-mail list: put there by staff. Known from: the board.",
        "Taken off the do-not-mail list.",
    ]
    assert told(found, "fr")[:2] == [
        "Devient membre avec la liste spring.csv.",
        "Consentement au dossier\u00a0: exprès, la personne a dit oui, 1er mai 2020. Preuve\u00a0: form 12."
        " Source\u00a0: la liste spring.csv, ligne 2. Par\u00a0: tester.",
    ]
    assert found.why_not is not None
    assert found.why_not.en == "unsubscribed"
    assert [one.at for one in found.moments] == sorted(one.at for one in found.moments)


def test_a_mailing_delivered_read_and_left_by(mailed: Mailed) -> None:
    hand_over(mailed, (ANA, BEN, YES))
    record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook([mailed.event("delivered", YES.email)]))
    record.apply_new(mailed.ctx)
    number = mailed.deliveries[YES.email]
    read = [
        {
            "at": mailed.clock.forward(300),
            "kind": kind,
            "variant_id": 1,
            "delivery_id": number,
            "link": link,
            "reader": reader,
        }
        for kind, link, reader in (("open", None, "machine"), ("click", 2, "human"))
    ]
    with mailed.ctx.store.write() as db:
        db.execute(tables.hits.insert(), read)
    mailed.clock.forward(600)
    prefer(mailed.ctx, number, language="fr", measured=False)
    mailed.clock.forward(600)
    leave(mailed.ctx, number, "one-click")
    found = tale(mailed.ctx, YES.email)
    text = told(found)
    for part in (
        "Handed over to SendGrid.",
        "Delivered to the receiving server.",
        "Opened (a machine).",
        "Followed link 2.",
        "Set their preferences: French; reading may not be measured.",
    ):
        assert part in text
    assert text[-1].startswith("Consent withdrawn. Known from: the unsubscribe button of their mail program.")
    assert {one.title for one in found.moments if one.campaign} == {"A year of making it work"}


def test_why_somebody_was_not_mailed(mailed: Mailed) -> None:
    hand_over(mailed, (ANA, BEN))
    members.add(mailed.ctx, "out@x.ca", Changes({"language": "fr"}))
    number = members.get(mailed.ctx, "out@x.ca").id
    key = mailed.rows(tables.members)[-1]["address_key"]
    with mailed.ctx.store.write() as db:
        db.execute(
            tables.exclusions.insert().values(
                campaign_id=mailed.campaign, member_id=number, address_key=key, reason="no-consent"
            )
        )
        db.execute(tables.deliveries.update().values(state="skipped", holds=False, reason="unsubscribed"))
    assert "Not mailed: no consent on file." in told(tale(mailed.ctx, "out@x.ca"))
    assert "Left out at the last look before the hand-over: unsubscribed." in told(
        tale(mailed.ctx, ANA.email)
    )
    assert any("Écarté au dernier contrôle" in one for one in told(tale(mailed.ctx, ANA.email), "fr"))


@pytest.mark.parametrize(
    "state", ["ready", "in_flight", "in_doubt", "held", "cancelled", "expired", "rejected"]
)
def test_where_a_mail_stands(mailed: Mailed, state: str) -> None:
    hand_over(mailed, (ANA,))
    with mailed.ctx.store.write() as db:
        db.execute(tables.batches.update().values(**standing(state)))
    (moment,) = [one for one in tale(mailed.ctx, ANA.email).moments if one.campaign]
    assert moment.tone == "warning"
    assert moment.said.fr


def test_somebody_who_is_no_member(mailed: Mailed) -> None:
    suppressions.add(mailed.ctx, "no@x.ca", SuppressionReason.INVALID, "bounced for years")
    found = tale(mailed.ctx, "no@x.ca")
    assert (found.member, found.reason) == (None, "suppressed")
    assert told(found) == [
        "Put on the do-not-mail list: the address does not work. Known from: bounced for years."
    ]
    nobody = tale(mailed.ctx, "never@x.ca")
    assert (nobody.member, nobody.reason, nobody.moments) == (None, None, ())
    with pytest.raises(AddressFault):
        tale(mailed.ctx, "nonsense")


@pytest.mark.ci
def test_any_text_is_told_in_one_line(mailed: Mailed) -> None:
    for number, text in enumerate(naughty_strings()[::20]):
        email = f"n{number}@x.ca"
        evidence = text.strip() or "x"
        members.add(mailed.ctx, email, Changes({}, consent=Grounds(ConsentBasis.EXPRESS, None, evidence)))
        for line in (*told(tale(mailed.ctx, email)), *told(tale(mailed.ctx, email), "fr")):
            assert "\n" not in line
            assert len(line) < 1000
