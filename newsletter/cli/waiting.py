"""For whose approval a mailing waits, said where a person has just given theirs.

In: a mailing. Out: a sentence on stdout. Called by `send`, `schedule`, `approve`.
"""

from __future__ import annotations

import click

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.pipeline import asking, request_words, signing
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context


def told(ctx: Context, found: Campaign, *, quiet: bool = False) -> bool:
    """True for a mailing that was approved and still waits for somebody else's approval; it is said for whose."""
    waits = found.status in {CampaignStatus.DRAFT, CampaignStatus.HELD}
    if not waits or not signing.count(ctx, found.id).given:
        return False
    if not quiet:
        click.echo(f"Mailing {found.id} is approved by you. {sentence(ctx, found.id)}")
        click.echo(
            f"  They approve it with `newsletter approve {found.id}`, or by email: `newsletter approve {found.id} --ask`."
        )
    return True


def sentence(ctx: Context, number: int) -> str:
    """For whose approval a mailing waits."""
    missing, names = asking.waiting_for(ctx, number)
    return request_words.waiting(missing, names, staff_language(ctx))
