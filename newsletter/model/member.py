"""A member, and the grounds on which they may be mailed.

In: rows of `store`, lines of a CSV. Out: frozen values. Called by audience, dispatch, pipeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

#: the fields of a member that segments and slots may name; any other name is an attribute
FIELDS = ("email", "first_name", "last_name", "company", "province", "language", "timezone")

#: columns of a member CSV, in the order in which `members export` writes them; further columns are attributes
COLUMNS = (*FIELDS, "tags", "consent_basis", "consent_date", "consent_evidence", "tracking_consent")


class ConsentBasis(StrEnum):
    """Why we may mail somebody (CASL s. 6, 10; SOR/2012-36). Empty in the store: no consent on file."""

    EXPRESS = "express"  #: asked and said yes; ends when withdrawn
    MEMBERSHIP = "membership"  #: implied; two years from the day that membership ends
    PURCHASE = "purchase"  #: implied; two years
    CONTRACT = "contract"  #: implied; while in force and two years after
    INQUIRY = "inquiry"  #: implied; six months
    PUBLISHED = "published"  #: address published, relevant to the role
    B2B = "b2b"  #: staff to staff of organisations with a relationship; exempt


class TrackingConsent(StrEnum):
    """Whether this person's own reading may be measured."""

    UNKNOWN = "unknown"
    GRANTED = "granted"
    REFUSED = "refused"


# Tuples, for imports make them by the million: a frozen dataclass takes five times as long.


class Consent(NamedTuple):
    """The grounds on file: since when (`on`: the day it was given, or on which the relation last held), and the proof."""

    basis: ConsentBasis
    on: date | None = None
    evidence: str = ""
    expires_on: date | None = None  #: first day on which it no longer holds; None: no expiry


class Member(NamedTuple):
    """A person we may know. Text fields are empty when unknown; `language` is a code such as `fr`."""

    email: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    province: str = ""
    language: str = ""
    timezone: str = ""
    tags: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = MappingProxyType({})
    consent: Consent | None = None
    tracking_consent: TrackingConsent = TrackingConsent.UNKNOWN
    id: int = 0

    def value(self, name: str) -> str:
        """The text of a field or attribute; empty when there is none."""
        if name in FIELDS:
            return str(getattr(self, name))
        return self.attributes.get(name, "")


class Exclusion(StrEnum):
    """Why somebody in the audience is not mailed; the order is the order of precedence (first that holds wins)."""

    SUPPRESSED = "suppressed"  #: complaint, invalid address, or listed by hand
    UNSUBSCRIBED = "unsubscribed"
    NO_CONSENT = "no-consent"  #: no basis on file
    CONSENT_EXPIRED = "consent-expired"
    ALREADY_HAD_IT = "already-had-it"  #: this issue, same occurrence, by another campaign
    TIME_PASSED = (
        "time-passed"  #: in this member's zone the time had passed when the recipients were written down
    )


class SuppressionReason(StrEnum):
    """Why an address must not be mailed; the order is the order of precedence."""

    COMPLAINT = "complaint"
    ERASED = "erased"
    UNSUBSCRIBED = "unsubscribed"
    INVALID = "invalid"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that must not be mailed, with reason and where we know it from. Keyed in the store by the address's MAC."""

    reason: SuppressionReason
    source: str = ""
