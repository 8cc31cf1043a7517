"""dateline, holiday-name, last-years-text: silent on a sound greeting, outspoken on what is left of another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks import catalog
from newsletter.checks.context import CheckContext
from newsletter.checks.dates_in_text import days, words_without_days
from newsletter.checks.occasion import Occasion
from newsletter.model.finding import Finding, Severity
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline.occasion import of_plan
from newsletter.planning import when
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.planning.plan import LocalPlan
from tests.corpora import naughty_strings
from tests.unit.checks.sample import context, edition_text

NOW = datetime.fromisoformat("2020-11-01T12:00:00+00:00")


def plan(holiday: str = "christmas-day", **wish: Any) -> LocalPlan:
    made = ScheduleWish(**({"holiday": holiday, "at": "09:00"} | wish))
    return when.plan(made, zone="America/Toronto", calendar="CA-ON", now=NOW)


def greeting(occasion: Occasion | None, **spoiled: Any) -> CheckContext:
    made = context(**spoiled)
    if occasion is not None and made.rendering.issue is not None:
        issue = replace(made.rendering.issue, date=occasion.day)
        made = replace(made, rendering=replace(made.rendering, issue=issue))
    return replace(made, occasion=occasion)


def found(check: str, made: CheckContext) -> list[Finding]:
    return [finding for finding in catalog.run(made) if finding.check == check]


# --- dateline ---


def with_body(made: CheckContext, body: str) -> CheckContext:
    assert made.rendering.issue
    texts = {
        code: replace(text, body=body if code == "en" else "")
        for code, text in made.rendering.issue.texts.items()
    }
    return replace(made, rendering=replace(made.rendering, issue=replace(made.rendering.issue, texts=texts)))


@pytest.mark.parametrize(
    "line",
    [
        "16 December 2020",
        "Hamilton, December 16, 2020",
        "**Hamilton, le 16 décembre 2020**",
        "Toronto, Wednesday 16 December 2020",
        "le mercredi 16 décembre 2020",
        "2020-12-16",
        "Saint-Jean-sur-Richelieu, le 1er décembre 2020",
        "NGen\\\nHamilton, 16 December 2020",
    ],
)
def test_a_letters_own_date_is_that_of_the_day(line: str) -> None:
    made = greeting(of_plan(plan()), body="x")
    (finding,) = found("dateline", with_body(made, f"\n{line}\n\nDear friend,"))
    assert finding.severity is Severity.WARNING
    assert finding.place
    assert finding.place.line == 8 + line.count("\n")  # the body begins in line 7
    on_day = line.replace("16", "25").replace("1er", "25")
    assert not found("dateline", with_body(made, on_day))


@pytest.mark.parametrize(
    "line",
    [
        "The conference is on 16 January 2021, and we hope to see you there.",
        "Since December 16, 2019 we have grown by half, thanks to you.",
        "- 12 January 2021: the first webinar of the year, for all members",
        "Founded in 2017.",
        "See you on Tuesday, March 12, 2021.",
        "Nous vous attendons le mardi 12 mars 2021.",
        "Our next meeting, to which all are welcome, will be on\n16 January 2021.",
    ],
)
def test_dates_within_the_text_are_no_datelines(line: str) -> None:
    assert not found("dateline", with_body(greeting(of_plan(plan())), line))


def test_the_front_matters_date_is_judged_by_the_readers_day() -> None:
    late = of_plan(plan("", at="2020-12-24 23:30"))
    assert ("America/St_Johns", date(2020, 12, 25)) in late.elsewhere
    (finding,) = found("dateline", greeting(late))
    assert "America/St_Johns (2020-12-25)" in finding.message
    assert not found("dateline", greeting(of_plan(plan("", at="2020-12-24 23:30", zone="member"))))
    west = of_plan(plan("", at="2020-12-24 22:30", zone="America/Vancouver"))
    assert west.day == date(2020, 12, 24), "the local day, wherever the publication lives"


def test_without_a_plan_the_planned_time_counts() -> None:
    made = greeting(None, planned_at=datetime.fromisoformat("2020-12-17T09:00:00-05:00"))
    (finding,) = found("dateline", made)
    assert "dated 2020-12-16, but goes out on 2020-12-17" in finding.message


@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    english = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    french = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    month = day.month - 1
    for text in (
        f"{day.day} {english[month]} {day.year}",
        f"{english[month]} {day.day}, {day.year}",
        f"le {day.day}\u00a0{french[month]} {day.year}",
        f"{day:%Y-%m-%d}",
    ):
        assert [one for _, one in days(f"Hamilton, {text}.")] == [day]


def test_days_that_no_calendar_has_are_passed_over() -> None:
    assert not list(days("31 February 2020, 2020-13-01, 0 May 2020"))


# --- holiday-name ---


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Happy Canada Day to all of you.", "Canada Day"),
        ("Bonne fête du Canada à tous.", "Canada Day"),
        ("Joyeuses Pâques!", "Easter Sunday"),
        ("We wish you a happy Mother’s Day.", "Mother's Day"),
        ("We wish you a happy Mother's Day.", "Mother's Day"),
        ("Bonne Saint-Jean-Baptiste!", "Saint-Jean-Baptiste Day"),
        ("Bonne Action de grâce.", "Thanksgiving"),
    ],
)
def test_the_name_of_another_holiday(body: str, name: str) -> None:
    (finding,) = found("holiday-name", greeting(of_plan(plan()), body=body))
    assert finding.severity is Severity.WARNING
    assert f"({name})" in finding.message
    assert "for Christmas Day" in finding.message
    assert finding.place == replace(finding.place, file="issues/greeting.en.md")  # type: ignore[type-var]


@pytest.mark.parametrize(
    "body",
    [
        "Merry Christmas and a happy New Year!",
        "Joyeux Noël et bonne année! À bientôt, après le jour de l’An.",
        "We are closed from Christmas Eve to Boxing Day.",
        "In the new year we begin with the family.",
        "We thank our Canada Daycare partners.",
    ],
)
def test_what_a_christmas_letter_may_say(body: str) -> None:
    assert not found("holiday-name", greeting(of_plan(plan()), body=body))


def test_the_subject_counts_too() -> None:
    (finding,) = found(
        "holiday-name", greeting(of_plan(plan("labour-day")), subject="Happy Canada Day, makers")
    )
    assert finding.language == "en"


def test_an_ordinary_issue_may_name_every_holiday() -> None:
    body = "Our offices close on Canada Day and Labour Day."
    assert not found("holiday-name", greeting(None, body=body))
    assert not found("holiday-name", greeting(of_plan(plan("", at="2020-12-16 09:00")), body=body))


@pytest.mark.parametrize("key", sorted(HOLIDAYS))
def test_no_holiday_is_another_than_itself(key: str) -> None:
    """A greeting that names its own holiday, in either language, is sound."""
    calendar = next(
        (one for one in ("CA", "CA-ON", "CA-QC", "CA-NL", "CA-NS", "CA-MB", "CA-PE", "CA-BC", "CA-NU", "CA-YT", "CA-NB", "CA-SK")
         if key in _keys(one)), None,
    )  # fmt: skip
    if calendar is None:
        pytest.skip("no calendar has it any more")
    made = when.plan(
        ScheduleWish(holiday=key, at="09:00", calendar=calendar),
        zone="America/Toronto",
        calendar=calendar,
        now=NOW,
    )
    holiday = HOLIDAYS[key]
    body = f"We wish you a good {holiday.english}. Bonne {holiday.french}."
    assert not found("holiday-name", greeting(of_plan(made), body=body))


def _keys(calendar: str) -> set[str]:
    from newsletter.planning import holidays

    return {one.holiday.key for one in holidays.table(calendar, (2021, 2022))}


# --- last-years-text ---


def last(**spoiled: str) -> Occasion:
    made = of_plan(plan())
    before = context()
    artwork = replace(before.artwork, texts={"en": edition_text("en", **spoiled), "fr": edition_text("fr")})
    return replace(made, last=artwork, last_day=date(2019, 12, 20))


def test_the_text_of_the_time_before() -> None:
    english, french = found("last-years-text", greeting(last()))
    assert (english.severity, english.language, french.language) == (Severity.WARNING, "en", "fr")
    assert english.message == "this is the text that went out on 2019-12-20"


def test_only_the_dates_were_changed() -> None:
    occasion = last(body="On Friday, December 20, 2019, we thank 2,900 of you.")
    same = greeting(occasion, body="On Tuesday, 22 December 2020, we thank 3,100 of you.")
    assert [one.language for one in found("last-years-text", same)] == ["en", "fr"]


def test_one_language_was_forgotten() -> None:
    (finding,) = found("last-years-text", greeting(last(), body="A new year, and new words for it."))
    assert finding.language == "fr"
    assert finding.place
    assert finding.place.file == "issues/greeting.fr.md"


def test_without_records_nothing_is_said() -> None:
    assert not found("last-years-text", greeting(of_plan(plan())))
    assert not found("last-years-text", greeting(None))


@given(st.text(), st.integers(1, 28), st.integers(1990, 2090))
def test_another_date_leaves_the_same_words(text: str, day: int, year: int) -> None:
    one, two = f"{text} on 3 May 2001.", f"{text} on {day} décembre {year}."
    assert words_without_days(one) == words_without_days(two)


def test_the_strings_that_break_programs() -> None:
    for text in naughty_strings():
        list(days(text))
        words_without_days(text)


def test_many_dates_take_no_time() -> None:
    hostile = "Hamilton " * 2000 + "16 December 2020" + " x" * 2000
    assert not found("dateline", with_body(greeting(of_plan(plan())), hostile))
