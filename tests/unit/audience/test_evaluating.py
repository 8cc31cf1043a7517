"""Whether one member is in a segment: each test by hand. (That SQL says the same of any member: tests/unit/store.)"""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.audience.evaluating import matches
from newsletter.audience.parsing import parse
from newsletter.model.member import Consent, ConsentBasis, Member

MARIE = Member(
    "Marie@Acier.example",
    "Marie-Ève",
    "Côté",
    "Acier Québec  inc.",
    "QC",
    "fr",
    tags=frozenset({"Aérospatiale", "sme"}),
    attributes={"sector": "100% steel_works"},
    consent=Consent(ConsentBasis.MEMBERSHIP, date(2020, 2, 29), "", date(2022, 2, 28)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("everyone", True),
        ('last_name == "COTE"', True),
        ('company == "acier quebec inc."', True),
        ('company contains "quebec inc"', True),
        ('company contains "r q"', True),
        ('company starts with "ACIER "', True),
        ('company starts with "cier"', False),
        ('company ends with "INC."', True),
        ('email ends with "@acier.example"', True),
        ('"aerospatiale" in tags', True),
        ('"aero" in tags', False),
        ('sector contains "100%"', True),
        ('sector contains "1%"', False),
        ('sector contains "l_w"', True),
        ('sector contains "s_w"', False),
        ('timezone == "America/Toronto"', False),
        ('timezone != "America/Toronto"', True),
        ("timezone is empty", True),
        ("nothing is empty", True),
        ("sector is not empty", True),
        ("tags is not empty", True),
        ('language in ["en", "FR"]', True),
        ('language not in ["en", "FR"]', False),
        ('consent_basis == "Membership"', True),
        ('tracking_consent == "unknown"', True),
        ("consent_on == 2020-02-29", True),
        ("consent_on < 2020-02-29", False),
        ("consent_on <= 2020-02-29", True),
        ("consent_expires_on > 2022-02-27", True),
        ("not consent_on > 2020-01-01", False),
        ("consent_on is not empty", True),
    ],
)
def test_one_member(text: str, expected: bool) -> None:
    assert matches(parse(text), MARIE) is expected


@pytest.mark.parametrize(
    "text", ["consent_on < 2020-01-01", "consent_on >= 2020-01-01", "consent_on == 2020-01-01"]
)
def test_no_comparison_of_a_missing_day_holds(text: str) -> None:
    nobody = Member("a@b.ca")
    assert not matches(parse(text), nobody)
    assert matches(parse(f"not {text}"), nobody)


def test_a_predicate_that_names_a_segment_must_be_resolved_first() -> None:
    with pytest.raises(ValueError, match="x"):
        matches(parse('in segment "x"'), MARIE)
