"""Days and times read out of texts: whatever Babel writes is read back, and what is no day is left alone."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from babel.dates import format_date, format_time
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.dates_in_text import Day, days, mentions, words_without_days
from newsletter.checks.times_in_text import clocks, names_zone

DAYS = st.dates(date(1990, 1, 1), date(2089, 12, 31))
WHOLE = [
    "full",
    "long",
    "EEEE d MMMM y",
    "EEEE, MMMM d, y",
    "d MMMM y",
    "MMMM d, y",
    "y-MM-dd",
    "EEE d MMM y",
]
WHOLE += ["MMMM d, y '('EEEE')'", "d MMMM y '('EEEE')'"]
PARTIAL = ["EEEE, MMMM d", "EEEE d MMMM", "d MMMM", "MMMM d", "EEE d MMM", "MMM d"]
LOCALES = ["en_CA", "en_GB", "en_US", "fr_CA", "fr_FR"]


@given(
    DAYS,
    st.sampled_from(WHOLE),
    st.sampled_from(LOCALES),
    st.sampled_from(["", "Le ", "On ", "« ", "Hamilton, "]),
)
def test_whole_dates_are_read_back(day: date, form: str, locale: str, before: str) -> None:
    written = format_date(day, form, locale)
    (mention,) = mentions(f"{before}{written}, nothing else.")
    (found,) = mention.days
    assert (found.year, found.month, found.day) == (day.year, day.month, day.day)
    assert found.weekday in {None, day.weekday()}
    if "EEE" in form or form == "full":
        assert found.weekday == day.weekday()
    assert [one for _, one in days(written)] == [day]


@given(DAYS, st.sampled_from(PARTIAL), st.sampled_from(LOCALES))
def test_dates_without_a_year_are_read_back(day: date, form: str, locale: str) -> None:
    (mention,) = mentions(format_date(day, form, locale) + ".")
    (found,) = mention.days
    assert (found.year, found.month, found.day) == (None, day.month, day.day)


@given(DAYS, st.integers(-150, 150))
def test_a_day_without_a_year_is_the_nearest(day: date, off: int) -> None:
    planned = day + timedelta(days=off)
    if (day.month, day.day) != (2, 29):
        assert Day(day.day, day.month).near(planned) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("February 11 to 13", [(11, 2, None, None), (13, 2, None, None)]),
        ("Feb. 11–13, 2021", [(11, 2, 2021, None), (13, 2, 2021, None)]),
        ("du 11 au 13 février", [(11, 2, None, None), (13, 2, None, None)]),
        ("du jeudi 11 au samedi 13 février 2021", [(11, 2, 2021, 3), (13, 2, 2021, 5)]),
        ("Thursday 11 to Saturday 13 February", [(11, 2, None, 3), (13, 2, None, 5)]),
        ("le mardi 12 et le jeudi 14 mars", [(12, 3, None, 1), (14, 3, None, 3)]),
        ("from December 27 to January 2, 2021", [(27, 12, 2020, None), (2, 1, 2021, None)]),
        ("du 27 décembre au 2 janvier 2021", [(27, 12, 2020, None), (2, 1, 2021, None)]),
        ("Thursday to Saturday, February 11 to 13", [(11, 2, None, None), (13, 2, None, None)]),
        ("Saturday, the 13th of March", [(13, 3, None, 5)]),
        ("MARDI 12 MARS", [(12, 3, None, 1)]),
        ("le 1er avril", [(1, 4, None, None)]),
        ("March 12 (Tuesday)", [(12, 3, None, 1)]),
        ("mar. 12 mars 2024", [(12, 3, 2024, 1)]),
    ],
)
def test_ranges_and_days_of_the_week(
    text: str, expected: list[tuple[int, int, int | None, int | None]]
) -> None:
    found = [
        (day.day, day.month, day.year, day.weekday) for mention in mentions(text) for day in mention.days
    ]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "May 10,000 people come",
        "you may 12 times",
        "mai 10 000 personnes",
        "we sat and march 12 abreast",
        "1-800-555-0199, version 3.12",
        "in 2020, 300 members",
        "février 2021",
        "Feb. 35 people",
        "12.03 mai",
        "March 12:30",
        "2021-02-1100",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert mentions(text) == ()


def test_a_day_that_no_calendar_has() -> None:
    (mention,) = mentions("le 31 juin 2021")
    assert not mention.days[0].possible
    assert list(days("le 31 juin 2021")) == []


def test_words_without_days() -> None:
    assert words_without_days("See you Tuesday, 12 March, mardi 12 mars") == ["see", "you"]


@given(st.text(st.sampled_from("123 ,.-:()àhMarchfévrierTuesdaytole\u00a0"), max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    behind = 0
    for mention in mentions(text):
        assert behind <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        behind = mention.end
    clocks(text)


@given(st.times(), st.sampled_from(["en_CA", "en_US", "fr_CA", "fr_FR"]))
def test_times_are_read_back(at: time, locale: str) -> None:
    form = "H 'h' mm" if locale == "fr_CA" else "short"
    (clock,) = clocks(("à " if "fr" in locale else "at ") + format_time(at, form, locale=locale))
    assert clock.times == (at.hour * 60 + at.minute,)
    assert clock.sure


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("1:00 to 2:30 p.m.", (780, 870)),
        ("11:00 to 1:30 p.m.", (660, 810)),
        ("de 13 h à 14 h 30", (780, 870)),
        ("de 9 à 11 h", (540, 660)),
        ("9 am–5 pm", (540, 1020)),
        ("12:00 a.m.", (0,)),
    ],
)
def test_spans_of_time(text: str, times: tuple[int, ...]) -> None:
    (clock,) = clocks(text)
    assert clock.times == times
    assert clock.sure


@pytest.mark.parametrize(
    "text", ["une formation de 3 h", "à 3 h de route", "a ratio of 10:15", "24/7", "v1:30:22"]
)
def test_lengths_and_ratios_are_no_times(text: str) -> None:
    assert not any(clock.sure for clock in clocks(text))


@pytest.mark.parametrize(
    "text",
    [
        "1:00 p.m. Eastern",
        "13 h (heure de l’Est)",
        "9 a.m. ET",
        "à 9 h, heure locale",
        "All times are Eastern.",
        "9:00 UTC",
        "your own time",
    ],
)
def test_zones_are_known(text: str) -> None:
    assert names_zone(text)


@pytest.mark.parametrize("text", ["in Eastern Ontario at 9 a.m.", "RECHERCHE ET INNOVATION", "Central, at 9"])
def test_what_is_no_zone(text: str) -> None:
    assert not names_zone(text)
