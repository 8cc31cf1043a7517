"""Editions, their images and hosted files: written once, never changed.

In: Edition, image bytes. Out: the same, byte for byte. Called by pipeline.freeze, submit, the public pages.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from newsletter.model.edition import Edition
from newsletter.store.tables import editions, images

_decoder = msgspec.json.Decoder(Edition)


def put(db: Connection, edition: Edition, files: Mapping[str, bytes], now: datetime) -> None:
    """Store an edition, its images and hosted files (digest → bytes). The same content twice is one row."""
    if db.execute(select(editions.c.id).where(editions.c.id == edition.id)).first():
        return
    for image in (*edition.artwork.images, *edition.artwork.hosted):
        known = db.execute(select(images.c.digest).where(images.c.file_name == image.file_name)).scalar()
        if known is None:
            db.execute(
                images.insert().values(
                    file_name=image.file_name,
                    digest=image.digest,
                    media_type=image.media_type,
                    data=files[image.digest],
                )
            )
    content = zlib.compress(msgspec.json.encode(edition), 6)
    db.execute(
        editions.insert().values(
            id=edition.id,
            publication=edition.publication,
            slug=edition.artwork.slug,
            content=content,
            created_at=now,
        )
    )


def get(db: Connection, edition_id: str) -> Edition:
    """An edition by its id. Raises LookupError for one that is not there: ids come from our own rows."""
    content = db.execute(select(editions.c.content).where(editions.c.id == edition_id)).scalar()
    if content is None:
        raise LookupError(f"no edition {edition_id}")
    return _decoder.decode(zlib.decompress(content))


def find_short(db: Connection, short: str) -> Edition | None:
    """An edition by the beginning of its id, as it stands in links."""
    if len(short) != 12 or not short.isalnum():
        return None
    content = db.execute(
        select(editions.c.content).where(editions.c.id >= short, editions.c.id < short + "g")
    ).scalar()
    return None if content is None else _decoder.decode(zlib.decompress(content))


def file(db: Connection, file_name: str) -> tuple[str, bytes] | None:
    """The media type and bytes of an image or a hosted file."""
    row = db.execute(
        select(images.c.media_type, images.c.data).where(images.c.file_name == file_name)
    ).first()
    return None if row is None else (row.media_type, row.data)
