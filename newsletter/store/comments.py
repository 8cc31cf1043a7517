"""Review links and comments.

In: who says what about which block; who resolves it. Out: rows, oldest first. Called by pipeline.commenting and reviewing.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from newsletter.model.comment import Anchor, Comment, ReviewLink
from newsletter.store.tables import comments, review_links


def make_link(db: Connection, publication: str, slug: str, at: datetime, by: str, until: datetime) -> int:
    """A new review link; its number."""
    row = review_links.insert().values(
        publication=publication, slug=slug, created_at=at, created_by=by, expires_at=until
    )
    return int(db.execute(row.returning(review_links.c.id)).scalar_one())


def link(db: Connection, number: int) -> ReviewLink | None:
    """A review link, alive or not."""
    row = db.execute(select(review_links).where(review_links.c.id == number)).first()
    return None if row is None else _link(row)


def links(db: Connection, publication: str, slug: str) -> list[ReviewLink]:
    """The review links of an issue, newest first."""
    query = select(review_links).where(review_links.c.publication == publication, review_links.c.slug == slug)
    return [_link(row) for row in db.execute(query.order_by(review_links.c.id.desc()))]


def _link(row: Row[Any]) -> ReviewLink:
    return ReviewLink(row.id, row.slug, row.created_at, row.created_by, row.expires_at, row.revoked_at)


def revoke(db: Connection, publication: str, slug: str, at: datetime, by: str) -> int:
    """No review link of an issue works any more; how many did."""
    done = db.execute(
        review_links.update()
        .where(
            review_links.c.publication == publication,
            review_links.c.slug == slug,
            review_links.c.revoked_at.is_(None),
            review_links.c.expires_at > at,
        )
        .values(revoked_at=at, revoked_by=by)
    )
    return done.rowcount


def put(db: Connection, publication: str, comment: Comment) -> int:
    """Keep a comment (its own number is not looked at); the number it got."""
    row = comments.insert().values(
        publication=publication,
        slug=comment.slug,
        thread_id=comment.thread,
        link_id=comment.link,
        language=comment.language,
        anchor=asdict(comment.anchor),
        author=comment.author,
        body=comment.body,
        at=comment.at,
    )
    return int(db.execute(row.returning(comments.c.id)).scalar_one())


def get(db: Connection, publication: str, number: int) -> Comment | None:
    """One comment."""
    query = select(comments).where(comments.c.publication == publication, comments.c.id == number)
    row = db.execute(query).first()
    return None if row is None else _read(row)


def of_issue(db: Connection, publication: str, slug: str) -> list[Comment]:
    """All comments on an issue, oldest first."""
    query = select(comments).where(comments.c.publication == publication, comments.c.slug == slug)
    return [_read(row) for row in db.execute(query.order_by(comments.c.id))]


def _read(row: Row[Any]) -> Comment:
    return Comment(
        number=row.id,
        slug=row.slug,
        thread=row.thread_id,
        link=row.link_id,
        language=row.language,
        anchor=msgspec.convert(row.anchor, Anchor),
        author=row.author,
        body=row.body,
        at=row.at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        resolution=row.resolution,
    )


def settle(db: Connection, number: int, at: datetime | None, by: str, word: str) -> bool:
    """Resolve a thread, or with no moment open it again; False when it stood so already."""
    stands = comments.c.resolved_at.is_(None) if at else comments.c.resolved_at.is_not(None)
    done = db.execute(
        comments.update()
        .where(comments.c.id == number, comments.c.thread_id.is_(None), stands)
        .values(resolved_at=at, resolved_by=by if at else "", resolution=word)
    )
    return done.rowcount == 1


def open_on(db: Connection, publication: str, slug: str) -> int:
    """How many threads of an issue nobody resolved."""
    query = (
        select(func.count())
        .select_from(comments)
        .where(
            comments.c.publication == publication,
            comments.c.slug == slug,
            comments.c.thread_id.is_(None),
            comments.c.resolved_at.is_(None),
        )
    )
    return int(db.execute(query).scalar_one())


def since(db: Connection, link: int, moment: datetime) -> int:
    """How many comments came by a link since a moment."""
    query = (
        select(func.count()).select_from(comments).where(comments.c.link_id == link, comments.c.at > moment)
    )
    return int(db.execute(query).scalar_one())
