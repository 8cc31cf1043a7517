"""A list of members as staff ask for it: what is searched, which filters, in which order, and where a page begins.

In: nothing. Out: frozen values. Made by the shells, judged by store.listing, handed on by pipeline.listing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """In which order members stand."""

    NEWEST = "newest"
    NAME = "name"
    ADDRESS = "address"


class Standing(StrEnum):
    """Whether a member may be mailed today, and if not, why; the values are those of model.member.Exclusion."""

    MAILABLE = "mailable"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    NO_CONSENT = "no-consent"
    CONSENT_EXPIRED = "consent-expired"


#: what stands in a filter for members without a value
WITHOUT = "-"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which members: all of these at once. Empty: not asked. `language` and `province` may be WITHOUT."""

    search: str = ""
    language: str = ""
    province: str = ""
    segment: str = ""
    standing: Standing | None = None

    def __bool__(self) -> bool:
        return any((self.search.strip(), self.language, self.province, self.segment, self.standing))


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins: behind (or, with `back`, before) the member with these values of the order, and this number."""

    values: tuple[str, ...]
    number: int
    back: bool = False
