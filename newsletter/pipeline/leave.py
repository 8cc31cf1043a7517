"""Leave: what a reader decides on the pages of a mail, by its own token. Works for ever, also when the member is gone.

In: the number of a delivery (0: a test message, which acts on nobody). Out: where the reader stands; a suppression, a withdrawal
and a fact, in one transaction. Called by web.public.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.edition import BOTH
from newsletter.model.folding import fold
from newsletter.model.member import SuppressionReason, TrackingConsent
from newsletter.pipeline.context import Context
from newsletter.store import Connection, audit, facts, readers
from newsletter.store.facts import Leaving
from newsletter.store.readers import Addressee


@dataclass(frozen=True, slots=True)
class Standing:
    """What the pages say to a reader. `address` is masked; `known` is False when we no longer hold anything but the address's
    key; `language` is the one to speak, empty when we cannot tell."""

    test: bool = False
    address: str = ""
    known: bool = False
    left: bool = False
    language: str = ""
    own_language: str = ""
    measured: bool = True


def standing(ctx: Context, number: int) -> Standing | None:
    """Where a reader stands; None when our books have no such delivery."""
    if number == 0:
        return Standing(test=True)
    with ctx.store.read() as db:
        return _standing(db, number)


def _standing(db: Connection, number: int) -> Standing | None:
    reader = readers.find(db, number)
    if reader is None:
        return None
    return Standing(
        address=masked(reader.address),
        known=bool(reader.member),
        left=_has_left(db, reader),
        language=reader.own_language or ("" if BOTH in reader.language else reader.language),
        own_language=reader.own_language,
        measured=reader.tracking_consent is not TrackingConsent.REFUSED,
    )


def leave(ctx: Context, number: int, source: str) -> Standing | None:
    """Unsubscribe a reader, at once and for every mailing that has not left; the second time changes nothing.

    `source` says how: `one-click`, `page`. None when our books have no such delivery.
    """
    if number == 0:
        return Standing(test=True)
    with ctx.store.write() as db:
        reader = readers.find(db, number)
        if reader is None:
            return None
        if not _has_left(db, reader):
            _withdraw(ctx, db, reader, source)
        return _standing(db, number)


def _addresses(reader: Addressee) -> dict[bytes, str]:
    """The address that was written to, and the one that the same member has now: it is the person who leaves."""
    now = {reader.own_key: reader.own_address} if reader.member else {}
    return {reader.address_key: reader.address} | now


def _has_left(db: Connection, reader: Addressee) -> bool:
    return all(facts.is_suppressed(db, key, SuppressionReason.UNSUBSCRIBED) for key in _addresses(reader))


def _withdraw(ctx: Context, db: Connection, reader: Addressee, source: str) -> None:
    now = ctx.now()
    leaving = [
        Leaving(key, SuppressionReason.UNSUBSCRIBED, now, source, text)
        for key, text in _addresses(reader).items()
    ]
    facts.suppress(db, leaving)
    facts.withdraw(db, leaving, f"by the link of delivery {reader.delivery}", "reader")
    facts.note(db, [(reader.delivery, facts.UNSUBSCRIBED, now)])


def prefer(ctx: Context, number: int, *, language: str | None, measured: bool) -> Standing | None:
    """Keep a reader's wishes: the language of coming mails (empty: all of them in one mail), and whether reading may be measured.

    None, or a language that the publication does not have, leaves the language alone. Allowing again is no consent to individual measuring: only
    one's own earlier yes, never taken back, is.
    """
    if number == 0:
        return Standing(test=True)
    with ctx.store.write() as db:
        reader = readers.find(db, number)
        if reader is None:
            return None
        if reader.member:
            ours = language in {"", *ctx.publication.languages}
            _keep(ctx, db, reader, language if ours else None, measured=measured)
        return _standing(db, number)


def _keep(ctx: Context, db: Connection, reader: Addressee, language: str | None, *, measured: bool) -> None:
    consent = reader.tracking_consent
    if not measured:
        consent = TrackingConsent.REFUSED
    elif consent is TrackingConsent.REFUSED:
        consent = TrackingConsent.UNKNOWN
    language = reader.own_language if language is None else language
    if (language, consent) == (reader.own_language, reader.tracking_consent):
        return
    now = ctx.now()
    readers.prefer(db, reader.member, language, fold(language), consent, now)
    wishes = {"language": language, "tracking_consent": consent.value}
    audit.note(db, now, "reader", "preferences", str(reader.member), wishes)


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else learns: `m•••@n•••.ca`."""
    local, _, domain = address.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    if not local or not name:
        return ""
    return f"{local[0]}•••@{name[0]}•••{dot}{ending}"
