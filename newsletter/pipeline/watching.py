"""Watching: where a mailing is right now, by time group, how fast it goes, and when it ends at this pace.

In: a campaign's number. Out: a Watch. Called by the studio, every second while somebody looks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.pipeline import control, lanes
from newsletter.pipeline.context import Context
from newsletter.store import campaigns, watching
from newsletter.store.watching import Waiting, Wave

_WINDOW = timedelta(seconds=60)
_SHORTEST = 5.0  #: seconds over which a pace can be told


@dataclass(frozen=True, slots=True)
class Watch:
    """A mailing at one moment. `calls` are under way; `per_minute` is None while nothing can be told; `ends_at` at that pace;
    `countdown`: seconds in which *Stop* costs nobody but the first group; `first`: that group is going out now."""

    campaign: Campaign
    waves: Sequence[Wave]
    waiting: Sequence[Waiting]
    calls: int
    per_minute: int | None
    ends_at: datetime | None
    countdown: int | None
    first: bool
    at: datetime

    @property
    def people(self) -> int:
        """Everybody who was written down."""
        return sum(wave.all for wave in self.waves)

    @property
    def pending(self) -> int:
        """Who is still to go, or on the way."""
        return sum(wave.pending for wave in self.waves)

    @property
    def taken(self) -> int:
        """Handed over."""
        return sum(wave.taken for wave in self.waves)

    @property
    def unclear(self) -> int:
        """Of whom it is not known."""
        return sum(wave.unclear for wave in self.waves)

    @property
    def mark(self) -> str:
        """What decides which acts a page offers: another mark, another page."""
        return f"{self.campaign.status.value}{'' if self.moving else '-still'}"

    @property
    def moving(self) -> bool:
        """True while it changes by itself."""
        return self.campaign.status in _MOVING or self.calls > 0


_MOVING = frozenset({CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING})


def watch(ctx: Context, number: int) -> Watch:
    """How a mailing stands now. Raises NotFound."""
    now = ctx.now()
    with ctx.store.read() as db:
        found = control.get(db, number)
        row = campaigns.detail(db, number)
        waves = watching.by_wave(db, number)
        going = found.status is CampaignStatus.SENDING
        pace = _pace(*watching.recent(db, number, now - _WINDOW), now) if going else None
        slow = watching.pending_in_lanes(db, number) if going and lanes.of(ctx) else {}
        left = (row.not_before - now).total_seconds() if going and row.not_before else 0
        return Watch(
            campaign=found,
            waves=waves,
            waiting=watching.waiting(db, number) if going else (),
            calls=watching.in_flight(db, number),
            per_minute=pace,
            ends_at=_slowest(_ends(waves, pace, now), now + lanes.lasts(ctx, slow) if slow else None),
            countdown=math.ceil(left) if left > 0 else None,
            first=going and row.stage == "first",
            at=now,
        )


def _pace(people: int, since: datetime | None, now: datetime) -> int | None:
    if since is None or not people:
        return None
    seconds = max((now - since).total_seconds(), _SHORTEST)
    return round(60 * people / seconds)


def _ends(waves: Sequence[Wave], pace: int | None, now: datetime) -> datetime | None:
    """When those who are due are through, at this pace, and the later groups at the earliest."""
    due = sum(wave.pending for wave in waves if wave.due_at <= now)
    later = [wave.due_at for wave in waves if wave.pending and wave.due_at > now]
    if later:
        return max(later)
    return now + timedelta(minutes=due / pace) if pace and due else None


def _slowest(end: datetime | None, of_lanes: datetime | None) -> datetime | None:
    """Lanes wait for nobody, and nobody for them: the later end is the mailing's."""
    return max(end or of_lanes, of_lanes) if of_lanes else end


def sizes(ctx: Context, numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each of these mailings: how many people, and how many of them were handed over."""
    with ctx.store.read() as db:
        return watching.sizes(db, numbers)
