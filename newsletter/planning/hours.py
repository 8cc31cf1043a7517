"""Hours: when mail may leave by the clock on a wall: not in quiet hours, not on a blackout day, within the window of its mailing.

In: a window such as "21:00-07:00", days. Out: the first local time, or instant, at which mail may leave. Called by waves, pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said
from newsletter.planning.window import Window
from newsletter.planning.zones import moment, wall_clock

_WINDOW = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")
_DAY, _MINUTE, _LONGEST = timedelta(days=1), timedelta(minutes=1), timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class Quiet:
    """A window of local time in which nothing leaves, from `start` until `end`; over midnight when it ends earlier than it starts."""

    start: time
    end: time

    def holds(self, clock: time) -> bool:
        """True within the window; its end is outside."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def ends(self, local: datetime) -> datetime:
        """The end of the window that holds this local time."""
        day = local.date() if local.time() < self.end else local.date() + _DAY
        return datetime.combine(day, self.end)


def read_quiet(text: str) -> Quiet | None:
    """The window that a setting means, None for an empty one. Raises ConfigurationError (`quiet-hours`)."""
    if not text.strip():
        return None
    form = _WINDOW.fullmatch(text.strip())
    if not form:
        raise _fault(_no_window(text))
    try:
        window = Quiet(time(int(form[1]), int(form[2])), time(int(form[3]), int(form[4])))
    except ValueError:
        raise _fault(_no_window(text)) from None
    if window.start == window.end:
        raise _fault(
            Said(
                "it begins when it ends: nothing could ever leave",
                "début et fin sont identiques\u00a0: rien ne pourrait jamais partir",
            )
        )
    return window


def _no_window(text: str) -> Said:
    shown = repr(text.strip())
    return Said(f"{shown} is no window of time", f"{shown} n’est pas une plage horaire")


def _fault(sentence: Said) -> ConfigurationError:
    return ConfigurationError(
        Said(f"quiet.hours: {sentence.en}", f"quiet.hours\u00a0: {sentence.fr}"),
        code="quiet-hours",
        hint=Said(
            'Write for example "21:00-07:00"; leave it empty for none.',
            'Écrivez par exemple "21:00-07:00"; laissez vide pour aucune.',
        ),
    )


@dataclass(frozen=True, slots=True)
class Hours:
    """When mail may leave in a zone: outside the quiet window, on days that are not closed (blackout days), within `window`."""

    quiet: Quiet | None = None
    closed: tuple[date, ...] = ()
    window: Window | None = None

    @property
    def never(self) -> bool:
        """True when no hour of any day is left: the window lies in the quiet hours."""
        if self.quiet is None or self.window is None:
            return False
        day = date(2024, 1, 1) + timedelta(days=self.window.days[0])  # a Monday, and the days after
        firsts = (datetime.combine(day, one) for one in (self.window.start, self.quiet.end))
        return not any(self.window.holds(one) and not self.quiet.holds(one.time()) for one in firsts)

    def opens(self, local: datetime) -> datetime:
        """The first local time, from this one on, at which mail may leave; this one itself, mostly."""
        while True:
            if local.date() in self.closed:
                local = datetime.combine(local.date() + _DAY, time())
            elif self.quiet and self.quiet.holds(local.time()):
                local = self.quiet.ends(local)
            elif self.window and not self.window.holds(local):
                local = self.window.begins(local)
            else:
                return local


ALWAYS = Hours()


def opening(hours: Hours, zones: Iterable[str], now: datetime) -> datetime | None:
    """The instant from which mail may leave in all of these zones, None when it may leave now. `now` is aware."""
    latest = None
    for zone in zones if hours != ALWAYS else ():
        here = wall_clock(now, zone)
        opens = hours.opens(here)
        at = moment(opens, zone).at
        # Clocks that went back show a time twice: where it counted as over the first time, it is over.
        if opens != here and at > now:
            latest = max(latest or at, at)
    return latest


def last_leaves(window: Window, zone: str, now: datetime, takes: timedelta) -> datetime:
    """When something that takes so long, all of it within the window, is over, if it begins now; ten years ahead at the most. `now` is
    aware."""
    at, left = now, takes
    while at - now < _LONGEST:
        at = opening(Hours(window=window), (zone,), at) or at
        closes = max(
            moment(window.ends(wall_clock(at, zone)), zone).at, at + _MINUTE
        )  # an hour that comes twice
        if at + left <= closes:
            return at + left
        at, left = closes, left - (closes - at)
    return at
