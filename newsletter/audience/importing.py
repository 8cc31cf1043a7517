"""What a row of a file changes about a member: it can only add or tighten.

In: a row, and what the store knows of the address. Out: a Step. Called by pipeline.importing.

An empty cell leaves what is there; tags are added, never taken away. Nobody who left, complained or is on the do-not-mail list comes
back: consent in a file does not count for them, whatever it says. A refusal to be measured stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from newsletter.audience.consent import exclusion, standing
from newsletter.audience.rows import Refusal, Row
from newsletter.model.folding import fold
from newsletter.model.member import FIELDS, Consent, Exclusion, Member, SuppressionReason, TrackingConsent


class Kind(StrEnum):
    """What becomes of a member."""

    ADD = "added"
    CHANGE = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has of an address: the member, if there is one, and every suppression that stands."""

    member: Member | None = None
    suppressions: frozenset[SuppressionReason] = frozenset()


UNKNOWN = Known()


class Step(NamedTuple):
    """What a row does. `granted` is consent to write into the log; `leaving` a suppression to add."""

    kind: Kind
    member: Member
    granted: Consent | None = None
    leaving: SuppressionReason | None = None


def plan(row: Row, known: Known = UNKNOWN) -> Step | Refusal:
    """The step that a row asks for. An erased address is refused: its owner asked to be forgotten."""
    if SuppressionReason.ERASED in known.suppressions:
        return Refusal(row.line, row.address.text, "suppressed (erased)")
    leaving = row.leaving if row.leaving and row.leaving not in known.suppressions else None
    gone = bool(known.suppressions or row.leaving)
    old, new = known.member, row.member
    if old is None:
        member = replace(new, consent=None) if gone and new.consent else new
        return Step(Kind.ADD, member, member.consent, leaving)
    member = _merged(old, new, gone=gone)
    granted = member.consent if member.consent != old.consent else None
    kind = Kind.UNCHANGED if member == old and leaving is None else Kind.CHANGE
    return Step(kind, member, granted, leaving)


def after(known: Known, step: Step) -> Known:
    """What is known of the address once a step is taken."""
    added = frozenset({step.leaving}) if step.leaving else frozenset()
    return Known(step.member, known.suppressions | added)


def why_not_mailable(row: Row, known: Known, today: date) -> str:
    """Why the member of a row may not be mailed once its step is taken: a value of Exclusion, or the code of what was missing
    in the consent that the row claimed; empty when they may."""
    consent = known.member.consent if known.member else None
    found = exclusion(consent, known.suppressions, today)
    if found is Exclusion.NO_CONSENT and row.unproven:
        return row.unproven
    return found.value if found else ""


def _merged(old: Member, new: Member, *, gone: bool) -> Member:
    changes: dict[str, object] = {}
    for name in FIELDS[1:]:  # the address stays as it is known: the file's differs by case at most
        value = getattr(new, name)
        if value and value != getattr(old, name):
            changes[name] = value
    if new.attributes and any(old.attributes.get(name) != value for name, value in new.attributes.items()):
        changes["attributes"] = {**old.attributes, **new.attributes}
    if new.tags and (missing := _missing(old.tags, new.tags)):
        changes["tags"] = old.tags | missing
    if not gone and (consent := standing(old.consent, new.consent)) != old.consent:
        changes["consent"] = consent
    if (tracking := _tracking(old.tracking_consent, new.tracking_consent)) is not old.tracking_consent:
        changes["tracking_consent"] = tracking
    return replace(old, **changes) if changes else old  # type: ignore[arg-type] # names and types are those of Member


def _missing(old: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    have = {fold(tag) for tag in old}
    return frozenset(tag for tag in new if fold(tag) not in have)


def _tracking(old: TrackingConsent, new: TrackingConsent) -> TrackingConsent:
    return old if new is TrackingConsent.UNKNOWN or old is TrackingConsent.REFUSED else new
