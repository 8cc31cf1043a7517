"""Prepare: an audience becomes deliveries in waves and batches. The second moment of freezing.

In: a campaign whose time has come. Out: deliveries and batches in the store, the campaign sending. Called by pipeline.due.

All in one transaction: a crash in it leaves nothing behind, and the campaign is prepared anew.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from newsletter.dispatch.batching import Sizes, cut
from newsletter.dispatch.filling import fields_of
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.member import Exclusion
from newsletter.pipeline import audience, conclude, lanes, schedule, surroundings
from newsletter.pipeline.context import Context
from newsletter.pipeline.schedule import Timetable
from newsletter.store import campaigns, editions, gathering, preparation, sequels, waking
from newsletter.store.gathering import Zone
from newsletter.store.preparation import WaveRow


def prepare(ctx: Context, campaign: Campaign) -> bool:
    """Write the recipients down. False when another did, or when the campaign no longer waits for it."""
    now = ctx.now()
    with ctx.store.read() as db:
        sequel = sequels.of(db, campaign.id)
    rules = audience.whom(ctx, campaign.audience, sequel)
    paced = lanes.of(ctx)
    with ctx.store.write() as db:
        taken = campaigns.change(
            db, campaign.id, [CampaignStatus.SCHEDULED], CampaignStatus.PREPARING, started_at=now, reason=""
        )
        if not taken:
            return False
        row = campaigns.detail(db, campaign.id)
        edition = editions.get(db, row.edition_id)
        wanted = gathering.Wanted(
            campaign=campaign.id,
            occasion=row.occasion_id,
            copy=row.copy,
            include=rules.include,
            exclude=rules.exclude,
            conditions=audience.conditions(edition.artwork.conditions),
            languages=edition.artwork.languages,
            bilingual=edition.artwork.bilingual,
            tracking=campaign.tracking,
            fields=fields_of(edition),
            today=now.date(),
            lanes=lanes.domains(ctx),
        )
        kinds = gathering.gather(db, wanted)
        planned, passed = waves_of(schedule.read(row.schedule), gathering.zones(kinds), now)
        first = min((wave.due_at for wave in planned), default=row.due_at)  # of those who joined since, too
        remaining = gathering.exclude(db, campaign.id, kinds, passed, Exclusion.TIME_PASSED)
        placed = preparation.place(db, campaign.id, planned)
        limit = ctx.provider(campaign.provider).capabilities.max_recipients
        plan = Sizes(
            min(ctx.settings.whole("send.batch_size") or limit, limit),
            gentle=campaign.gentle,
            rate_per_minute=ctx.settings.whole("send.rate_per_minute"),
        )
        preparation.deliver(
            db,
            wanted,
            {kind: placed[kind.zone] for kind in remaining},
            lambda count, lane: cut(count, plan, paced[lane].most if lane else 0),
            now,
        )
        waking.begin_due(db, campaign.id, now)
        campaigns.change(
            db,
            campaign.id,
            [CampaignStatus.PREPARING],
            CampaignStatus.SENDING,
            fields=list(wanted.fields),
            surroundings=surroundings.of(ctx),
            insisted=False,  # it was let go as it stood; what comes later is another matter
            due_at=first,
        )
        conclude.follow(db, campaign.id, now)
    return True


def waves_of(
    table: Timetable | None, zones: dict[Zone, int], now: datetime
) -> tuple[list[WaveRow], list[Zone]]:
    """The waves with the zones and provinces that belong to each, and those whose time has passed."""
    if table is None:
        return [WaveRow(now, None, (), tuple(zones))], []
    found = table.waves(zones)
    members_with: dict[datetime, list[Zone]] = defaultdict(list)
    passed: list[Zone] = []
    for zone, province in zones:
        wave = found.of(table.plan, zone, province)
        if wave is None:
            passed.append((zone, province))
        else:
            members_with[wave.due_at].append((zone, province))
    rows = [
        WaveRow(wave.due_at, wave.expires_at, wave.zones, tuple(members_with[wave.due_at]))
        for wave in found.waves
    ]
    return rows, passed
