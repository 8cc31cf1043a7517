"""A rehearsal never goes on to real people, and a real mailing never ends in the emulator."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.model.errors import ConfigurationError
from newsletter.pipeline import approve, control, plan
from newsletter.pipeline.submit import Desk, submit_next
from tests.ledger import Bench, edition
from tests.seed import people, seed


def reaching(desk: Bench, official: bool) -> None:
    """The same provider, as another terminal has it set."""
    desk.witness.capabilities = replace(desk.witness.capabilities, official=official)


def planned(desk: Bench, official: bool) -> Campaign:
    seed(desk.ctx, people(40))
    reaching(desk, official)
    return desk.mailing()


@pytest.mark.parametrize("official", [True, False])
def test_a_mailing_that_waits_is_held(desk: Bench, official: bool) -> None:
    campaign = planned(desk, official)
    reaching(desk, not official)
    desk.start()
    held = desk.campaign(campaign.id)
    assert held.status is CampaignStatus.HELD
    assert held.reason.startswith("setup: mailing 1 is ")
    control.resume(desk.ctx, campaign.id)  # saying yes does not make it right
    desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.HELD
    reaching(desk, official)
    control.resume(desk.ctx, campaign.id)
    desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.SENDING
    assert desk.witness.posted == []


@pytest.mark.parametrize("official", [True, False])
def test_a_mailing_under_way_is_paused(desk: Bench, official: bool) -> None:
    campaign = planned(desk, official)
    desk.start()
    worker = Desk(desk.ctx, "me")
    assert submit_next(worker)
    reaching(desk, not official)
    while submit_next(worker):
        pass
    assert len(desk.witness.posted) == 1
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED
    reaching(desk, official)
    control.resume(desk.ctx, campaign.id)
    while submit_next(worker):
        pass
    assert desk.books(campaign.id).accepted == 40


def test_a_draft_is_not_approved_for_others_than_it_was_planned_for(desk: Bench) -> None:
    seed(desk.ctx, people(4))
    ask = plan.Ask(edition(), AudienceRule(("everyone",)), "witness")
    draft = plan.plan(desk.ctx, ask, {}).campaign
    reaching(desk, official=True)
    with pytest.raises(ConfigurationError) as raised:
        approve.approve(desk.ctx, draft.id, {})
    assert raised.value.code == "provider-real"
    assert desk.campaign(draft.id).status is CampaignStatus.DRAFT
    assert plan.plan(desk.ctx, ask, {}).fresh  # decided anew, where it now leads
    approve.approve(desk.ctx, draft.id, {})
    assert desk.campaign(draft.id).status is CampaignStatus.SCHEDULED
