"""Requests for an approval, and their mails.

In: who is asked, by when; what they said. Out: rows. Called by pipeline.asking and requests_sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, literal, or_, select

from newsletter.model.approval import Answer, Asked, MailKind
from newsletter.model.notice import NoticeState
from newsletter.store.tables import campaigns, request_mails, requests
from newsletter.store.upserts import insert


def put(db: Connection, asked: Asked) -> int:
    """Keep a request (its own number is not looked at), and the mail that tells of it; the number it got."""
    row = requests.insert().values(
        campaign_id=asked.campaign,
        person=asked.person,
        address=asked.address,
        language=asked.language,
        asked_by=asked.asked_by,
        asked_at=asked.asked_at,
        deadline=asked.deadline,
        expires_at=asked.expires_at,
        edition_id=asked.edition,
        digest=asked.digest,
        deputy_for=asked.deputy_for,
    )
    number = int(db.execute(row.returning(requests.c.id)).scalar_one())
    mail(db, number, MailKind.ASK)
    return number


def get(db: Connection, number: int) -> Asked | None:
    """One request."""
    row = db.execute(select(requests).where(requests.c.id == number)).first()
    return None if row is None else _read(row)


def of_campaign(db: Connection, campaign: int) -> list[Asked]:
    """All requests about a campaign, oldest first."""
    query = select(requests).where(requests.c.campaign_id == campaign).order_by(requests.c.id)
    return [_read(row) for row in db.execute(query)]


def of_person(db: Connection, address: str, slug_of: int) -> list[Asked]:
    """What somebody answered about any mailing of the same issue as this campaign's, oldest first."""
    occasion = select(campaigns.c.occasion_id).where(campaigns.c.id == slug_of).scalar_subquery()
    query = (
        select(requests)
        .join(campaigns, campaigns.c.id == requests.c.campaign_id)
        .where(
            requests.c.address == address,
            campaigns.c.occasion_id == occasion,
            requests.c.answered_at.is_not(None),
        )
        .order_by(requests.c.answered_at)
    )
    return [_read(row) for row in db.execute(query)]


def waiting(db: Connection) -> list[Asked]:
    """Every request to which an answer is waited for."""
    query = select(requests).where(requests.c.answer == "", requests.c.ended_at.is_(None))
    return [_read(row) for row in db.execute(query.order_by(requests.c.id))]


def _read(row: Row[Any]) -> Asked:
    return Asked(
        number=row.id,
        campaign=row.campaign_id,
        person=row.person,
        address=row.address,
        language=row.language,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        deadline=row.deadline,
        expires_at=row.expires_at,
        edition=row.edition_id,
        digest=row.digest,
        deputy_for=row.deputy_for,
        answer=Answer(row.answer),
        answered_at=row.answered_at,
        answered_edition=row.answered_edition,
        words=row.words,
        ended_at=row.ended_at,
    )


def answer(
    db: Connection, number: int, said: Answer, *, at: datetime, edition: str = "", words: str = ""
) -> bool:
    """What somebody said; False when they had said something before, or the request was withdrawn."""
    done = db.execute(
        requests.update()
        .where(requests.c.id == number, requests.c.answer == "", requests.c.ended_at.is_(None))
        .values(answer=said.value, answered_at=at, answered_edition=edition, words=words)
    )
    return done.rowcount == 1


def end(db: Connection, campaign: int, at: datetime, but: int = 0) -> int:
    """Nobody is waited for any more; how many were."""
    done = db.execute(
        requests.update()
        .where(
            requests.c.campaign_id == campaign,
            requests.c.answer == "",
            requests.c.ended_at.is_(None),
            requests.c.id != but,
        )
        .values(ended_at=at)
    )
    return done.rowcount


def withdraw(db: Connection, number: int, at: datetime) -> bool:
    """Nobody waits for this answer any more; False when it was given, or withdrawn before."""
    done = db.execute(
        requests.update()
        .where(requests.c.id == number, requests.c.answer == "", requests.c.ended_at.is_(None))
        .values(ended_at=at)
    )
    return done.rowcount == 1


def is_mailed(db: Connection, request: int, kind: MailKind) -> bool:
    """True when a mail of this kind was wanted before."""
    query = select(request_mails.c.id).where(
        request_mails.c.request_id == request, request_mails.c.kind == kind.value
    )
    return db.execute(query).first() is not None


def mail(db: Connection, request: int, kind: MailKind) -> bool:
    """A mail about a request is wanted; False when one of this kind was wanted before."""
    row = insert(db, request_mails).values(request_id=request, kind=kind.value)
    yielding = row.on_conflict_do_nothing(index_elements=[request_mails.c.request_id, request_mails.c.kind])
    return db.execute(yielding.returning(request_mails.c.id)).first() is not None


def mails_due(db: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Mails that wait to be delivered now, oldest first."""
    query = select(request_mails).where(
        request_mails.c.state == NoticeState.WAITING.value,
        or_(request_mails.c.next_at.is_(None), request_mails.c.next_at <= now),
    )
    return db.execute(query.order_by(request_mails.c.id)).all()


def mails_of(db: Connection, campaign: int) -> Sequence[Row[Any]]:
    """The mails of all requests about a campaign, oldest first."""
    query = (
        select(request_mails)
        .join(requests, requests.c.id == request_mails.c.request_id)
        .where(requests.c.campaign_id == campaign)
        .order_by(request_mails.c.id)
    )
    return db.execute(query).all()


def take(db: Connection, row: Row[Any], now: datetime, next_at: datetime) -> bool:
    """Take a mail up for one try; False when another process did. `next_at`: when it is tried again, should this try be lost."""
    done = db.execute(
        request_mails.update()
        .where(
            request_mails.c.id == row.id,
            request_mails.c.state == NoticeState.WAITING.value,
            request_mails.c.attempts == row.attempts,
        )
        .values(attempts=row.attempts + 1, next_at=next_at, seen_at=row.seen_at or now)
    )
    return done.rowcount == 1


def fail(db: Connection, number: int, detail: str) -> None:
    """Note what went wrong; it is tried again."""
    db.execute(request_mails.update().where(request_mails.c.id == number).values(detail=detail))


def mail_ended(db: Connection, number: int, state: NoticeState, now: datetime, detail: str = "") -> None:
    """A mail is over, in one way or another."""
    db.execute(
        request_mails.update()
        .where(request_mails.c.id == number, request_mails.c.state == NoticeState.WAITING.value)
        .values(
            state=state.value,
            ended_at=now,
            seen_at=func.coalesce(request_mails.c.seen_at, literal(now, request_mails.c.seen_at.type)),
            next_at=None,
            detail=detail,
        )
    )
