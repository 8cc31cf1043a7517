"""Days of the week that are not those of their dates.

In: the author's words in both languages, the planned day. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from newsletter.checks import dates_told
from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.dates_in_text import Day, mentions
from newsletter.checks.pieces import Part, parts
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, quoted

NAME = "date-weekday"


def check(context: CheckContext) -> Iterator[Finding]:
    """A date and its day of the week agree, in English and in French: "Tuesday 12 March", "mardi 12 mars 2021", "March 12 (Tuesday)".

    Levels: error where the year is said, and for a day that no calendar has (31 June 2021); warning where the year is not said: it is
    then the one that brings the day nearest to the planned send, or next after it. Ranges are read day by day. Days of the week that
    stand for a whole span ("Thursday to Saturday, February 11 to 13") are left alone.
    """
    for part in parts(context):
        for mention in mentions(part.text):
            for day in mention.days:
                yield from _judge(context.day, part, mention.text, day)


def _judge(planned: date, part: Part, written: str, day: Day) -> Iterator[Finding]:
    place = part.place(written)
    if not day.possible:
        if day.year is not None or day.weekday is not None:
            yield error(NAME, _impossible(written), place, part.language)
        return
    meant = _meant(day, planned)
    if day.weekday is None or any(one.weekday() == day.weekday for one in meant):
        return
    make = error if day.year is not None else warning
    yield make(NAME, _disagree(written, meant[0]), place, part.language, hint=_hint(meant[0], day.weekday))


def _meant(day: Day, planned: date) -> list[date]:
    """The dates that may be meant, the likeliest first; one where the year is said."""
    nearest = day.near(planned)
    if nearest is None:
        return []
    coming = (found for year in range(planned.year, planned.year + 9) if (found := day.in_year(year)))
    following = next((found for found in coming if found >= planned), nearest)
    return [nearest] if day.year is not None else [nearest, following]


def _impossible(written: str) -> Said:
    words = quoted(short(written))
    return Said(f"{words.en} is a day that no calendar has", f"{words.fr} n’existe dans aucun calendrier")


def _disagree(written: str, meant: date) -> Said:
    words, told, name = quoted(short(written)), dates_told.day(meant), dates_told.weekday(meant.weekday())
    return Said(f"{words.en}: {told.en} is a {name.en}", f"{words.fr}{NBSP}: le {told.fr} est un {name.fr}")


def _hint(meant: date, weekday: int) -> Said:
    """Both ways out: the date's own day of the week, or the nearest date that has the one that is written."""
    off = (weekday - meant.weekday()) % 7
    near = dates_told.day(meant + timedelta(days=off if off <= 3 else off - 7))
    right, wrong = dates_told.weekday(meant.weekday()), dates_told.weekday(weekday)
    return Said(
        f"Write {right.en}, or another date: the nearest {wrong.en} is {near.en}.",
        f"Écrivez {right.fr}, ou une autre date{NBSP}: le {wrong.fr} le plus proche est le {near.fr}.",
    )
