"""The seal of a page of an import: two pages have one seal only when they do exactly the same to the same members.

In: a planned page, and what was known before it. Out: a digest. Called by pipeline.importing.

A plan that a person agreed to is applied page by page; one whose seal differs is not written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from newsletter.audience.importing import UNKNOWN, Known, Page
from newsletter.model.member import Member

_encode = msgspec.msgpack.Encoder().encode


def seal(page: Page, before: Mapping[bytes, Known]) -> bytes:
    """The digest of what a page finds and leaves behind."""
    found = hashlib.sha256()
    for key, known in page.after.items():
        old = before.get(key, UNKNOWN)
        states = (*_state(old), *_state(known), known.line, known.reason)
        found.update(_encode((key, *states)))
    found.update(_encode((page.kinds, page.grants, page.leaving, page.refused)))
    return found.digest()


def _state(known: Known) -> tuple[object, ...]:
    return _plain(known.member), sorted(known.suppressions)


def _plain(member: Member | None) -> tuple[object, ...] | None:
    """A member without its number, which it gets when it is written, and in an order that does not vary."""
    if member is None:
        return None
    *texts, tags, attributes, consent, tracking, _ = member
    return *texts, sorted(tags), sorted(attributes.items()), consent, tracking
