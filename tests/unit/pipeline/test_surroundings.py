"""A mailing that began with one program's links goes on with them, whatever else was wrong with the program that carries it on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.outbound import OutboundBatch, Parcel
from newsletter.pipeline import conclude, control
from newsletter.pipeline.context import Context
from newsletter.pipeline.submit import Desk, submit_next
from tests.ledger import Bench
from tests.seed import people, seed


@pytest.fixture
def lists(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The List-Id of each request that was made."""
    made: list[str] = []
    encode = type(desk.witness).encode

    def noted(witness: object, batch: OutboundBatch) -> Parcel:
        made.append(batch.message.headers["List-Id"])
        return encode(witness, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(type(desk.witness), "encode", noted)
    return made


def drain(ctx: Context) -> None:
    worker = Desk(ctx, "me")
    while submit_next(worker):
        pass


def test_who_mends_another_fault_does_not_take_over_links_that_nobody_was_told_of(
    desk: Bench, lists: list[str]
) -> None:
    seed(desk.ctx, people(40))  # two batches
    campaign = desk.mailing()
    desk.start()
    assert submit_next(Desk(desk.ctx, "me"))
    with desk.ctx.store.write() as db:
        conclude.pause(db, campaign.id, f"{conclude.SETUP}the key is not here")
    odd = replace(desk.ctx, publication=replace(desk.ctx.publication, list_id="elsewhere.example"))
    control.resume(odd, campaign.id)
    drain(odd)
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED
    assert "list_id" in desk.campaign(campaign.id).reason, "now that is told"
    assert desk.books(campaign.id).accepted == 20
    control.resume(desk.ctx, campaign.id)  # by the program that began it
    drain(desk.ctx)
    assert desk.books(campaign.id).accepted == 40
    assert all("elsewhere" not in one for one in lists[:1] + lists[-1:])


def test_who_resumes_what_they_were_told_decides(desk: Bench, lists: list[str]) -> None:
    seed(desk.ctx, people(40))
    campaign = desk.mailing()
    desk.start()
    assert submit_next(Desk(desk.ctx, "me"))
    other = replace(desk.ctx, publication=replace(desk.ctx.publication, list_id="new.example"))
    drain(other)
    assert "list_id" in desk.campaign(campaign.id).reason
    control.resume(other, campaign.id)
    drain(other)
    assert desk.books(campaign.id).accepted == 40
    assert "new.example" in lists[-1]
