"""Quantities in figures: the same in English and French, however each is written, and another when one digit is."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.amounts_in_text import differences, quantities
from newsletter.checks.language_of import foreign

NUMBERS = st.decimals(0, 9_999_999, places=2) | st.integers(0, 10**12).map(Decimal)


def same(english: str, french: str) -> bool:
    return differences(quantities(english, "en"), quantities(french, "fr")) == ((), ())


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("$148 million", "148 M$"),
        ("$148 million", "148 millions de dollars"),
        ("$148 M", "148 M$"),
        ("148 million dollars", "148 M$"),
        ("3,000+", "3 000+"),
        ("more than 3,000 members", "plus de 3 000 membres"),
        ("95%", "95 %"),
        ("95 per cent", "95 p. 100"),
        ("1:00 to 2:30 p.m.", "de 13 h à 14 h 30"),
        ("$1.5 billion", "1,5 milliard de dollars"),
        ("$1.5B", "1,5 G$"),
        ("on February 11", "le 11 février"),
        ("February 11 to 13, 2021", "du 11 au 13 février 2021"),
        ("the 21st century", "le 21e siècle"),
        ("sixty-five projects", "65 projets"),
        ("65 projects", "soixante-cinq projets"),
        ("71 projects", "soixante et onze projets"),
        ("a million dollars", "1 M$"),
        ("$5 to $10 million", "de 5 à 10 millions de dollars"),
        ("US$5", "5 $ US"),
        ("Industry 4.0", "Industrie 4.0"),
        ("24/7", "24 heures sur 24, 7 jours sur 7"),
        ("COVID-19", "COVID-19"),
        ("65\t$148,000,000\t10,000\n", "65\t148 000 000 $\t10 000\n"),
        ("v1.2.3", "v1.2.3"),
        ("call 416-555-0199", "composez le 416 555-0199"),
        ("90 minutes", "1 h 30"),
        ("https://a.example/2020", "https://a.example/2021"),
        ('{{ member.x | default("12") }}', '{{ member.x | default("13") }}'),
    ],
)
def test_the_same_in_both_languages(english: str, french: str) -> None:
    assert same(english, french)


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("$148 million", "184 M$"),
        ("$148 million", "148 milliards de dollars"),
        ("$148 million", "148 $"),
        ("3,000 members", "300 membres"),
        ("95%", "95 membres"),
        ("1:00 p.m.", "à 14 h"),
        ("on February 11", "le 12 février"),
        ("February 11, 2021", "11 février 2022"),
        ("$5", "5 $ US"),
        ("65 projects", "des projets"),
        ("65\t$148", "65 $\t148"),
    ],
)
def test_another_in_the_other_language(english: str, french: str) -> None:
    assert not same(english, french)


@given(NUMBERS)
def test_numbers_of_both_languages_are_one(number: Decimal) -> None:
    assert same(format_decimal(number, locale="en_CA"), format_decimal(number, locale="fr_CA"))


@given(NUMBERS)
def test_amounts_of_both_languages_are_one(number: Decimal) -> None:
    assert same(
        format_currency(number, "CAD", locale="en_CA"), format_currency(number, "CAD", locale="fr_CA")
    )
    assert not same(
        format_currency(number, "CAD", locale="en_CA"), format_currency(number + 1, "CAD", locale="fr_CA")
    )


@given(st.integers(0, 100))
def test_shares_of_both_languages_are_one(number: int) -> None:
    share = Decimal(number) / 100
    assert same(format_percent(share, locale="en_CA"), format_percent(share, locale="fr_CA"))
    assert not same(format_percent(share, locale="en_CA"), f"{number + 1} %")


@given(st.integers(1, 999), st.sampled_from([10**6, 10**9]))
def test_millions_and_billions_are_one(number: int, scale: int) -> None:
    english = format_compact_decimal(number * scale, format_type="long", locale="en_CA")
    french = format_compact_decimal(number * scale, format_type="long", locale="fr_CA")
    assert same(english, french)
    assert same(f"${english}", french + " de dollars")


@given(st.dates(date(1990, 1, 1), date(2089, 12, 31)), st.sampled_from(["full", "long"]))
def test_days_of_both_languages_are_one(day: date, form: str) -> None:
    assert same(format_date(day, form, "en_CA"), format_date(day, form, "fr_CA"))


@given(st.lists(st.integers(11, 99), max_size=8), st.integers(11, 99))
def test_what_is_missing_is_named_and_nothing_else(numbers: list[int], extra: int) -> None:
    english = " and also ".join(f"{number} members" for number in [*numbers, extra])
    french = " et aussi ".join(f"{number} membres" for number in reversed(numbers))
    left, right = differences(quantities(english, "en"), quantities(french, "fr"))
    assert [quantity.value for quantity in left] == [extra]
    assert right == ()


@pytest.mark.parametrize(
    "piece",
    [
        "“",
        "a-",
        "{{",
        "1 ",
        "1,",
        "March 1 to ",
        "@",
        "a.",
        "11 to ",
        "Tuesday ",
        "$",
        "à 9 h ",
        "9:00 to ",
        "twenty ",
        "The ",
        "quatre-vingt-",
        "« ",
    ],
)
def test_hostile_texts_are_read_in_bearable_time(piece: str) -> None:
    text = piece * (6_000 // len(piece))
    begun = time.process_time()
    found = quantities(text, "fr")
    differences(found, quantities(text, "en"))
    list(foreign(text, "fr"))
    assert time.process_time() - begun < 1
