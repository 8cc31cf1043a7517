"""Lanes of this workspace: who must leave slowly, by where their mail is received.

In: settings. Out: lanes, the meters that they take from, how long a mailing takes at their pace. Called by prepare, desk, queueing,
the shells.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from newsletter.dispatch.lanes import SETTING, Lane, read_lanes
from newsletter.model.said import NBSP, Said, alike, whole
from newsletter.pipeline.context import Context
from newsletter.settings import Settings
from newsletter.store.gathering import Lanes

_METER = "lane:"  #: no provider is called so


@lru_cache(maxsize=8)
def _read(items: tuple[str, ...]) -> Mapping[str, Lane]:
    return read_lanes(items)


def of(ctx: Context) -> Mapping[str, Lane]:
    """The lanes by name; none, mostly. Raises ConfigurationError."""
    return of_settings(ctx.settings)


def of_settings(settings: Settings) -> Mapping[str, Lane]:
    """The same, of a workspace whose mailing is rehearsed in another."""
    return _read(settings.items(SETTING))


def domains(ctx: Context) -> Lanes:
    """The same as names and domains: by what a member's lane is told when recipients are written down."""
    return named(of(ctx))


def named(found: Mapping[str, Lane]) -> Lanes:
    """The same, of these lanes."""
    return tuple((lane.name, lane.domains) for lane in found.values())


def meter(lane: str) -> str:
    """The meter of a lane: one, whichever account its mails leave by, for the one who receives them is one."""
    return f"{_METER}{lane}"


def lasts(ctx: Context, members: Mapping[str, int]) -> timedelta:
    """How long the slowest lane takes with so many members of each; lanes do not wait for one another."""
    return slowest(of(ctx), members)


def slowest(found: Mapping[str, Lane], members: Mapping[str, int]) -> timedelta:
    """The same, of these lanes."""
    return max(
        (found[name].lasts(count) for name, count in members.items() if name in found), default=timedelta()
    )


def lines(ctx: Context, members: Mapping[str, int], language: str) -> list[str]:
    """What a person who confirms is told of each lane: how many, how fast, how long. Lanes that hold up nobody are left out."""
    found = of(ctx)
    slow = [(found[name], count) for name, count in sorted(members.items()) if name in found]
    return [_line(lane, count).told(language) for lane, count in slow if lane.lasts(count)]


def _line(lane: Lane, count: int) -> Said:
    people, pace, span = whole(count), whole(lane.per_hour), _span(lane.lasts(count))
    return Said(
        f"{people.en} at {lane.name}: {pace.en} an hour at most, the last {span.en} after the first",
        f"{people.fr} chez {lane.name}{NBSP}: au plus {pace.fr} par heure, les derniers {span.fr} après les premiers",
    )


def _span(lasts: timedelta) -> Said:
    hours, minutes = divmod(math.ceil(lasts / timedelta(minutes=1)), 60)
    told = [f"{hours}{NBSP}h"] * bool(hours) + [f"{minutes}{NBSP}min"] * bool(minutes)
    return alike(" ".join(told))
