"""Waves: a plan cut into instants, each with its zones and the number of its readers.

In: a plan, readers counted by zone and province, `now`. Out: waves in order, and what is worth saying. Called by pipeline.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from newsletter.planning.hours import ALWAYS, Hours, opening
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.zones import Guess, Moment, moment, reader_zone, wall_clock


class Past(StrEnum):
    """What happens to readers in whose zone the time has passed already; the author's choice."""

    NOW = "now"  #: at once, unless it has expired there
    NEXT_DAY = "next-day"  #: at the same local time, on the first day on which it is still ahead
    SKIP = "skip"  #: not at all


@dataclass(frozen=True, slots=True)
class Readers:
    """So many readers whose rows hold this zone and province (as written, or empty)."""

    timezone: str
    province: str
    members: int


@dataclass(frozen=True, slots=True)
class Wave:
    """Those due at one instant (UTC). After `expires_at` (UTC) nothing of it leaves; None: the campaign's grace decides.

    Where one of the zones has its midnight earlier (its clocks change in between), that midnight counts for the whole wave.
    """

    due_at: datetime
    zones: tuple[str, ...]
    members: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waves:
    """The waves of a plan in order of time. Counts are of readers.

    `shifted`: zones whose clocks skip or repeat the local time. `passed`: by zone, those in whose zone it has passed; of them
    `skipped` get nothing. `delayed`: zones where quiet hours or a blackout day hold it back, and until when. `guessed`: by
    province's zone; `placed`: no zone and no province, so the publication's zone;
    `unknown`: by the name in their rows, which is no zone.
    """

    waves: tuple[Wave, ...]
    past: Past = Past.NOW
    shifted: Mapping[str, Moment] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)
    skipped: int = 0
    delayed: Mapping[str, datetime] = field(default_factory=dict)
    guessed: Mapping[str, int] = field(default_factory=dict)
    placed: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)

    @property
    def members(self) -> int:
        """Readers in all waves."""
        return sum(wave.members for wave in self.waves)

    def of(self, plan: LocalPlan, timezone: str, province: str) -> Wave | None:
        """The wave of a reader whose row holds this zone and province; None when they are skipped."""
        zone = _zone_of(plan, timezone, province)
        return next((wave for wave in self.waves if zone in wave.zones), None)


def _zone_of(plan: LocalPlan, timezone: str, province: str) -> str:
    return reader_zone(timezone, province, plan.zone).zone if plan.readers_time else plan.zone


@dataclass(frozen=True, slots=True)
class _Due:
    at: datetime
    expires_at: datetime | None


def waves(
    plan: LocalPlan,
    readers: Iterable[Readers],
    *,
    now: datetime,
    past: Past = Past.NOW,
    hours: Hours = ALWAYS,
) -> Waves:
    """The waves of a plan. `now` is aware: the moment at which the mailing is scheduled.

    What would leave outside `hours` leaves when they open in its zone; what has expired by then does not.

    At preparation, hand in that same moment again: a wave that came due since then is late, which `late.late` judges, and
    not a zone that had passed when the author chose `past`. Without readers there is one wave of nobody, in the plan's zone.
    """
    groups = list(readers)
    count = Counter[str]()
    for group in groups:
        count[_zone_of(plan, group.timezone, group.province)] += group.members
    counted = dict(count) or {plan.zone: 0}
    moments = {zone: moment(plan.local, zone) for zone in counted}
    early = {zone: _due(plan, zone, at, now, past) for zone, at in moments.items()}
    due = {zone: _opened(zone, when, hours) for zone, when in early.items()}
    return Waves(
        waves=_gathered(counted, due),
        past=past,
        shifted={zone: at for zone, at in sorted(moments.items()) if at.shift},
        passed={zone: counted[zone] for zone, at in sorted(moments.items()) if at.at <= now},
        skipped=sum(counted[zone] for zone, when in due.items() if when is None),
        delayed=_delayed(early, due),
        guessed=_by_zone(plan, groups, Guess.PROVINCE),
        placed=sum(_by_zone(plan, groups, Guess.PUBLICATION).values()),
        unknown=_unknown(plan, groups),
    )


def _by_zone(plan: LocalPlan, groups: Iterable[Readers], guess: Guess) -> dict[str, int]:
    found = Counter[str]()
    for group in groups if plan.readers_time else ():
        reader = reader_zone(group.timezone, group.province, plan.zone)
        if reader.guess is guess:
            found[reader.zone] += group.members
    return dict(sorted(found.items()))


def _unknown(plan: LocalPlan, groups: Iterable[Readers]) -> dict[str, int]:
    found = Counter[str]()
    for group in groups if plan.readers_time else ():
        if reader_zone(group.timezone, group.province, plan.zone).unknown:
            found[group.timezone.strip()] += group.members
    return dict(sorted(found.items()))


def _gathered(counted: Mapping[str, int], due: Mapping[str, _Due | None]) -> tuple[Wave, ...]:
    zones: defaultdict[datetime, list[str]] = defaultdict(list)
    for zone, when in sorted(due.items()):
        if when:
            zones[when.at].append(zone)
    return tuple(
        Wave(at, tuple(zones[at]), sum(counted[zone] for zone in zones[at]), _earliest(due, zones[at]))
        for at in sorted(zones)
    )


def _earliest(due: Mapping[str, _Due | None], zones: list[str]) -> datetime | None:
    return min((when.expires_at for zone in zones if (when := due[zone]) and when.expires_at), default=None)


def _due(plan: LocalPlan, zone: str, planned: Moment, now: datetime, past: Past) -> _Due | None:
    """When readers in a zone are due; None when they are skipped."""
    if planned.at > now:
        return _Due(planned.at, _expires(plan, zone, plan.local))
    if past is Past.SKIP:
        return None
    if past is Past.NEXT_DAY:
        return _next_day(plan, zone, now)
    expires_at = _expires(plan, zone, plan.local)
    return None if expires_at and expires_at <= now else _Due(now, expires_at)


def _opened(zone: str, when: _Due | None, hours: Hours) -> _Due | None:
    """When it leaves by the hours of its zone; None when it has expired by then."""
    at = opening(hours, (zone,), when.at) if when else None
    if when is None or at is None:
        return when
    return None if when.expires_at and when.expires_at <= at else _Due(at, when.expires_at)


def _delayed(early: Mapping[str, _Due | None], due: Mapping[str, _Due | None]) -> dict[str, datetime]:
    pairs = ((zone, early[zone], when) for zone, when in sorted(due.items()))
    return {zone: when.at for zone, before, when in pairs if before and when and when.at != before.at}


def _next_day(plan: LocalPlan, zone: str, now: datetime) -> _Due:
    local = datetime.combine(wall_clock(now, zone).date(), plan.local.time())
    while moment(local, zone).at <= now:
        local += timedelta(days=1)
    return _Due(moment(local, zone).at, _expires(plan, zone, local))


def _expires(plan: LocalPlan, zone: str, local: datetime) -> datetime | None:
    if plan.expiry is Expiry.NEVER:
        return None
    # The day that the clock there shows: a gap may have moved the send past midnight.
    day = moment(local, zone).wall.date()
    return moment(datetime.combine(day + timedelta(days=1), time()), zone).at
