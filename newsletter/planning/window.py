"""The window: the days of the week and the hours within which a mailing may leave; the reverse of quiet hours.

In: words such as "weekdays 08:00-17:00". Out: a Window, or what is wrong with the words. Called by when, pipeline.hours; its times are
judged by planning.hours, together with all else that keeps mail back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from newsletter.model.said import NBSP, Said
from newsletter.planning.phrases import clock, listed, spoken

NONE = "none"  #: what a mailing says that leaves at any hour, whatever the setting says
_DAY = timedelta(days=1)
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ALL = tuple(range(7))
_SETS = {"weekdays": _ALL[:5], "weekends": _ALL[5:], "daily": _ALL}
_FORM = re.compile(r"(?:(?P<days>[^\W\d].*?)\s*)?(?P<hours>\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2})?")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
HINT = Said(
    'Write for example "weekdays 08:00-17:00", "mon-thu 09:00-20:00" or "sat, sun"; "none" for any hour.',
    'Écrivez par exemple "weekdays 08:00-17:00", "lun-jeu 09:00-20:00" ou "sam, dim"; "none" pour toute heure.',
)


@dataclass(frozen=True, slots=True)
class Window:
    """Days of the week (0: Monday) and local hours, from `start` until `end`; an `end` of 00:00 is midnight."""

    days: tuple[int, ...]
    start: time
    end: time

    def holds(self, local: datetime) -> bool:
        """True within the window; its end is outside."""
        return local.weekday() in self.days and self.start <= local.time() and self._before_end(local.time())

    def begins(self, local: datetime) -> datetime:
        """The first moment after this one (which is outside) that lies within."""
        day = local.date() if local.time() < self.start else local.date() + _DAY
        while day.weekday() not in self.days:
            day += _DAY
        return datetime.combine(day, self.start)

    def ends(self, local: datetime) -> datetime:
        """The end of the hours that this moment (which is within) lies in; midnight ends a day, also where the next one is open too."""
        day = local.date() if self.end != time() else local.date() + _DAY
        return datetime.combine(day, self.end)

    def _before_end(self, at: time) -> bool:
        return self.end == time() or at < self.end

    def told(self, language: str) -> str:
        """The window in words: Monday to Friday, 08:00 to 17:00."""
        french = spoken(language) == "fr"
        start, end = (clock(one, spoken(language)) for one in (self.start, self.end))
        hours = f"de {start} à {end}" if french else f"{start} to {end}"
        days = _days(self.days, french=french)
        return days if (self.start, self.end) == (time(), time()) else f"{days}, {hours}"


def _days(days: tuple[int, ...], *, french: bool) -> str:
    names = [(_FRENCH if french else _ENGLISH)[day] for day in days]
    if days == _ALL:
        return "tous les jours" if french else "every day"
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"du {names[0]} au {names[-1]}" if french else f"{names[0]} to {names[-1]}"
    return f"{'le ' if french else ''}{listed(names, 'fr' if french else 'en')}"


def read_window(text: str) -> Window | Said | None:
    """The window that words mean, what is wrong with them, or None for an empty text and for "none"."""
    if text.strip().lower() in {"", NONE}:
        return None
    form = _FORM.fullmatch(text.strip())
    days = _read_days(form["days"] or "daily") if form else None
    hours = _read_hours(form["hours"]) if form else None
    if not days or hours is None:
        shown = repr(text.strip())
        return Said(f"{shown} is no sending window", f"{shown} n’est pas une plage d’envoi")
    start, end = hours
    if start >= end != time():
        return Said(
            "it ends before it begins: a window over midnight is two (quiet.hours says when nothing leaves)",
            f"elle finit avant de commencer{NBSP}: une plage qui passe minuit en est deux (quiet.hours dit quand rien ne part)",
        )
    return Window(days, start, end)


def _read_hours(text: str | None) -> tuple[time, time] | None:
    form = _HOURS.fullmatch(text) if text else None
    if form is None:
        return time(), time()
    first, second, third, fourth = (int(part) for part in form.groups())
    try:
        return time(first, second), time(0 if (third, fourth) == (24, 0) else third, fourth)
    except ValueError:
        return None


def _read_days(text: str) -> tuple[int, ...] | None:
    found: set[int] = set()
    for part in text.lower().split(","):
        word = part.strip()
        first, dash, last = (one.strip() for one in re.sub("[–-]", "\0", word, count=1).partition("\0"))
        ends = (_day(first), _day(last) if dash else _day(first))
        if word in _SETS:
            found.update(_SETS[word])
        elif ends[0] is None or ends[1] is None:
            return None
        else:
            found.update((ends[0] + step) % 7 for step in range((ends[1] - ends[0]) % 7 + 1))
    return tuple(sorted(found))


def _day(word: str) -> int | None:
    for names in (_ENGLISH, _FRENCH):
        for number, name in enumerate(names):
            if word in {name.lower(), name[:3].lower()}:
                return number
    return None
