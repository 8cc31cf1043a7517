"""Freezing: an artwork becomes an edition, named by the digest of its content.

In: Artwork, the publication's key, findings that somebody waived. Out: Edition. Called by pipeline.freeze.
"""

from __future__ import annotations

import hashlib

import msgspec

from newsletter.model.edition import Artwork, Edition
from newsletter.model.finding import Finding


def canonical(artwork: Artwork) -> bytes:
    """The canonical JSON of an artwork: the same content gives the same bytes."""
    return msgspec.json.encode(artwork, order="deterministic")


def freeze(artwork: Artwork, publication: str, waived: tuple[Finding, ...] = ()) -> Edition:
    """The frozen edition; `publication` is the publication's key. Its id is the SHA-256 of `canonical(artwork)`, in hex."""
    return Edition(hashlib.sha256(canonical(artwork)).hexdigest(), publication, artwork, waived)
