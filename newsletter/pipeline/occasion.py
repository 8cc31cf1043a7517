"""Occasion: what a plan means to the checks. The day, the holiday and its neighbours.

In: a plan. Out: an Occasion. Called by build and by pipeline.last_time, which adds what was sent the time before.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from newsletter.checks.occasion import NamedDay, Occasion
from newsletter.planning import holidays
from newsletter.planning.catalogue import HOLIDAYS, Holiday
from newsletter.planning.plan import LocalPlan, Repeat
from newsletter.planning.provinces import PROVINCES
from newsletter.planning.zones import moment, wall_clock

NEAR = timedelta(days=10)


def of_plan(plan: LocalPlan) -> Occasion:
    """The occasion of a plan; nothing is known of the time before."""
    own = plan.holiday.holiday if plan.holiday else None
    near = _near(plan)
    return Occasion(
        day=plan.day,
        elsewhere=_elsewhere(plan),
        greeting=own is not None or plan.repeat is Repeat.YEAR,
        named=_named(own.key) if own else None,
        near=tuple(_named(key) for key in sorted(near)),
        others=tuple(_named(key) for key in HOLIDAYS if key not in near and (own is None or key != own.key)),
    )


def _elsewhere(plan: LocalPlan) -> tuple[tuple[str, date], ...]:
    """Zones of the country where it is another day when a mailing for one zone arrives."""
    if plan.readers_time:
        return ()
    at = moment(plan.local, plan.zone).at
    zones = sorted({province.zone for province in PROVINCES.values()})
    days = ((zone, wall_clock(at, zone).date()) for zone in zones)
    return tuple((zone, day) for zone, day in days if day != plan.day)


def _near(plan: LocalPlan) -> frozenset[str]:
    """The holidays within ten days of the send, or of the holiday it is for."""
    around = {plan.day} | ({plan.holiday.day} if plan.holiday else set())
    years = range(plan.day.year - 1, plan.day.year + 2)
    found = holidays.table(plan.calendar, years) if plan.calendar else []
    return frozenset(one.holiday.key for one in found if any(abs(one.day - day) <= NEAR for day in around))


@lru_cache(maxsize=256)
def _named(key: str) -> NamedDay:
    holiday: Holiday = HOLIDAYS[key]
    spellings = tuple(dict.fromkeys(name for name in holiday.names if name != holiday.key))
    return NamedDay(holiday.english, spellings)
