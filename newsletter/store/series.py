"""Series: mailings that come back every year, and which campaign is which of their occurrences.

In: a wish and an audience; campaigns. Out: rows. Called by pipeline.series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from newsletter.model.campaign import AudienceRule
from newsletter.store.tables import campaigns, occurrences, series
from newsletter.store.upserts import insert

_LARGEST = 2**63 - 1  # of a number in the database


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series as a person asked for it. `wish` holds the fields of a ScheduleWish."""

    publication: str
    slug: str
    audience: AudienceRule
    provider: str
    gentle: bool
    wish: Mapping[str, Any]
    past: str


def put(db: Connection, wanted: Wanted, look_at: datetime, now: datetime, actor: str) -> int:
    """The open series of this issue and audience, with this wish; made where there is none. Its number."""
    include, exclude = sorted(wanted.audience.include), sorted(wanted.audience.exclude)
    values = {
        "provider": wanted.provider,
        "gentle": wanted.gentle,
        "wish": dict(wanted.wish),
        "past": wanted.past,
        "look_at": look_at,
        "trouble": "",
    }
    found = db.execute(
        select(series.c.id).where(
            series.c.publication == wanted.publication,
            series.c.slug == wanted.slug,
            series.c.include == include,
            series.c.exclude == exclude,
            series.c.ended_at.is_(None),
        )
    ).scalar()
    if found is not None:
        db.execute(series.update().where(series.c.id == found).values(**values))
        return int(found)
    fresh = series.insert().values(
        publication=wanted.publication,
        slug=wanted.slug,
        include=include,
        exclude=exclude,
        created_at=now,
        created_by=actor,
        **values,
    )
    return int(db.execute(fresh.returning(series.c.id)).scalar_one())


def link(db: Connection, number: int, occurrence: str, campaign: int | None, now: datetime) -> None:
    """This campaign is this occurrence; None: nothing was running before its day was over."""
    row = insert(db, occurrences).values(
        series_id=number, occurrence=occurrence, campaign_id=campaign, made_at=now
    )
    db.execute(
        row.on_conflict_do_update(
            index_elements=[occurrences.c.series_id, occurrences.c.occurrence],
            set_={"campaign_id": row.excluded.campaign_id},
        )
    )


def look_again(db: Connection, number: int, at: datetime, trouble: str = "") -> None:
    """When the worker looks at it next, and what was wrong at this look."""
    db.execute(series.update().where(series.c.id == number).values(look_at=at, trouble=trouble))


def due(db: Connection, now: datetime) -> Sequence[Row[Any]]:
    """The open series that are to be looked at now."""
    query = select(series).where(series.c.ended_at.is_(None), series.c.look_at <= now).order_by(series.c.id)
    return db.execute(query).all()


def opened(db: Connection) -> Sequence[Row[Any]]:
    """All open series."""
    return db.execute(select(series).where(series.c.ended_at.is_(None)).order_by(series.c.id)).all()


def get(db: Connection, number: int) -> Row[Any] | None:
    """A series by number, ended or not; people type any number."""
    if not 0 < number <= _LARGEST:
        return None
    return db.execute(select(series).where(series.c.id == number)).first()


def of_series(db: Connection, number: int) -> list[Any]:
    """Its occurrences by date: occurrence, campaign_id, and the campaign's status (None where there is none)."""
    query = (
        select(occurrences.c.occurrence, occurrences.c.campaign_id, campaigns.c.status, campaigns.c.due_at)
        .join_from(occurrences, campaigns, campaigns.c.id == occurrences.c.campaign_id, isouter=True)
        .where(occurrences.c.series_id == number)
        .order_by(occurrences.c.occurrence)
    )
    return list(db.execute(query))


def latest(db: Connection, number: int) -> str | None:
    """The date of the last occurrence that was made."""
    return db.execute(
        select(func.max(occurrences.c.occurrence)).where(occurrences.c.series_id == number)
    ).scalar()


def end(db: Connection, number: int, now: datetime, actor: str) -> bool:
    """No further occurrence is made; False when it had ended before."""
    done = db.execute(
        series.update()
        .where(series.c.id == number, series.c.ended_at.is_(None))
        .values(ended_at=now, ended_by=actor)
    )
    return done.rowcount == 1
