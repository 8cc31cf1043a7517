"""Days of holidays as they were stored, the changes since, and people's words about them.

In: days, versions of the data. Out: rows. Called by pipeline.almanac and pipeline.confirming.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from newsletter.store.tables import holiday_changes, holiday_days, holiday_words

Number = tuple[str, int, int]  #: key, year, and which one of that year


@dataclass(frozen=True, slots=True)
class Day:
    """One holiday of a year of a calendar, as the data of a version had it."""

    key: str
    year: int
    number: int
    day: date
    observed: date | None
    standing: str
    estimated: bool
    data: str

    @property
    def id(self) -> Number:
        """By what it is found again."""
        return self.key, self.year, self.number


@dataclass(frozen=True, slots=True)
class Change:
    """A holiday whose day is another than it was; None: there was none, or there is none any more."""

    at: datetime
    calendar: str
    key: str
    was: date | None
    was_observed: date | None
    became: date | None
    became_observed: date | None
    was_data: str
    became_data: str


def stored(db: Connection, calendar: str) -> dict[Number, Day]:
    """All that is stored of a calendar."""
    rows = db.execute(select(holiday_days).where(holiday_days.c.calendar == calendar))
    days = (
        Day(row.key, row.year, row.number, row.day, row.observed, row.standing, bool(row.estimated), row.data)
        for row in rows
    )
    return {each.id: each for each in days}


def replace(db: Connection, calendar: str, gone: Collection[Number], fresh: Iterable[Day]) -> None:
    """Write days down in place of those that stood there, and take away those that are gone."""
    days = list(fresh)
    for key, year, number in {*gone, *(each.id for each in days)}:
        one = holiday_days.c
        here = and_(one.calendar == calendar, one.key == key, one.year == year, one.number == number)
        db.execute(holiday_days.delete().where(here))
    if days:
        rows = [
            {
                "calendar": calendar,
                "key": each.key,
                "year": each.year,
                "number": each.number,
                "day": each.day,
                "observed": each.observed,
                "standing": each.standing,
                "estimated": each.estimated,
                "data": each.data,
            }
            for each in days
        ]
        db.execute(holiday_days.insert(), rows)


def note_changes(db: Connection, found: Sequence[Change]) -> None:
    """Append what changed."""
    for each in found:
        db.execute(
            holiday_changes.insert().values(
                **{name: getattr(each, name) for name in Change.__dataclass_fields__}
            )
        )


def changes(db: Connection, calendars: Collection[str], since: date) -> list[Change]:
    """What changed in some calendars about days from a day on, newest first."""
    table = holiday_changes.c
    rows = db.execute(
        select(holiday_changes).where(table.calendar.in_(sorted(calendars))).order_by(table.id.desc())
    )
    return [
        Change(**{name: getattr(row, name) for name in Change.__dataclass_fields__})
        for row in rows
        if max(row.was or date.min, row.became or date.min) >= since
    ]


def say(db: Connection, key: str, reckoned: date, day: date, now: datetime, actor: str) -> None:
    """A person's word: the reckoned day is kept on that day."""
    db.execute(holiday_words.insert().values(key=key, reckoned=reckoned, day=day, at=now, actor=actor))


def words(db: Connection) -> dict[tuple[str, date], Row[Any]]:
    """The newest word about each reckoned day."""
    rows = db.execute(select(holiday_words).order_by(holiday_words.c.id))
    return {(row.key, row.reckoned): row for row in rows}
