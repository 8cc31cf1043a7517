"""Freezing: an artwork becomes an edition, named by the digest of its content.

In: Artwork, the publication's key, the remarks that somebody accepted. Out: Edition. Called by pipeline.freeze.
"""

from __future__ import annotations

import hashlib

import msgspec

from newsletter.model.edition import Artwork, Edition
from newsletter.model.waiver import Waived


def canonical(artwork: Artwork) -> bytes:
    """The canonical JSON of an artwork: the same content gives the same bytes."""
    return msgspec.json.encode(artwork, order="deterministic")


def freeze(artwork: Artwork, publication: str, waived: tuple[Waived, ...] = ()) -> Edition:
    """The frozen edition; `publication` is the publication's key. Its id is the SHA-256, in hex, of `canonical(artwork)` and of
    what was accepted: who approves an edition approves those reasons, too."""
    accepted = [(one.finding.check, one.finding.language, one.reason) for one in waived]
    content = canonical(artwork) + (msgspec.json.encode(accepted) if accepted else b"")
    return Edition(hashlib.sha256(content).hexdigest(), publication, artwork, waived)
