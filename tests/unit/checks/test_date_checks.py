"""Days of the week, what is past, and times without a zone: told at the author's line, and nothing is told of history."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsletter.model.finding import Severity
from tests.unit.checks.written import remarks

ERROR, WARNING = Severity.ERROR, Severity.WARNING
EVENT = '::: event title="Next" date="{}" {}\n:::'
DEADLINE = '::: callout kind="deadline" title="{}"\n{}\n:::'


@pytest.mark.parametrize(
    ("text", "severity", "says"),
    [
        ("Come on Tuesday, March 12, 2021.", ERROR, "12 March 2021 is a Friday"),
        ("Come on Tuesday 12 March.", WARNING, "12 March 2021 is a Friday"),
        ("March 12 (Tuesday)", WARNING, "12 March 2021 is a Friday"),
        ("le mardi 12 mars 2021", ERROR, "12 March 2021 is a Friday"),
        ("le mardi 12 mars", WARNING, "12 March 2021 is a Friday"),
        ("du jeudi 11 au dimanche 13 février", WARNING, "13 February 2021 is a Saturday"),
        ("until February 30, 2021", ERROR, "no calendar has"),
    ],
)
def test_a_day_of_the_week_that_is_not_its_dates(text: str, severity: Severity, says: str) -> None:
    (one,) = remarks("date-weekday", f"Hello.\n\n{text}")
    assert (one.severity, str(one.place)[:17]) == (severity, "issues/x.md:6:" + str(one.place)[14:17])
    assert says in one.message
    assert one.french[0]


def test_the_ways_out_are_told() -> None:
    (one,) = remarks("date-weekday", "le mardi 12 mars 2021")
    assert one.hint == "Write Friday, or another date: the nearest Tuesday is 9 March 2021."
    assert (
        one.french[1]
        == "Écrivez vendredi, ou une autre date\u00a0: le mardi le plus proche est le 9 mars 2021."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Friday, March 12, 2021",
        "le vendredi 12 mars",
        "Thursday to Saturday, February 11 to 13",
        "February 11 to 13",
        "Thursday, February 11 to Saturday, February 13",
        "Every Tuesday, 12 people come",
        "`Tuesday, March 12, 2021`\n\n    Tuesday, March 12, 2021",
        "Tuesday, January 26",
    ],
)
def test_right_days_of_the_week(text: str) -> None:
    found = remarks("date-weekday", text)
    assert [one for one in found if "code" not in text and "`" not in text] == []


@pytest.mark.parametrize(
    ("text", "severity", "says"),
    [
        (EVENT.format("2021-01-20", ""), ERROR, "is over on 20 January 2021"),
        (EVENT.format("2021-01-20", 'end="2021-01-26"'), ERROR, "is over on 26 January 2021"),
        (EVENT.format("2021-01-27", 'time="8:00 to 8:30 a.m." zone="Eastern"'), WARNING, "over at the hour"),
        (DEADLINE.format("Register by January 20.", ""), ERROR, "is past when the mail goes out"),
        (DEADLINE.format("Inscrivez-vous", "D’ici le 20 janvier."), ERROR, "is past when the mail goes out"),
        ("Please register by January 20.", WARNING, "(20 January 2021) is past"),
        ("Inscrivez-vous avant le 20 janvier.", WARNING, "(20 January 2021) is past"),
        ("Deadline: January 20, 2021", WARNING, "is past"),
        ("Date limite\u00a0: le 20 janvier 2021", WARNING, "is past"),
        ("Happy New Year 2020!", WARNING, "“Happy New Year 2020”"),
        ("Bonne année 2020 à vous!", WARNING, "“Bonne année 2020”"),
        ("In 2020 we will add programs.", WARNING, "“In 2020 we will”"),
        ("## January 2020 at NGen", WARNING, "“January 2020”"),
    ],
)
def test_what_is_over_when_the_mail_arrives(text: str, severity: Severity, says: str) -> None:
    (one,) = remarks("date-past", f"Hello.\n\n{text}")
    assert one.severity is severity
    assert says in one.message
    assert one.place is not None
    assert one.place.line in {6, 7}
    assert one.french[0]


@pytest.mark.parametrize(
    "text",
    [
        "We were founded on March 12, 1998.",
        "The pandemic of 2020 changed everything. La pandémie de 2020 a tout changé.",
        "By January 20, we had 300 members.",
        "Those who registered by January 20 get a letter.",
        "Register by February 9.",
        "Inscription d’ici le mardi 9 février.",
        "In January 2020, nobody knew. It will be long remembered.",
        "En 2021 s’ajouteront des programmes.",
        "Happy New Year 2021!",
        EVENT.format("2021-01-27", 'time="1:00 to 2:30 p.m." zone="Eastern"'),
        EVENT.format("2021-01-20", 'end="2021-02-26"'),
        DEADLINE.format("Register by February 9.", "The last time it was on January 9."),
    ],
)
def test_history_and_what_is_to_come(text: str) -> None:
    assert remarks("date-past", text) == []


def test_a_wish_looks_ahead_in_december() -> None:
    december = datetime(2020, 12, 16, 14, tzinfo=UTC)
    assert [one.message for one in remarks("date-past", "Happy 2020!", planned=december)] == [
        "“Happy 2020”: the mail goes out in 2020, and 2021 was to be expected"
    ]
    assert remarks("date-past", "What members did in 2020, and a happy 2021.", planned=december) == []


@pytest.mark.parametrize(
    "text",
    [
        EVENT.format("2021-02-11", 'time="1:00 p.m."'),
        EVENT.format("2021-02-11", 'time="13 h à 14 h" place="En ligne"'),
        "We begin at 1:00 p.m. sharp.",
        "La séance est de 13 h à 14 h 30.",
    ],
)
def test_a_time_without_a_zone(text: str) -> None:
    (one,) = remarks("time-zone-missing", f"Hello.\n\n{text}")
    assert one.severity is WARNING
    assert one.place is not None
    assert one.place.line == 6
    assert one.french[0]
    assert one.hint


@pytest.mark.parametrize(
    "text",
    [
        EVENT.format("2021-02-11", 'time="1:00 p.m." zone="Eastern"'),
        EVENT.format("2021-02-11", 'time="1:00 p.m." place="Hamilton"'),
        EVENT.format("2021-02-11", 'time="1:00 p.m." zone="Eastern"') + "\n\nWe begin at 1:00 p.m. sharp.",
        "At 9:00 in your own time zone.",
        "At 1:00 p.m. Eastern, then at 2:00 p.m.",
        "Une formation de 3 h, à 2 h de route, 24 heures sur 24.",
        "The office opens at 9:00 a.m. every day.",
        "Call 416-555-0199, version 1.30.",
    ],
)
def test_a_time_that_says_whose_it_is(text: str) -> None:
    assert remarks("time-zone-missing", text) == []
