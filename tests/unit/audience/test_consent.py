"""Consent: how long it holds, to the day; which of two grounds stands; who may be mailed."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.consent import Unproven, allowed, exclusion, expires_on, judge, standing
from newsletter.model.member import Consent, ConsentBasis, Exclusion, SuppressionReason
from tests.audiences import consents

B = ConsentBasis
TODAY = date(2020, 12, 16)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("basis", "on", "expected"),
    [
        (B.EXPRESS, date(2010, 1, 1), None),
        (B.PUBLISHED, date(2010, 1, 1), None),
        (B.B2B, date(2010, 1, 1), None),
        (B.PURCHASE, date(2019, 3, 10), date(2021, 3, 10)),
        (B.PURCHASE, date(2020, 2, 29), date(2022, 2, 28)),
        (B.PURCHASE, date(2018, 2, 28), date(2020, 2, 28)),
        (B.MEMBERSHIP, None, None),
        (B.MEMBERSHIP, date(2019, 12, 31), date(2021, 12, 31)),
        (B.CONTRACT, None, None),
        (B.CONTRACT, date(2019, 12, 31), date(2021, 12, 31)),
        (B.INQUIRY, date(2020, 8, 31), date(2021, 2, 28)),
        (B.INQUIRY, date(2019, 8, 31), date(2020, 2, 29)),
        (B.INQUIRY, date(2020, 8, 28), date(2021, 2, 28)),
        (B.INQUIRY, date(2020, 12, 31), date(2021, 6, 30)),
        (B.INQUIRY, date(2020, 6, 30), date(2020, 12, 30)),
        (B.PURCHASE, date.max, date.max),
    ],
)
def test_the_first_day_on_which_it_no_longer_holds(
    basis: ConsentBasis, on: date | None, expected: date | None
) -> None:
    assert expires_on(basis, on) == expected


@given(st.sampled_from([B.PURCHASE, B.MEMBERSHIP, B.CONTRACT, B.INQUIRY]), DAYS)
def test_the_day_before_and_the_day(basis: ConsentBasis, on: date) -> None:
    end = expires_on(basis, on)
    assert end is not None
    consent = Consent(basis, on, "", end)
    assert allowed(consent, (), end - timedelta(days=1))
    assert exclusion(consent, (), end) is Exclusion.CONSENT_EXPIRED
    # Counted here by another rule: months, then the same number or the month's last.
    months = (end.year - on.year) * 12 + end.month - on.month
    assert months == (6 if basis is B.INQUIRY else 24)
    assert end.day == min(on.day, monthrange(end.year, end.month)[1])


@given(st.sampled_from(ConsentBasis), DAYS, DAYS)
def test_a_later_day_never_ends_earlier(basis: ConsentBasis, one: date, other: date) -> None:
    ends = [expires_on(basis, day) for day in sorted((one, other))]
    assert ends[0] is None or ends[0] <= (ends[1] or date.max)


@pytest.mark.parametrize(
    ("basis", "on", "evidence", "code"),
    [
        (B.EXPRESS, TODAY, "", "no-evidence"),
        (B.EXPRESS, TODAY + timedelta(days=1), "form", "date-ahead"),
        (B.PURCHASE, None, "invoice", "no-date"),
        (B.INQUIRY, None, "", "no-date"),
    ],
)
def test_claims_that_cannot_be_taken(basis: ConsentBasis, on: date | None, evidence: str, code: str) -> None:
    found = judge(basis, on, evidence, TODAY)
    assert isinstance(found, Unproven)
    assert found.code == code


def test_a_membership_may_end_in_days_to_come() -> None:
    found = judge(B.MEMBERSHIP, date(2021, 12, 31), "", TODAY)
    assert found == Consent(B.MEMBERSHIP, date(2021, 12, 31), "", date(2023, 12, 31))


@pytest.mark.parametrize(
    ("suppressions", "expected"),
    [
        ((), None),
        ((SuppressionReason.UNSUBSCRIBED,), Exclusion.UNSUBSCRIBED),
        ((SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINT), Exclusion.SUPPRESSED),
        ((SuppressionReason.MANUAL,), Exclusion.SUPPRESSED),
        ((SuppressionReason.INVALID,), Exclusion.SUPPRESSED),
        ((SuppressionReason.ERASED,), Exclusion.SUPPRESSED),
    ],
)
def test_precedence(suppressions: tuple[SuppressionReason, ...], expected: Exclusion | None) -> None:
    assert exclusion(Consent(B.EXPRESS, None, "form"), suppressions, TODAY) is expected
    expired = Consent(B.INQUIRY, date(2010, 1, 1), "", date(2010, 7, 1))
    assert exclusion(expired, suppressions, TODAY) is (expected or Exclusion.CONSENT_EXPIRED)
    assert exclusion(None, suppressions, TODAY) is (expected or Exclusion.NO_CONSENT)


def made(basis: ConsentBasis, on: date | None = None, evidence: str = "") -> Consent:
    return Consent(basis, on, evidence, expires_on(basis, on))


@pytest.mark.parametrize(
    ("old", "new", "stays"),
    [
        (made(B.EXPRESS, None, "form"), made(B.INQUIRY, TODAY), True),
        (made(B.INQUIRY, TODAY), made(B.EXPRESS, None, "form"), False),
        (made(B.MEMBERSHIP), made(B.MEMBERSHIP, TODAY), False),  # it ended: that tightens
        (made(B.MEMBERSHIP, date(2018, 1, 1)), made(B.MEMBERSHIP), False),  # and began anew
        (made(B.PURCHASE, date(2020, 5, 1)), made(B.PURCHASE, date(2019, 5, 1)), True),
        (made(B.PURCHASE, date(2019, 5, 1)), made(B.PURCHASE, date(2020, 5, 1)), False),
        (made(B.MEMBERSHIP), made(B.EXPRESS, None, "form"), False),  # both last: the stronger
        (made(B.EXPRESS, None, "form"), made(B.MEMBERSHIP), True),
        (made(B.EXPRESS, date(2019, 1, 1), "form"), made(B.EXPRESS, None, "list"), True),
        (made(B.EXPRESS, None, "list"), made(B.EXPRESS, date(2019, 1, 1), "form"), False),
        (made(B.PURCHASE, date(2020, 5, 1)), made(B.INQUIRY, date(2020, 12, 1)), True),
    ],
)
def test_which_of_two_stands(old: Consent, new: Consent, stays: bool) -> None:
    assert standing(old, new) == (old if stays else new)


@given(consents(), consents())
def test_consent_is_never_lost_to_a_file(old: Consent | None, new: Consent | None) -> None:
    found = standing(old, new)
    assert found in (old, new)
    assert (found is None) == (old is None and new is None)
    assert standing(found, new) == found  # the same file again changes nothing
