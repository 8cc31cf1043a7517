"""Sentences in English and French, remarks, and the JSON that scripts rely on."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.finding import Finding, Severity
from newsletter.model.issue import ScheduleWish
from newsletter.model.place import Place
from newsletter.planning.calendars import CALENDARS
from newsletter.planning.phrases import calendar_name, clock, listed, long_day, recipients, spoken, zone_name
from newsletter.planning.plan import LocalPlan
from newsletter.planning.remarks import findings
from newsletter.planning.waves import Past, Readers, Waves, waves
from newsletter.planning.when import plan
from newsletter.planning.words import as_json, understood, wave_line
from newsletter.planning.zones import all_zones

NOW = datetime(2020, 12, 16, 12, 0, tzinfo=UTC)
MEMBERS = [
    Readers("America/Toronto", "ON", 1200),
    Readers("America/St_Johns", "NL", 20),
    Readers("", "QC", 500),
    Readers("", "", 1),
    Readers("Eastern", "BC", 3),
]


def read(wish: ScheduleWish, now: datetime = NOW) -> LocalPlan:
    return plan(wish, zone="America/Toronto", calendar="CA-ON", now=now)


GREETING = read(ScheduleWish(at="9:00", holiday="christmas-day", offset="-3 working days", zone="member"))
PLAIN = read(ScheduleWish(at="2020-12-16 09:00"))


def test_a_greeting_in_both_languages() -> None:
    assert understood(GREETING, "en") == (
        "Goes out Tuesday 22 December 2020 at 9:00 in each reader's own time. "
        "That is 3 working days before Christmas Day (Friday 25 December 2020), by the calendar of Ontario (CA-ON). "
        "What has not left by midnight in the reader's time does not go out."
    )
    assert understood(GREETING, "fr") == (
        "Part le mardi 22 décembre 2020 à 9\u00a0h, à l’heure de chaque destinataire. "
        "Fête retenue\u00a0: Jour de Noël (vendredi 25 décembre 2020); envoi 3 jours ouvrables avant, "
        "selon le calendrier de l’Ontario (CA-ON). "
        "Ce qui n’est pas parti à minuit, à l’heure du destinataire, ne partira plus."
    )


def test_a_plain_date_in_both_languages() -> None:
    assert (
        understood(PLAIN, "en")
        == "Goes out Wednesday 16 December 2020 at 9:00, Eastern Time (America/Toronto)."
    )
    assert (
        understood(PLAIN, "fr")
        == "Part le mercredi 16 décembre 2020 à 9\u00a0h, heure de l’Est (America/Toronto)."
    )


def test_a_repeated_and_observed_day() -> None:
    found = read(ScheduleWish(at="14:30", holiday="christmas-day", year=2021, every="year"))
    assert "That is Christmas Day, by the calendar" in understood(found, "en")
    assert "Christmas Day is observed on Monday 27 December 2021." in understood(found, "en")
    assert understood(found, "en").endswith("It comes back every year.")
    assert "à 14\u00a0h\u00a030," in understood(found, "fr")
    assert "Jour férié observé le lundi 27 décembre 2021." in understood(found, "fr")
    assert understood(found, "fr").endswith("Revient chaque année.")


def test_a_wave_in_one_line() -> None:
    found = waves(GREETING, MEMBERS, now=NOW).waves[1]
    assert (
        wave_line(GREETING, found, "en")
        == "Tuesday 22 December 2020 at 9:00 (America/Toronto): 1,701 recipients, America/Toronto"
    )
    assert wave_line(GREETING, found, "fr") == (
        "mardi 22 décembre 2020 à 9\u00a0h (America/Toronto)\u00a0: 1\u00a0701\u00a0destinataires, America/Toronto"
    )


def test_a_wave_elsewhere_says_what_the_clock_shows_there() -> None:
    found = waves(GREETING, MEMBERS, now=NOW).waves[2]
    assert wave_line(GREETING, found, "en") == (
        "Tuesday 22 December 2020 at 12:00 (America/Toronto): 3 recipients, America/Vancouver (Tuesday 22 December 2020 at 9:00)"
    )
    assert wave_line(GREETING, found, "fr").endswith("America/Vancouver (mardi 22 décembre 2020 à 9\u00a0h)")


def test_a_wave_that_leaves_at_once_names_no_clock_of_zones_that_differ() -> None:
    late = datetime(2020, 12, 22, 18, tzinfo=UTC)
    found = waves(GREETING, MEMBERS, now=late).waves[0]
    assert wave_line(GREETING, found, "en") == (
        "Tuesday 22 December 2020 at 13:00 (America/Toronto): 1,724 recipients, "
        "America/St_Johns, America/Toronto and America/Vancouver"
    )
    assert told(GREETING, waves(GREETING, MEMBERS, now=late), "en")["waves"][0]["local"] is None  # type: ignore[index]


def told(found: LocalPlan, made: Waves, language: str) -> dict[str, object]:
    return as_json(found, made, findings(found, made, language), language)


# --- remarks -----------------------------------------------------------------------------------------------------------


def remarks(
    wish: ScheduleWish, members: list[Readers], language: str, now: datetime = NOW, past: Past = Past.NOW
) -> dict[str, Finding]:
    found = read(wish, now)
    return {
        remark.check: remark
        for remark in findings(found, waves(found, members, now=now, past=past), language)
    }


def test_nothing_is_said_where_nothing_is_odd() -> None:
    assert remarks(ScheduleWish(at="2020-12-18 09:00"), MEMBERS, "en") == {}
    assert remarks(ScheduleWish(at="2020-12-18 09:00", zone="member"), MEMBERS[:2], "en") == {}


def test_clocks_that_skip_and_repeat() -> None:
    gap = ScheduleWish(at="2021-03-14 02:30", zone="member", place=Place("issues/x.md", 3))
    found = remarks(gap, MEMBERS[:2], "en")["clock-gap"]
    assert found.message == (
        "The clocks of America/St_Johns and America/Toronto skip 2:30 on Sunday 14 March 2021: it goes out there at 3:30."
    )
    assert (found.severity, found.place) == (Severity.WARNING, Place("issues/x.md", 3))
    assert remarks(gap, MEMBERS[:1], "fr")["clock-gap"].message == (
        "Le dimanche 14 mars 2021, l’heure avance et 2\u00a0h\u00a030 n’existe pas dans America/Toronto\u00a0: "
        "l’envoi y part à 3\u00a0h\u00a030."
    )
    overlap = remarks(ScheduleWish(at="2021-11-07 01:30"), MEMBERS, "en")["clock-overlap"]
    assert "twice" in overlap.message
    assert "first" in overlap.message


def test_a_clock_that_skips_a_whole_day_names_the_next() -> None:
    found = remarks(
        ScheduleWish(at="2011-12-30 09:00", zone="member"),
        [Readers("Pacific/Apia", "", 2)],
        "en",
        datetime(2011, 12, 1, tzinfo=UTC),
    )
    assert found["clock-gap"].message.endswith("it goes out there at 9:00 on Saturday 31 December 2011.")


def test_zones_that_are_guessed_are_notices_and_unknown_ones_warnings() -> None:
    found = remarks(ScheduleWish(at="2020-12-18 09:00", zone="member"), MEMBERS, "en")
    assert {check: remark.severity for check, remark in found.items()} == {
        "zone-unknown": Severity.WARNING,
        "zone-guessed": Severity.INFO,
        "zone-default": Severity.INFO,
    }
    assert "503 recipients" in found["zone-guessed"].message
    assert "Eastern" in found["zone-unknown"].message
    assert found["zone-default"].message.startswith("1 recipient without")


@pytest.mark.parametrize(
    ("past", "english", "french"),
    [
        (Past.NOW, "They get it at once.", "Envoi immédiat."),
        (Past.NEXT_DAY, "They get it the next day.", "Envoi le lendemain."),
        (Past.SKIP, "They do not get it.", "Aucun envoi."),
    ],
)
def test_what_has_passed_says_what_follows(past: Past, english: str, french: str) -> None:
    now = datetime(2020, 12, 18, 13, tzinfo=UTC)  # 9:30 in St. John's
    wish = ScheduleWish(at="2020-12-18 09:00", zone="member")
    assert remarks(wish, MEMBERS[:2], "en", now, past)["time-passed"].message == (
        f"The time has passed for 20 recipients in America/St_Johns. {english}"
    )
    assert remarks(wish, MEMBERS[:2], "fr", now, past)["time-passed"].message.endswith(french)


def test_a_greeting_whose_day_is_over_somewhere_says_so() -> None:
    greeting = read(ScheduleWish(at="9:00", holiday="christmas-day", zone="member"))
    found = waves(
        greeting, [Readers("Pacific/Kiritimati", "", 4)], now=datetime(2020, 12, 25, 12, tzinfo=UTC)
    )
    (remark,) = findings(greeting, found, "en")
    assert "The day is over for 4 recipients: they do not get it." in remark.message


def test_an_announced_week_and_a_leap_day_are_warnings() -> None:
    week = remarks(ScheduleWish(at="9:00", holiday="national-volunteer-week", year=2029), MEMBERS, "en")
    assert "volunteer.ca" in week["holiday-estimated"].message
    leap = remarks(ScheduleWish(at="2020-02-29 09:00", every="year"), MEMBERS, "fr")
    assert leap["leap-day"].message == "L’année 2021 n’a pas de 29 février\u00a0: l’envoi part le 28."


def test_french_keeps_the_rules_of_the_oqlf() -> None:
    now = datetime(2021, 11, 7, 12, 0, tzinfo=UTC)
    said = [understood(GREETING, "fr"), understood(PLAIN, "fr")]
    for wish in (
        ScheduleWish(at="2021-11-07 09:00", zone="member"),
        ScheduleWish(at="2022-03-13 02:30", zone="member"),
        ScheduleWish(at="9:00", holiday="small-business-week", year=2030, zone="member"),
    ):
        said += [remark.message for remark in remarks(wish, MEMBERS, "fr", now).values()]
    assert len(said) > 8
    for text in said:
        assert "'" not in text
        assert not re.search(r"[^\u00a0]:|\s[;!?]|:\S|  ", text), text


# --- JSON --------------------------------------------------------------------------------------------------------------


def test_the_json_of_the_command_line() -> None:
    found = told(GREETING, waves(GREETING, MEMBERS, now=NOW), "en")
    assert json.loads(json.dumps(found)) == found
    assert found["local"] == "2020-12-22T09:00"
    assert found["zone"] == "member"
    assert found["holiday"] == "christmas-day"
    assert found["holiday_day"] == "2020-12-25"
    assert found["expires"] == "local-midnight"
    assert found["waves"] == [
        {
            "due_at": "2020-12-22T12:30:00Z",
            "local": "2020-12-22T09:00",
            "zones": ["America/St_Johns"],
            "members": 20,
            "expires_at": "2020-12-23T03:30:00Z",
        },
        {
            "due_at": "2020-12-22T14:00:00Z",
            "local": "2020-12-22T09:00",
            "zones": ["America/Toronto"],
            "members": 1701,
            "expires_at": "2020-12-23T05:00:00Z",
        },
        {
            "due_at": "2020-12-22T17:00:00Z",
            "local": "2020-12-22T09:00",
            "zones": ["America/Vancouver"],
            "members": 3,
            "expires_at": "2020-12-23T08:00:00Z",
        },
    ]
    assert len(found["warnings"]) == 1  # type: ignore[arg-type]
    assert len(found["notices"]) == 2  # type: ignore[arg-type]


def test_the_json_of_a_gap_keeps_the_time_as_asked() -> None:
    gap = read(ScheduleWish(at="2021-03-14 02:30"))
    found = told(gap, waves(gap, MEMBERS, now=NOW), "fr")
    assert found["local"] == "2021-03-14T02:30"
    assert found["zone"] == "America/Toronto"
    assert [wave["due_at"] for wave in found["waves"]] == ["2021-03-14T07:30:00Z"]  # type: ignore[attr-defined]
    assert found["warnings"]
    assert found["notices"] == []


# --- phrases -----------------------------------------------------------------------------------------------------------


def test_phrases() -> None:
    assert long_day(date(2021, 1, 1), "fr") == "vendredi 1er janvier 2021"
    assert long_day(date(2021, 1, 11), "fr") == "lundi 11 janvier 2021"
    assert long_day(date(2021, 1, 1), "en") == "Friday 1 January 2021"
    assert clock(time(0, 5), "fr") == "0\u00a0h\u00a005"
    assert clock(time(14, 30), "en") == "14:30"
    assert recipients(1, "en") == "1 recipient"
    assert recipients(0, "en") == "0 recipients"
    assert recipients(0, "fr") == "0\u00a0destinataire"
    assert recipients(12345, "fr") == "12\u00a0345\u00a0destinataires"
    assert listed([], "en") == ""
    assert listed(["A"], "en") == "A"
    assert listed(["A", "B"], "fr") == "A et B"
    assert listed(list("ABCDEFG"), "en") == "A, B, C, D and 3 more"
    assert [spoken(language) for language in ("fr", "fr-CA", "FR_ca", "en", "de", "")] == [
        "fr",
        "fr",
        "fr",
        "en",
        "en",
        "en",
    ]


@given(st.sampled_from(sorted(all_zones().values())), st.sampled_from(["en", "fr"]))
def test_every_zone_has_a_name_that_holds_its_own(zone: str, language: str) -> None:
    name = zone_name(zone, language)
    assert name == zone or name.endswith(f" ({zone})")
    assert "Unknown" not in name
    assert "indéterminée" not in name


@pytest.mark.parametrize("calendar", CALENDARS)
def test_every_calendar_has_a_name_in_both_languages(calendar: str) -> None:
    assert calendar_name(calendar, "en").startswith("the calendar of ")
    assert re.match(r"le calendrier (du |de la |de l’|des |de )", calendar_name(calendar, "fr"))
    assert calendar_name(calendar, "fr").endswith(f"({calendar})")
