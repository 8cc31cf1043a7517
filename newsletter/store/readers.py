"""What the pages of one reader need: the delivery that a token names, and what has become of its address.

In: the number of a delivery. Out: one row. Called by pipeline.leave, pipeline.view.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, or_, select

from newsletter.model.member import TrackingConsent
from newsletter.model.publication import TrackingMode
from newsletter.store.tables import batches, campaigns, deliveries, members, variants


@dataclass(frozen=True, slots=True)
class Addressee:
    """One delivery with its campaign and variant. `member` is 0, and what is the member's own empty, when the member is gone.

    `address` is where it went; `own_address` is the member's of today, which may be another by now.
    """

    delivery: int
    campaign: int
    edition: str
    variant: int
    language: str  #: the text that was sent: "en", "fr", "en+fr"
    answers: str
    tracking: TrackingMode
    key_id: int
    fields: tuple[str, ...]
    merge: str
    address: str
    address_key: bytes
    member: int = 0
    own_key: bytes = b""
    own_address: str = ""
    own_language: str = ""
    tracking_consent: TrackingConsent = TrackingConsent.UNKNOWN


def find(db: Connection, delivery: int) -> Addressee | None:
    """The reader of a delivery. A token of ours may name none: a database that was put back from before the mailing."""
    query = (
        select(
            deliveries,
            campaigns.c.edition_id,
            campaigns.c.key_id,
            campaigns.c.fields,
            variants.c.id.label("variant_id"),
            variants.c.language.label("variant_language"),
            variants.c.answers,
            variants.c.tracking.label("variant_tracking"),
            members.c.id.label("known_member"),
            members.c.address_key.label("own_key"),
            members.c.email.label("own_address"),
            members.c.language.label("own_language"),
            members.c.tracking_consent,
        )
        .join_from(deliveries, campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .join(batches, batches.c.id == deliveries.c.batch_id)
        .join(variants, variants.c.id == batches.c.variant_id)
        .outerjoin(
            members,
            or_(members.c.id == deliveries.c.member_id, members.c.address_key == deliveries.c.address_key),
        )
        .where(deliveries.c.id == delivery)
        .order_by(case((members.c.id == deliveries.c.member_id, 0), else_=1))
    )
    row = db.execute(query).first()  # the member it was sent to, else whoever has the address now
    if row is None:
        return None
    return Addressee(
        delivery=row.id,
        campaign=row.campaign_id,
        edition=row.edition_id,
        variant=row.variant_id,
        language=row.variant_language,
        answers=row.answers,
        tracking=TrackingMode(row.variant_tracking),
        key_id=row.key_id,
        fields=tuple(row.fields),
        merge=row.merge,
        address=row.address,
        address_key=row.address_key,
        member=row.known_member or 0,
        own_key=row.own_key or b"",
        own_address=row.own_address or "",
        own_language=row.own_language or "",
        tracking_consent=TrackingConsent(row.tracking_consent or TrackingConsent.UNKNOWN),
    )


def prefer(
    db: Connection, member: int, language: str, folded: str, consent: TrackingConsent, now: datetime
) -> None:
    """Keep a member's language and whether their reading may be measured."""
    db.execute(
        members.update()
        .where(members.c.id == member)
        .values(language=language, language_folded=folded, tracking_consent=consent.value, updated_at=now)
    )
