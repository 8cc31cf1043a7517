"""F20: an import during a send that names people who left. Nobody comes back by it, and nobody who joins is mailed by it; judged from the
emulator's log."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from newsletter.model.member import SuppressionReason
from newsletter.pipeline import suppressions
from newsletter.pipeline.importing import import_members
from newsletter.pipeline.leave import leave
from newsletter.store import tables
from tests.faults.conftest import PEOPLE
from tests.faults.inside import approved, mailing, once, sending, until
from tests.faults.stage import Stage

pytestmark = [pytest.mark.ci, pytest.mark.fault("F20")]

COMPLAINED, LEFT = "p31@reader.example", "p32@reader.example"


def test_an_import_that_names_who_left(stage: Stage) -> None:
    """A call is under way: one leaves by the link of the mail, one complains; then last week's list is imported, three times."""
    rule = {"action": "hold", "id": "k", "at": "received", "request": 2}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    lines = ["email,first_name,language,consent_basis,consent_date,consent_evidence"]
    lines += [f"p{n}@reader.example,Pat,en,express,2020-01-01,last week's list" for n in range(PEOPLE)]
    lines += [
        f"{LEFT.upper()},Again,en,express,2030-01-01,a newer consent",
        "new@reader.example,New,en,express,2020-01-01,x",
    ]
    path = stage.folder / "last-week.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with stage.context() as ctx:
        approved(ctx)
        with sending(ctx):
            assert stage.emulated.ask("GET", "/holds/k?wait=30")["held"]
            with ctx.store.read() as db:
                theirs = select(tables.deliveries.c.id).where(tables.deliveries.c.address == LEFT)
                delivery = db.execute(theirs).scalar_one()
            assert leave(ctx, delivery, "one-click")
            suppressions.add(ctx, COMPLAINED, SuppressionReason.COMPLAINT, "provider")
            stage.known.left = dict.fromkeys((LEFT, COMPLAINED), stage.now())
            for _ in range(3):
                with import_members(ctx, path):
                    pass
            stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
            until(lambda: mailing(ctx).status.over)
        told = once(stage, ctx, PEOPLE)
        assert (told.accepted, sum(told.skipped.values())) == (PEOPLE - 2, 2)
        assert {LEFT, COMPLAINED, "new@reader.example"}.isdisjoint(stage.addresses())
        assert told.closed
