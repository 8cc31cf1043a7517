"""A publication: one newsletter, with its sender and defaults.

In: newsletter.toml, read by `workspace`. Out: a frozen value. Called by compose, checks, pipeline, providers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

Localized = Mapping[str, str]  #: text by language; always holds every language of the publication

#: how a language can be set (compose.typography); the first is meant where a publication chooses none
PROFILES: Final[Mapping[str, tuple[str, ...]]] = {"en": ("en",), "fr": ("fr-CA", "fr-FR")}
AS_WRITTEN: Final = "none"  #: chosen for a language whose texts stay as their authors typed them


class TrackingMode(StrEnum):
    """What is learnt of readers. The strictest of publication, issue and person wins."""

    OFF = "off"  #: no pixel, no rewritten link
    AGGREGATE = "aggregate"  #: counts by mailing; the token names no person
    INDIVIDUAL = "individual"  #: by person, only where tracking_consent is granted

    @property
    def rank(self) -> int:
        """Strictness: a smaller rank is stricter."""
        return list(TrackingMode).index(self)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from: display name by language, ASCII address. Never holds a member field (Gmail sender rules)."""

    name: Localized
    address: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One newsletter.

    `key` is short, ASCII and never changes; `list_id` is the identifier of RFC 2919, without brackets and never
    renamed; `languages` in the publication's order, the first on top of a bilingual edition; `time_zone` is IANA.
    """

    key: str
    name: Localized
    sender: Sender
    postal_address: Localized
    contact: Localized
    list_id: str
    languages: tuple[str, ...]
    time_zone: str
    website: str = ""
    reply_to: str = ""
    unsubscribe_mailbox: str = (
        ""  #: address of an inbound mailbox that is read; adds mailto to List-Unsubscribe
    )
    reason: Localized | None = None  #: why you get this, in the footer
    calendar: str = "CA-ON"
    tracking: TrackingMode = TrackingMode.AGGREGATE
    staff: tuple[str, ...] = ()  #: addresses that get test copies first in a gentle start
    typography: Mapping[str, str] = field(default_factory=dict)  #: language → profile, where one was chosen
