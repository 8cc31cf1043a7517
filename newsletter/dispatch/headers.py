"""The headers that a list mail carries.

In: publication, edition, a reader's own token. Out: one-line ASCII values. Called by dispatch.filling.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.model.edition import Edition
from newsletter.model.publication import Publication
from newsletter.model.readers import Piece


def common_headers(publication: Publication, edition: Edition) -> dict[str, str]:
    """Headers that all readers share: List-Id (RFC 2919) and Feedback-ID (Gmail: at most three fields, then the sender)."""
    name = next(iter(publication.name.values()), "")
    phrase = f'"{name}" ' if name.isascii() and name.isprintable() and not set(name) & set('"\\') else ""
    sender = publication.key.replace(":", "")[:15].ljust(5, "0")
    return {
        "List-Id": f"{phrase}<{publication.list_id}>",
        "Feedback-ID": f"{edition.short}:{edition.artwork.slug[:40]}:newsletter:{sender}",
    }


def own_headers(publication: Publication, base_url: str, own: Sequence[str]) -> dict[str, tuple[Piece, ...]]:
    """Each reader's own, by their tokens: List-Unsubscribe (RFC 2369; mailto only where a mailbox is read) and its one-click form
    (RFC 8058)."""
    mailbox = publication.unsubscribe_mailbox
    way: tuple[Piece, ...] = (f"<{base_url}/u/", own, ">")
    if mailbox:
        way = (*way[:2], f">, <mailto:{mailbox}?subject=unsubscribe%20", own, ">")
    return {"List-Unsubscribe": way, "List-Unsubscribe-Post": ("List-Unsubscribe=One-Click",)}
