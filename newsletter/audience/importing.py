"""What a row of a file changes about a member: it can only add or tighten.

In: a row, and what the store knows of the address. Out: a Step; for many rows a Page. Called by pipeline.importing.

An empty cell leaves what is there; tags are added, never taken away. Nobody who left, complained or is on the do-not-mail list comes
back: consent in a file does not count for them, whatever it says. A refusal to be measured stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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


class Known(NamedTuple):
    """What is known of an address: the member, if there is one, and every suppression that stands. `line` is where the file names
    it last (0: not yet), `reason` why its member may not be mailed then (empty: may)."""

    member: Member | None = None
    suppressions: frozenset[SuppressionReason] = frozenset()
    line: int = 0
    reason: str = ""


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
        member = new._replace(consent=None) if gone and new.consent else new
        return Step(Kind.ADD, member, member.consent, leaving)
    member = _merged(old, new, gone=gone)
    granted = member.consent if member.consent != old.consent else None
    kind = Kind.UNCHANGED if member == old and leaving is None else Kind.CHANGE
    return Step(kind, member, granted, leaving)


class Repeat(NamedTuple):
    """A row about an address that stood in the file before, in the line `earlier`."""

    line: int
    email: str
    earlier: int


@dataclass(slots=True)
class Page:
    """What some rows come to, in their order: the state of each address after them, and what is to be written down.

    `grants` and `leaving` name the line that they come from.
    """

    after: dict[bytes, Known] = field(default_factory=dict)
    kinds: list[Kind] = field(default_factory=list)
    grants: list[tuple[bytes, Consent, int]] = field(default_factory=list)
    leaving: list[tuple[bytes, SuppressionReason, int]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    repeated: list[Repeat] = field(default_factory=list)


def plan_page(rows: Iterable[tuple[bytes, Row]], before: Mapping[bytes, Known], today: date) -> Page:
    """Take rows with the keys of their addresses, one after the other. `before` holds what the store knows of them."""
    page = Page()
    after = page.after
    for key, row in rows:
        earlier = after.get(key)
        known = earlier or before.get(key, UNKNOWN)
        step = plan(row, known)
        if isinstance(step, Refusal):
            page.refused.append(step)
            continue
        kind, member, granted, leaving = step
        suppressions = known.suppressions
        if leaving:
            page.leaving.append((key, leaving, row.line))
            suppressions |= {leaving}
        if granted:
            page.grants.append((key, granted, row.line))
        if earlier:
            page.repeated.append(Repeat(row.line, row.address.text, earlier.line))
        page.kinds.append(kind)
        reason = _why_not_mailable(row, member, suppressions, today)
        after[key] = Known(member, suppressions, row.line, reason)
    return page


def _why_not_mailable(
    row: Row, member: Member, suppressions: frozenset[SuppressionReason], today: date
) -> str:
    """A value of Exclusion, or the code of what was missing in the consent that the row claimed; empty: may be mailed."""
    found = exclusion(member.consent, suppressions, today)
    if found is None:
        return ""
    return row.unproven if found is Exclusion.NO_CONSENT and row.unproven else found.value


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
    return old._replace(**changes) if changes else old  # type: ignore[arg-type] # names and types are those of Member


def _missing(old: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    have = {fold(tag) for tag in old}
    return frozenset(tag for tag in new if fold(tag) not in have)


def _tracking(old: TrackingConsent, new: TrackingConsent) -> TrackingConsent:
    return old if new is TrackingConsent.UNKNOWN or old is TrackingConsent.REFUSED else new
