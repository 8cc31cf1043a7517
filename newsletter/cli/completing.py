"""What `retry` and `late` share: show who it would be, ask, write the sequel down, carry it to its end.

In: a mailing's number, a kind. Out: a campaign carried to its end; an exit code. Called by cli.retry and cli.late.
"""

from __future__ import annotations

import click

from newsletter import app
from newsletter.cli import asking, running
from newsletter.cli.output import json_out
from newsletter.cli.real import require_ready
from newsletter.cli.send import summary
from newsletter.model.campaign import CampaignStatus
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import approve, barring, control, lanes, lease, plan, sequels
from newsletter.pipeline.context import Context
from newsletter.pipeline.sequels import Offer


def complete(campaign: int, kind: SequelKind, *, yes: bool, as_json: bool = False) -> int:
    """Complete a mailing by those of a kind; the exit code of the command line."""
    with app.opened() as ctx:
        lease.require(ctx)
        barring.require_none(ctx)
        offered = sequels.offer(ctx, campaign, kind)
        number = _carried_on(ctx, offered) or _new(ctx, offered, yes=yes, quiet=as_json)
        code = running.run_to_end(ctx, number, quiet=as_json)
        if as_json:
            json_out(summary(ctx, number) | {"follows": offered.first.id, "kind": kind.value})
        return code


def _carried_on(ctx: Context, offered: Offer) -> int:
    """The number of one that was begun and approved before, which goes on; 0 where none was."""
    known = offered.open
    if known is None or known.status is CampaignStatus.DRAFT:
        return 0
    click.echo(f"This is mailing {known.id} ({known.status.value}); nobody gets it twice.", err=True)
    control.resume(ctx, known.id)
    return known.id


def _new(ctx: Context, offered: Offer, *, yes: bool, quiet: bool) -> int:
    ask = offered.ask
    counts = plan.count(ctx, ask)
    if not quiet:
        click.echo(f"{'Completes':>11}  mailing {offered.first.id} ({offered.first.slug})", err=True)
        asking.show_counts(counts)
        for line in lanes.lines(ctx, counts.lanes, "en"):
            click.echo(f"{'Slowly':>11}  {line}", err=True)
    require_ready(ctx)
    asking.confirm(counts, yes=yes, quiet=quiet)
    number = sequels.begin(ctx, offered).id
    approve.approve(ctx, number, counts.zones)
    return number
