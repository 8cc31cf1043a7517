"""Freezing: an artwork becomes an edition, named by the digest of its content.

In: Artwork, the publication's key, the remarks that somebody accepted. Out: Edition. Called by pipeline.freeze.
"""

from __future__ import annotations

import hashlib

import msgspec

from newsletter.model.edition import Artwork, Edition
from newsletter.model.one_language import OneLanguage
from newsletter.model.waiver import Waived


def canonical(artwork: Artwork) -> bytes:
    """The canonical JSON of an artwork: the same content gives the same bytes."""
    return msgspec.json.encode(artwork, order="deterministic")


def freeze(
    artwork: Artwork,
    publication: str,
    waived: tuple[Waived, ...] = (),
    only: OneLanguage | None = None,
    *,
    archive: bool | None = None,
) -> Edition:
    """The frozen edition; `publication` is the publication's key. Its id is the SHA-256, in hex, of `canonical(artwork)` and of
    what was accepted, why a language is missing and whether everybody may read it: who approves an edition approves those, too."""
    accepted = [(one.finding.check, one.finding.language, one.finding.message, one.reason) for one in waived]
    content = canonical(artwork) + (msgspec.json.encode(accepted) if accepted else b"")
    if only:
        content += msgspec.json.encode(("only", only.languages, only.by, only.reason))
    if archive is not None:
        content += msgspec.json.encode(("archive", archive))
    return Edition(hashlib.sha256(content).hexdigest(), publication, artwork, waived, only, archive)


def same_text(one: Edition, other: Edition) -> bool:
    """True when two editions say the same to readers, and lack a language for the same reason.

    What was accepted may differ: which remarks are made is also a matter of the day, of the mailings since and of the program. So may
    where a line can break: that is the program's work, and a newer one may do it otherwise.
    """
    return _read(one) == _read(other)


def _read(edition: Edition) -> tuple[bytes, object, bool | None]:
    only = edition.only
    text = canonical(edition.artwork).replace("\u00a0".encode(), b" ").replace("\u202f".encode(), b" ")
    return text, only and (only.languages, only.by, only.reason), edition.archive
