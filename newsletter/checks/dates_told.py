"""Days as remarks tell them, in English and French.

In: days. Out: sentences' parts in both languages. Called by the checks of dates.
"""

from __future__ import annotations

from datetime import date

from newsletter.checks.calendar_words import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, FRENCH_MONTHS, FRENCH_WEEKDAYS
from newsletter.model.said import Said


def weekday(number: int) -> Said:
    """A day of the week; Monday is 0."""
    return Said(ENGLISH_WEEKDAYS[number].capitalize(), FRENCH_WEEKDAYS[number])


def day(day: date) -> Said:
    """`12 March 2021`, `12 mars 2021`; the first of a month is `1er` in French."""
    number = "1er" if day.day == 1 else str(day.day)
    return Said(
        f"{day.day} {ENGLISH_MONTHS[day.month - 1].capitalize()} {day.year}",
        f"{number} {FRENCH_MONTHS[day.month - 1]} {day.year}",
    )
