"""Calendar files: what RFC 5545 asks for, whatever an author writes, and the hour that is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.calendar_file import Appointment, calendar_file
from newsletter.compose.steps import compose
from tests.unit.compose.kit import complaints, framed, preview, preview_text, tiny

EVENT = Appointment("The next shift", "2021-02-11 13:00", "2021-02-11 14:30", "America/Toronto")
LOOKS = framed(
    "{{ content }}",
    **{
        "components/event.mjml": "<mj-section><mj-column><mj-text>{{ block.attributes.title }}"
        '{% if block.attributes.ics %}<a href="{{ block.attributes.ics }}">Keep</a>{% endif %}</mj-text></mj-column></mj-section>',
        "components/event.txt": "{{ block.attributes.title }} {{ block.attributes.ics }}",
    },
)


def fields(text: str) -> dict[str, str]:
    """The lines unfolded, by name with its parameters."""
    lines = text.replace("\r\n ", "").split("\r\n")
    return dict(line.split(":", 1) for line in lines if line)


def test_hours_are_written_in_utc() -> None:
    made = fields(calendar_file(EVENT))
    assert (made["DTSTART"], made["DTEND"]) == ("20210211T180000Z", "20210211T193000Z")
    summer = fields(calendar_file(replace(EVENT, begins="2021-07-11 13:00", ends="")))
    assert (summer["DTSTART"], summer["DTEND"]) == ("20210711T170000Z", "20210711T180000Z")


def test_days_end_on_the_day_after_their_last() -> None:
    made = fields(calendar_file(replace(EVENT, begins="2021-03-04", ends="2021-03-05")))
    assert (made["DTSTART;VALUE=DATE"], made["DTEND;VALUE=DATE"]) == ("20210304", "20210306")
    alone = fields(calendar_file(replace(EVENT, begins="2021-03-04", ends="")))
    assert alone["DTEND;VALUE=DATE"] == "20210305"


def test_an_end_before_the_beginning_is_an_hour_long() -> None:
    made = fields(calendar_file(replace(EVENT, ends="2021-02-10 09:00")))
    assert made["DTEND"] == "20210211T190000Z"


def test_the_same_event_gives_the_same_bytes_and_another_another_name() -> None:
    assert calendar_file(EVENT) == calendar_file(replace(EVENT))
    assert (
        fields(calendar_file(EVENT))["UID"] != fields(calendar_file(replace(EVENT, title="Another")))["UID"]
    )
    moved = replace(EVENT, place="Hall 2")
    assert fields(calendar_file(EVENT))["UID"] == fields(calendar_file(moved))["UID"], (
        "a corrected place replaces the entry"
    )


@given(
    st.text(max_size=300),
    st.text(max_size=300),
    st.text(max_size=600),
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 30)),
    st.booleans(),
)
def test_whatever_is_written_stays_within_its_own_lines(
    title: str, place: str, text: str, begins: datetime, timed: bool
) -> None:
    written = f"{begins:%Y-%m-%d %H:%M}" if timed else f"{begins:%Y-%m-%d}"
    made = calendar_file(Appointment(title, written, "", "America/Toronto", place, text))
    lines = made.split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any("\r" in line or "\n" in line for line in lines)
    whole = made.replace("\r\n ", "").split("\r\n")
    assert whole[0] == "BEGIN:VCALENDAR"
    assert [line for line in whole if line.startswith(("BEGIN:", "END:"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    start = next(line for line in whole if line.startswith("DTSTART")).split(":")[1]
    if timed:
        datetime.strptime(start, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)  # raises for anything else
    else:
        assert datetime.strptime(start, "%Y%m%d").replace(tzinfo=UTC).date() == date(
            begins.year, begins.month, begins.day
        )


def test_an_issue_carries_its_calendar_file() -> None:
    body = '::: event title="Hi, {{ member.first_name | default("friend") }}" date="2021-02-11 13:00" place="A; B" ics=yes\nCome.\n:::'
    rendering = compose(tiny(body, templates=LOOKS))
    assert rendering.artwork is not None
    (hosted,) = rendering.artwork.hosted
    made = fields(rendering.files[hosted.digest].decode())
    assert hosted.media_type.startswith("text/calendar")
    assert made["SUMMARY"] == "Hi\\, friend", "a file is the same for everybody"
    assert (made["LOCATION"], made["DESCRIPTION"]) == ("A\\; B", "Come.")
    assert made["DTSTART"] == "20210211T180000Z", "the publication's own zone"
    assert hosted.address in preview(rendering, "en")
    assert hosted.address in preview_text(rendering, "en")


@pytest.mark.parametrize(
    ("zone", "told"),
    [("America/Torono", ["issues/x.md:4:1: there is no time zone “America/Torono”"]), ("Eastern", [])],
)
def test_a_zone_is_one_that_there_is_or_words(zone: str, told: list[str]) -> None:
    body = f'::: event title="A" date="2021-02-11 13:00" zone="{zone}" ics=yes\n:::'
    assert complaints(tiny(body, templates=LOOKS)) == told


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01 00:30"])
def test_a_day_that_no_calendar_has_is_told(day: str) -> None:
    body = f'::: event title="A" date="{day}" zone="Asia/Tokyo" ics=yes\n:::'
    assert complaints(tiny(body, templates=LOOKS)) == [
        "issues/x.md:4:1: this event cannot stand in a calendar file"
    ]


@pytest.mark.ci
def test_a_text_of_a_megabyte_is_told() -> None:
    body = f'::: event title="A" date="2021-02-11" ics=yes\n{"word, " * 200_000}\n:::'
    assert "issues/x.md:4:1: this event cannot stand in a calendar file" in complaints(
        tiny(body, templates=LOOKS)
    )
