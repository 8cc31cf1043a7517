"""How often a sponsor is shown: read from the editions of the mailings that went out, and of those that are approved.

In: a publication, the mailing that is about to be planned. Out: mailings by sponsor, those ahead too. Called by pipeline.last_time.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, and_, or_, select

from newsletter.model.campaign import CampaignStatus
from newsletter.store.tables import campaigns, editions, occasions

_AHEAD = [one.value for one in (CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.HELD)]


class _Artwork(msgspec.Struct):
    sponsors: tuple[str, ...] = ()


class _Edition(msgspec.Struct):
    artwork: _Artwork


_decoder = msgspec.json.Decoder(_Edition)  # everything else of an edition is skipped, not built


def shown(db: Connection, publication: str, but: tuple[str, str]) -> Mapping[str, int]:
    """In how many mailings each sponsor of sponsors.toml was shown. An issue that went out in several mailings counts once an occurrence;
    `but` is the slug and occurrence that do not count. What began to go out counts, even where it was stopped later; so does what is
    approved and goes out by itself. A draft does not: when it is approved, those before it count."""
    rows = db.execute(
        select(occasions.c.slug, occasions.c.occurrence, campaigns.c.edition_id, editions.c.content)
        .join_from(campaigns, occasions, occasions.c.id == campaigns.c.occasion_id)
        .join(editions, editions.c.id == campaigns.c.edition_id)
        .where(
            occasions.c.publication == publication,
            or_(
                and_(campaigns.c.started_at.is_not(None), campaigns.c.status != CampaignStatus.EXPIRED.value),
                and_(campaigns.c.approved_at.is_not(None), campaigns.c.status.in_(_AHEAD)),
            ),
        )
    )
    seen = {
        (row.slug, row.occurrence, key)
        for row in rows
        if (row.slug, row.occurrence) != but
        for key in _decoder.decode(zlib.decompress(row.content)).artwork.sponsors
    }
    return Counter(key for _, _, key in seen)
