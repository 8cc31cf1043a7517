"""What proves a yes: a letter, a PDF, a picture; kept once, whatever its name says."""

from __future__ import annotations

import hashlib

import pytest

from newsletter.model.approval import How, Yes
from newsletter.model.campaign import AudienceRule
from newsletter.model.errors import AuthorError
from newsletter.pipeline import approve, evidence, plan, signing
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed

LETTER = b"From: Ann Lee <ann@ngen.example>\r\nDate: Mon, 14 Dec 2020 10:00:00 -0500\r\nSubject: Re: greeting\r\n\r\nYes.\r\n"


def test_a_yes_on_paper_is_kept_as_such(desk: Bench) -> None:
    seed(desk.ctx, people(4))
    digest = evidence.keep(desk.ctx, "C:\\mails\\re\u202e greeting.eml", LETTER)
    assert digest == hashlib.sha256(LETTER).hexdigest()
    assert evidence.keep(desk.ctx, "again.eml", LETTER) == digest
    ask = plan.Ask(edition(), AudienceRule(("everyone",)), "witness")
    number = plan.plan(desk.ctx, ask, {}).campaign.id
    zones = plan.count(desk.ctx, ask).zones
    approve.approve(desk.ctx, number, zones, yes=Yes(How.PAPER, "Ann Lee", evidence=digest))
    (kept,) = signing.history(desk.ctx, number)
    assert (kept.person, kept.how, kept.recorded_by) == ("Ann Lee", How.PAPER, "tester")
    assert (kept.evidence, kept.evidence_name) == (digest, "re greeting.eml")
    assert signing.evidence(desk.ctx, kept.number) == ("re greeting.eml", "message/rfc822", LETTER)
    assert [row.detail["evidence"] for row in desk.rows(tables.audit) if row.act == "approve"] == [digest]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "evidence-size"),
        (b"x" * (11 << 20), "evidence-size"),
        (b"<html><script>alert(1)</script></html>", "evidence-kind"),
        (b"MZ\x90\x00", "evidence-kind"),
        (b"Subject: no sender\r\n\r\nYes", "evidence-kind"),
        (b"From: \xff\xfe\r\nDate: \x00\r\n\r\n", "evidence-kind"),
    ],
)
def test_anything_else_is_refused(desk: Bench, data: bytes, code: str) -> None:
    with pytest.raises(AuthorError) as raised:
        evidence.keep(desk.ctx, "proof.eml", data)
    assert raised.value.code == code


@pytest.mark.parametrize("beginning", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_a_page_or_a_picture_of_one(desk: Bench, beginning: bytes) -> None:
    assert len(evidence.keep(desk.ctx, "x", beginning + b"rest")) == 64
