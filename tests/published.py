"""Issues of the repository as mailings that are over: what the archive shows.

In: a world of tests.mailed. Out: rows of its database. Called by the tests of the archive, in and out of a browser.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newsletter.compose import freeze
from newsletter.compose.happenings import happenings
from newsletter.model.campaign import CampaignStatus
from newsletter.model.edition import Edition
from newsletter.store import editions, tables
from tests.browser.mails import rendered
from tests.mailed import START, Mailed

FILES: dict[str, bytes] = {}  #: images and hosted files of what was frozen


def frozen(template: str = "event", *, archive: bool | None = True, slug: str = "") -> Edition:
    """An issue of the repository as an edition."""
    rendering = rendered(template)
    assert rendering.artwork is not None
    FILES.update(rendering.files)
    artwork = replace(rendering.artwork, slug=slug or rendering.artwork.slug)
    made = freeze.freeze(artwork, "ngen", archive=archive)
    return replace(made, happenings=happenings(rendering.outlines, "America/Toronto"))


def publish(
    mailed: Mailed,
    edition: Edition,
    *,
    occurrence: str = "",
    days: int = 0,
    status: CampaignStatus = CampaignStatus.FINISHED,
    official: bool = False,
) -> None:
    """A mailing of an edition that began so many days after the first one."""
    t = tables
    at = START + timedelta(days=days)
    with mailed.ctx.store.write() as db:
        editions.put(
            db,
            edition,
            FILES,
            at,
        )
        where = (t.occasions.c.slug == edition.artwork.slug, t.occasions.c.occurrence == occurrence)
        occasion = (
            db.execute(t.occasions.select().where(*where)).scalar()
            or db.execute(
                t.occasions.insert()
                .values(publication="ngen", slug=edition.artwork.slug, occurrence=occurrence)
                .returning(t.occasions.c.id)
            ).scalar_one()
        )
        db.execute(
            t.campaigns.insert().values(
                occasion_id=occasion, edition_id=edition.id, include=["everyone"], exclude=[], provider="outbox", tracking="individual",
                key_id=1, status=status.value, grace_seconds=3600, official=official, created_at=at, started_at=at, ended_at=at,
            )
        )  # fmt: skip
