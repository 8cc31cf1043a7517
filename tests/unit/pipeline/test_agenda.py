"""The calendar document: another reader understands it (RFC 5545), it holds what is coming, and its address is a secret."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from newsletter.model.campaign import AudienceRule
from newsletter.model.feed import read, sign
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import agenda, confirming, control, plan, schedule
from newsletter.planning.feed import Entry, document
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed

TWO = {"NEWSLETTER_HOLIDAYS_CALENDARS": "CA-QC,CA-ON"}


def parsed(data: bytes) -> Calendar:
    """Read by a program of others, and strictly: every line by the letter."""
    assert data.endswith(b"\r\n")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()  # no character is cut in two
    found = Calendar.from_ical(data)
    assert isinstance(found, Calendar)
    assert found.errors == []
    for event in events(found):
        assert event.errors == []
    return found


def events(calendar: Calendar) -> list[Event]:
    return [part for part in calendar.walk("VEVENT") if isinstance(part, Event)]


def by_name(desk: Bench, language: str = "en") -> dict[str, Event]:
    return {str(event["SUMMARY"]): event for event in events(parsed(agenda.calendar(desk.ctx, language)))}


def wished(desk: Bench, slug: str, **wish: object) -> plan.Ask:
    times = schedule.timetable(desk.ctx, ScheduleWish(**wish))  # type: ignore[arg-type]
    return plan.Ask(edition(slug), AudienceRule(("everyone",)), "witness", when=times)


# --- the document ---

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)
STARTS = st.one_of(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)


@given(
    st.lists(
        st.builds(
            Entry,
            st.from_regex(r"[a-z0-9-]{1,80}@news\.example", fullmatch=True),
            STARTS,
            TEXT,
            st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
            TEXT,
            st.booleans(),
        ),
        max_size=4,
    ),
    TEXT,
)
def test_another_reader_gets_back_what_was_written(entries: list[Entry], name: str) -> None:
    found = parsed(document(entries, name))
    assert str(found["VERSION"]) == "2.0"
    assert found["PRODID"]
    assert len(events(found)) == len(entries)
    for event, entry in zip(events(found), entries, strict=True):
        assert str(event["UID"]) == entry.uid
        assert seen(str(event["SUMMARY"])) == seen(entry.summary)
        assert seen(str(event.get("DESCRIPTION", ""))) == seen(entry.description)
        assert event["STATUS"] == ("CONFIRMED" if entry.firm else "TENTATIVE")
        start = event["DTSTART"].dt
        whole = isinstance(entry.start, datetime)
        assert start == (
            entry.start.replace(microsecond=0) if isinstance(entry.start, datetime) else entry.start
        )
        assert isinstance(start, datetime) is whole
        assert event["DTSTAMP"].dt == entry.stamp.replace(microsecond=0)


def seen(text: str) -> str:
    """Without control characters, which no calendar can hold."""
    return "".join(
        sign for sign in text.replace("\r\n", "\n") if sign == "\n" or (sign >= " " and sign != "\x7f")
    )


def test_a_text_cannot_break_out_of_its_line() -> None:
    evil = "Party\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nATTACH:http://x.example\r\n;,\\n"
    data = document(
        [Entry("a@b.example", date(2027, 1, 1), evil, datetime(2027, 1, 1, tzinfo=UTC), evil)], evil
    )
    (event,) = events(parsed(data))
    assert b"\r\nATTACH" not in data
    assert b"BEGIN:VALARM\r\n" not in data
    assert str(event["SUMMARY"]).startswith("Party\nEND:VEVENT")


# --- what is coming ---


def test_it_holds_mailings_by_where_they_stand(desk: Bench) -> None:
    seed(desk.ctx, people(4))
    draft = plan.plan(desk.ctx, wished(desk, "draft", at="2020-12-18 09:00"), {})
    desk.mailing(edition("news"), when=wished(desk, "news", at="2020-12-20 09:00").when)
    own = wished(
        desk, "greeting", at="09:00", holiday="christmas-day", offset="-3 working days", zone="member"
    )
    desk.mailing(edition("greeting"), when=own.when)
    gone = desk.mailing(edition("gone"), when=wished(desk, "gone", at="2020-12-21 09:00").when)
    control.cancel(desk.ctx, gone.id)
    found = by_name(desk)
    planned, approved = found["draft (planned, not approved)"], found["news (approved)"]
    assert (planned["STATUS"], approved["STATUS"]) == ("TENTATIVE", "CONFIRMED")
    assert approved["DTSTART"].dt == datetime(2020, 12, 20, 14, tzinfo=UTC)
    greeting = found["greeting (approved)"]
    assert greeting["DTSTART"].dt == datetime(2020, 12, 22, 9), "nine o'clock wherever the reader is"
    assert greeting["DTSTART"].dt.tzinfo is None
    assert "3 working days before Christmas Day" in str(greeting["DESCRIPTION"])
    assert not any("gone" in name for name in found)
    assert str(planned["UID"]).startswith(f"mailing-{draft.campaign.id}-test@")
    again = {str(event["UID"]) for event in by_name(desk).values()}
    assert again == {str(event["UID"]) for event in found.values()}, "the same each time it is asked for"


@pytest.mark.parametrize("environ", [TWO], indirect=True)
def test_it_holds_the_holidays_of_the_chosen_calendars_once_each(desk: Bench) -> None:
    found = events(parsed(agenda.calendar(desk.ctx, "fr")))
    names = [(str(event["SUMMARY"]), event["DTSTART"].dt) for event in found]
    assert len(names) == len(set(names)) == len({str(event["UID"]) for event in found})
    days = dict(reversed(names))
    assert days["Fête nationale du Québec"] == date(2021, 6, 24)
    assert days["Jour de Noël"] == date(2020, 12, 25)
    assert days["Jour de Noël (jour observé)"] == date(2021, 12, 27)
    assert ("Aïd el-Fitr (date estimée)", date(2021, 5, 13)) in names
    christmas = next(event for event in found if event["SUMMARY"] == "Jour de Noël")
    assert "CA-QC: jour férié\nCA-ON: jour férié" in str(christmas["DESCRIPTION"])
    assert christmas["DTEND"].dt == christmas["DTSTART"].dt + timedelta(days=1)
    assert max(day for _, day in names) <= date(2022, 6, 18)


def test_a_day_that_a_person_confirmed_stands_on_that_day(desk: Bench) -> None:
    before = by_name(desk)["Eid al-Fitr (estimated)"]
    confirming.confirm(desk.ctx, "eid-al-fitr", day=date(2021, 5, 14))
    after = by_name(desk)["Eid al-Fitr"]
    assert after["DTSTART"].dt == date(2021, 5, 14)
    assert after["UID"] != before["UID"] or after["DTSTART"].dt != before["DTSTART"].dt


def test_lines_and_json_begin_today(desk: Bench) -> None:
    seed(desk.ctx, people(4))
    desk.mailing(edition("news"), when=wished(desk, "news", at="2020-12-20 09:00").when)
    assert agenda.lines(desk.ctx)[0] == "Sunday 20 December 2020 at 9:00 (America/Toronto)  news (approved)"
    own = wished(desk, "own", at="2020-12-19 09:00", zone="member")
    desk.mailing(edition("own"), when=own.when)
    assert agenda.lines(desk.ctx, "fr")[0] == (
        "samedi 19 décembre 2020 à 9\u00a0h, à l’heure de chaque destinataire  own (approuvé)"
    )
    control.cancel(desk.ctx, 2)
    assert agenda.as_json(desk.ctx)[0] == {
        "start": "2020-12-20T14:00:00Z",
        "summary": "news (approved)",
        "description": "Mailing 1. Goes out Sunday 20 December 2020 at 9:00, Eastern Time (America/Toronto).",
        "firm": True,
    }


# --- the address ---


def test_the_address_is_opened_kept_and_revoked(desk: Bench) -> None:
    assert not agenda.revoke(desk.ctx)
    assert not agenda.opened(desk.ctx, sign(desk.ctx.keys.signing, 1, 1)), "closed until somebody asks for it"
    first = token(agenda.address(desk.ctx))
    assert token(agenda.address(desk.ctx)) == first
    assert agenda.opened(desk.ctx, first)
    assert agenda.revoke(desk.ctx)
    assert not agenda.opened(desk.ctx, first)
    second = token(agenda.address(desk.ctx))
    assert second != first
    assert (agenda.opened(desk.ctx, first), agenda.opened(desk.ctx, second)) == (False, True)
    acts = [row.act for row in desk.rows(tables.audit)]
    assert acts == ["open-calendar", "revoke-calendar", "open-calendar"]


def token(address: str) -> str:
    assert address.startswith("http://127.0.0.1:8025/calendar/")
    assert address.endswith(".ics")
    return address.rpartition("/")[2].removesuffix(".ics")


KEYS = {1: b"t" * 32, 2: b"u" * 32}


@given(st.integers(1, 2), st.integers(0, 2**32 - 1), st.integers(0, 29), st.text(max_size=40))
def test_a_token_names_its_serial_and_no_other_text_does(
    key: int, serial: int, place: int, other: str
) -> None:
    mine = sign(KEYS[key], key, serial)
    assert read(mine, KEYS) == serial
    assert read(mine, {3: KEYS[1]}) is None
    assert read(sign(b"x" * 32, key, serial), KEYS) is None
    altered = mine[:place] + ("A" if mine[place] != "A" else "B") + mine[place + 1 :]
    assert read(altered, KEYS) is None
    assert read(other, KEYS) in {None, serial if other == mine else None}
