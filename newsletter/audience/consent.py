"""Consent: how long it holds, which of two grounds stands, and whether somebody may be mailed on a day.

In: grounds, days, suppressions. Out: judgements with their reason. Called by importing, pipeline; store.selection follows it.

Rules of CASL (S.C. 2010, c. 23, s. 10(9)–(14)), each taken a day short rather than a day long: a period of n months that began
on a day ends on the day of the same number n months later, or on the last day of that month where it has no such day (29 February
2020 and two years: 28 February 2022), and on that day the consent no longer holds.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from newsletter.model.member import Consent, ConsentBasis, Exclusion, SuppressionReason
from newsletter.model.said import Said

_MONTHS = {
    ConsentBasis.MEMBERSHIP: 24,  # from the day on which membership ended (s. 10(14)(b)); in force: no day yet
    ConsentBasis.CONTRACT: 24,  # from the day on which the contract ended
    ConsentBasis.PURCHASE: 24,
    ConsentBasis.INQUIRY: 6,
}
#: relations that may be in force still: without a day they do not expire
ONGOING = frozenset({ConsentBasis.MEMBERSHIP, ConsentBasis.CONTRACT})
#: reasons on the do-not-mail list by which a person took consent back
WITHDRAWALS = frozenset({SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINT})
#: relations that begin on a day, in French
_DATED = {ConsentBasis.PURCHASE: "achat", ConsentBasis.INQUIRY: "demande"}
_NO_EVIDENCE = Said("express consent without evidence", "consentement exprès sans preuve")
_AHEAD = Said("a consent date that lies ahead", "date de consentement à venir")
_STRENGTH = list(ConsentBasis)  # express first


@dataclass(frozen=True, slots=True)
class Unproven:
    """Grounds that were claimed and cannot be taken; `code` is stable, `reason` says what is missing."""

    code: str
    reason: Said


def expires_on(basis: ConsentBasis, on: date | None) -> date | None:
    """The first day on which consent no longer holds; None: it does not end by itself."""
    months = _MONTHS.get(basis)
    return None if months is None or on is None else _months_later(on, months)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = min(day.year + years, date.max.year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def judge(basis: ConsentBasis, on: date | None, evidence: str, today: date) -> Consent | Unproven:
    """Claimed grounds, as consent or as what is missing: express needs proof (s. 13); a purchase or an inquiry its day."""
    if basis is ConsentBasis.EXPRESS and not evidence:
        return Unproven("no-evidence", _NO_EVIDENCE)
    if basis in _DATED and on is None:
        return Unproven("no-date", Said(f"{basis.value} without its day", f"{_DATED[basis]} sans date"))
    if on is not None and on > today and basis not in ONGOING:
        return Unproven("date-ahead", _AHEAD)
    return Consent(basis, on, evidence, expires_on(basis, on))


def standing(old: Consent | None, new: Consent | None) -> Consent | None:
    """Which consent stands when a file brings another.

    Of one basis, what is said last of a relation stands (it may have ended), and for the others the later day. Of two
    bases, the one that lasts longer; of equal ones the stronger.
    """
    if old is None or new is None or old == new:
        return new or old
    if old.basis is new.basis:
        return new if old.basis in ONGOING or _day(new) >= _day(old) else old
    ours, theirs = _lasting(old), _lasting(new)
    return new if theirs > ours else old


def _day(consent: Consent) -> date:
    return consent.on or date.min


def _lasting(consent: Consent) -> tuple[date, int]:
    return consent.expires_on or date.max, -_STRENGTH.index(consent.basis)


def exclusion(
    consent: Consent | None, suppressions: Collection[SuppressionReason], day: date
) -> Exclusion | None:
    """Why somebody may not be mailed on a day, or None when they may. The first reason that holds, as Exclusion orders them."""
    if suppressions:
        only_left = set(suppressions) == {SuppressionReason.UNSUBSCRIBED}
        return Exclusion.UNSUBSCRIBED if only_left else Exclusion.SUPPRESSED
    if consent is None:
        return Exclusion.NO_CONSENT
    if consent.expires_on is not None and consent.expires_on <= day:
        return Exclusion.CONSENT_EXPIRED
    return None


def allowed(consent: Consent | None, suppressions: Collection[SuppressionReason], day: date) -> bool:
    """Whether somebody may be mailed on a day."""
    return exclusion(consent, suppressions, day) is None
