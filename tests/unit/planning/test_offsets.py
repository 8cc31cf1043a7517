"""Offsets: the grammar, its refusals, and the days that offsets lead to."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.errors import AuthorError
from newsletter.planning.calendars import CALENDARS, is_working_day
from newsletter.planning.offsets import FARTHEST, THE_DAY_ITSELF, Offset, Unit, apply, read
from newsletter.planning.phrases import offset_words

OFFSETS = st.one_of(
    st.builds(Offset, st.integers(-FARTHEST, FARTHEST), st.sampled_from([Unit.DAY, Unit.WORKING_DAY])),
    st.builds(Offset, st.integers(-52, 52), st.just(Unit.WEEK)),
).map(lambda offset: offset if offset.count else THE_DAY_ITSELF)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(OFFSETS)
def test_an_offset_reads_back_from_its_text_and_its_words(offset: Offset) -> None:
    assert read(str(offset)) == offset
    assert read(offset_words(offset, "en")) == offset
    assert read(offset_words(offset, "fr")) == offset


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("", THE_DAY_ITSELF),
        ("  ", THE_DAY_ITSELF),
        ("0", THE_DAY_ITSELF),
        ("0 days", THE_DAY_ITSELF),
        ("-0 working days", THE_DAY_ITSELF),
        ("-3 working days", Offset(-3, Unit.WORKING_DAY)),
        ("−3 working days", Offset(-3, Unit.WORKING_DAY)),
        ("– 3  Working  Days", Offset(-3, Unit.WORKING_DAY)),
        ("-3 business days", Offset(-3, Unit.WORKING_DAY)),
        ("-3 business-days", Offset(-3, Unit.WORKING_DAY)),
        ("+1 day", Offset(1)),
        ("+1day", Offset(1)),
        ("1 day after", Offset(1)),
        ("2 weeks before", Offset(-2, Unit.WEEK)),
        ("-3 jours ouvrables", Offset(-3, Unit.WORKING_DAY)),
        ("-1 jour ouvré", Offset(-1, Unit.WORKING_DAY)),
        ("-1 jour ouvre\u0301", Offset(-1, Unit.WORKING_DAY)),
        ("3 jours ouvrables avant", Offset(-3, Unit.WORKING_DAY)),
        ("1 semaine après", Offset(1, Unit.WEEK)),
        ("2 SEMAINES APRES", Offset(2, Unit.WEEK)),
        ("\u00a0-3\u00a0jours", Offset(-3)),
        ("la veille", Offset(-1)),
        ("Le lendemain", Offset(1)),
        ("the day before", Offset(-1)),
        ("le jour même", THE_DAY_ITSELF),
    ],
)
def test_what_staff_write(written: str, offset: Offset) -> None:
    assert read(written) == offset


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("3 working days", "before or after"),
        ("-3", "not an offset"),
        ("working days", "not an offset"),
        ("-3 fortnights", "no unit"),
        ("-3 days before", "both"),
        ("+3 jours avant", "both"),
        ("-400 days", "more than a year"),
        ("-60 weeks", "more than a year"),
        ("-99999 days", "not an offset"),
        ("-1.5 days", "not an offset"),
        ("--3 days", "not an offset"),
        ("-٣ days", "not an offset"),
        ("3 jours avant Noël", "no unit"),
        ("3 before", "no unit"),
        ("-3 days; DROP TABLE", "not an offset"),
        ("—", "not an offset"),
        ("???", "not an offset"),
    ],
)
def test_what_is_refused_and_how(written: str, said: str) -> None:
    with pytest.raises(AuthorError, match=said) as caught:
        read(written)
    assert caught.value.code == "schedule-offset"
    assert "-3 working days" in caught.value.hint


PIECES = st.sampled_from(
    ["-", "+", "3", "0", "12 ", " ", "day", "days", "jours", "ouvrables", "weeks", "before", "apres"]
)


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=6).map("".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(AuthorError):
        offset = read(text)
        assert read(str(offset)) == offset


@given(DAYS, OFFSETS, st.sampled_from(CALENDARS))
def test_an_offset_leads_so_many_days_away(day: date, offset: Offset, calendar: str) -> None:
    there = apply(offset, day, lambda each: is_working_day(calendar, each))
    if offset.unit is not Unit.WORKING_DAY:
        days = offset.count * (7 if offset.unit is Unit.WEEK else 1)
        assert there.toordinal() - day.toordinal() == days
        return
    # Counted the other way round: the working days that lie between, and the end must be one.
    low, high = (there, day - timedelta(days=1)) if offset.count < 0 else (day + timedelta(days=1), there)
    between = [date.fromordinal(n) for n in range(low.toordinal(), high.toordinal() + 1)]
    assert sum(is_working_day(calendar, each) for each in between) == abs(offset.count)
    assert is_working_day(calendar, there) or not offset.count


def test_no_offset_is_the_day_itself_even_on_a_day_off() -> None:
    christmas = date(2021, 12, 25)
    assert apply(read(""), christmas, lambda day: is_working_day("CA-ON", day)) == christmas


@pytest.mark.parametrize(
    ("calendar", "start", "written", "end"),
    [
        # Christmas 2021 is a Saturday: Ontario observes it on Monday 27th and Boxing Day on Tuesday 28th.
        ("CA-ON", date(2021, 12, 25), "+1 working day", date(2021, 12, 29)),
        # Quebec has no Boxing Day: Tuesday 28th is worked.
        ("CA-QC", date(2021, 12, 25), "+1 jour ouvrable", date(2021, 12, 28)),
        # New Year's Day 2022 is a Saturday, observed on Monday 3 January.
        ("CA-QC", date(2022, 1, 1), "+1 working day", date(2022, 1, 4)),
        # Good Friday 2026 is 3 April: the working day before Easter Monday is Thursday 2 April.
        ("CA-ON", date(2026, 4, 6), "-1 working day", date(2026, 4, 2)),
        # Boxing Day is a day off where federal law applies, not in Alberta.
        ("CA", date(2024, 12, 25), "+1 working day", date(2024, 12, 27)),
        ("CA-AB", date(2024, 12, 25), "+1 working day", date(2024, 12, 26)),
    ],
)
def test_working_days_worked_out_by_hand(calendar: str, start: date, written: str, end: date) -> None:
    assert apply(read(written), start, lambda day: is_working_day(calendar, day)) == end
