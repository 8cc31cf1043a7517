"""`holidays`, `holidays confirm`, `calendar` and `schedule --day` as they are called: a workspace, exit codes, one JSON object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from newsletter import cli
from newsletter.planning.calendars import CALENDARS
from tests.faults.stage import SLUG, make_workspace


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_workspace(tmp_path / "workspace", 3)
    monkeypatch.chdir(made)
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2026-11-22T15:00:00Z")
    return made


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: str, code: int = 0) -> Any:
        assert cli.main([*arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return call


def test_a_year_of_every_calendar_in_both_languages(told: Any) -> None:
    for calendar in CALENDARS:
        english = told("holidays", "--year", "2027", "--calendar", calendar, "--lang", "en")
        french = told("holidays", "--year", "2027", "--calendar", calendar, "--lang", "fr")
        assert (english["calendar"], french["language"]) == (calendar, "fr")
        days = [(row["key"], row["day"], row["observed"]) for row in english["holidays"]]
        assert days == [(row["key"], row["day"], row["observed"]) for row in french["holidays"]]
        names = {row["key"]: row["name"] for row in french["holidays"]}
        assert names["christmas-day"] == "Jour de Noël"
        assert names["boxing-day"] == "Lendemain de Noël"
        assert ("christmas-day", "2027-12-25") in {(key, day) for key, day, _ in days}


def test_the_months_ahead_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["holidays", "--lang", "fr"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("samedi 5 décembre 2026  Hanoukka [hanukkah]")
    assert "commence le soir du vendredi 4 décembre 2026" in lines[0]
    assert any(
        "samedi 26 décembre 2026  Lendemain de Noël" in line and "observé le lundi 28" in line
        for line in lines
    )


def test_a_word_about_a_feast(told: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert told("holidays", "confirm", "Hanoukka") == {
        "key": "hanukkah",
        "day": "2026-12-05",
        "reckoned": "2026-12-05",
        "counts_until": "2026-12-22",
    }
    first = told("holidays")["holidays"][0]
    assert (first["key"], first["to_confirm"], first["confirmed_at"]) == (
        "hanukkah",
        False,
        first["confirmed_at"],
    )
    assert first["confirmed_at"].startswith("2026-11-22T15:0")
    assert told("holidays", "confirm", "christmas-day", code=1)["error"]["code"] == "holiday-certain"
    assert told("holidays", "confirm", "hanukah", code=1)["error"]["code"] == "schedule-holiday"
    assert cli.main(["holidays", "confirm", "hanukkah", "--day", "4 December"]) == 2
    assert cli.main(["holidays", "--calendar", "US"]) == 1
    capsys.readouterr()
    assert cli.main(["holidays", "confirm", "diwali"]) == 0
    assert "Diwali is Friday 2027-10-29: confirmed for mailings until 2026-12-22." in capsys.readouterr().out


def test_schedule_by_the_observed_day_with_every_wave(told: Any) -> None:
    wish = ("schedule", SLUG, "-s", "everyone", "--holiday", "boxing-day", "--at", "10:00", "--dry-run")
    actual, observed = told(*wish), told(*wish, "--day", "observed")
    assert (actual["local"], observed["local"]) == ("2026-12-26T10:00", "2026-12-28T10:00")
    assert actual["holiday_day"] == observed["holiday_day"] == "2026-12-26"
    assert [wave["local"] for wave in observed["waves"]] == ["2026-12-28T10:00"]
    assert sum(wave["members"] for wave in observed["waves"]) == observed["recipients"]
    assert cli.main([*wish, "--day", "both"]) == 2


def test_what_stands_in_newsletter_toml_counts(folder: Path, told: Any) -> None:
    with (folder / "newsletter.toml").open("a", encoding="utf-8") as file:
        file.write('\n[quiet]\nhours = "20:00-08:00"\n\n[blackout]\nholidays = "both"\ndays = ["12-24"]\n')
    wish = ("schedule", SLUG, "-s", "everyone", "--dry-run", "--at")
    for day in ("2026-12-24", "2026-12-25", "2026-12-28"):
        assert told(*wish, f"{day} 09:00", code=1)["error"]["code"] == "schedule-blackout"
    found = told(*wish, "2026-12-22 21:00")
    assert found["waves"][0]["local"] == "2026-12-23T08:00"
    assert "quiet" in found["warnings"][0].lower()
    greeting = told(
        "schedule", SLUG, "-s", "everyone", "--holiday", "christmas-day", "--at", "9:00", "--dry-run"
    )
    assert greeting["local"] == "2026-12-25T09:00"


def test_the_calendar_of_what_is_coming(folder: Path, told: Any, capsys: pytest.CaptureFixture[str]) -> None:
    told("schedule", SLUG, "-s", "everyone", "--at", "2026-12-01 09:00", "--yes")
    assert told("calendar")["entries"][0]["summary"] == f"{SLUG} (approved)"
    assert cli.main(["calendar"]) == 0
    assert capsys.readouterr().out.startswith(
        f"Tuesday 1 December 2026 at 9:00 (America/Toronto)  {SLUG} (approved)\n"
    )
    assert cli.main(["calendar", "--ics", "--lang", "fr"]) == 0
    found = Calendar.from_ical(capsys.readouterr().out)
    names = [str(event["SUMMARY"]) for event in found.walk("VEVENT")]
    assert f"{SLUG} (approuvé)" in names
    assert "Jour de Noël" in names


def test_the_secret_address_of_the_calendar(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> str:
        assert cli.main(["calendar", *arguments]) == 0
        return capsys.readouterr().out

    first = said("--url")
    assert said("--url") == first
    said("--revoke")
    assert said("--url") != first
    assert cli.main(["calendar", "--url", "--ics"]) == 2
