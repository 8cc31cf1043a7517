"""Segments as rows: whatever rows say comes back as the same rows, and whatever they cannot say is never bent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.faults import SegmentFault
from newsletter.audience.parsing import parse
from newsletter.audience.rowwise import predicate_of, rows_of
from newsletter.audience.writing import to_text
from newsletter.model.predicate import DATE_FIELDS, TAGS, TEXT_FIELDS, Everyone, Predicate
from newsletter.model.segment_row import (
    BARE,
    DAY_TESTS,
    SEGMENT,
    SEGMENT_TESTS,
    SEPARATOR,
    TAG_TESTS,
    TEXT_TESTS,
    RowTest,
    SegmentRow,
    SegmentRows,
)
from tests.audiences import ATTRIBUTES, DAYS, literals, predicates


def values() -> st.SearchStrategy[tuple[str, ...]]:
    """Texts as a form gives them."""
    one = literals().map(lambda text: " ".join(text.replace(SEPARATOR, " ").split()))
    usable = one.filter(lambda text: text.isprintable() and _writable(text))
    return st.lists(usable, min_size=1, max_size=3).map(tuple)


def _writable(text: str) -> bool:
    try:
        parse(to_text(predicate_of(SegmentRows((SegmentRow("company", RowTest.IS, (text,)),)))))
    except SegmentFault:
        return False
    return True


def rows() -> st.SearchStrategy[SegmentRows]:
    def built(
        fields: list[str], tests: tuple[RowTest, ...], found: st.SearchStrategy[tuple[str, ...]]
    ) -> object:
        return st.tuples(st.sampled_from(fields), st.sampled_from(tests), found).map(
            lambda one: SegmentRow(one[0], one[1], () if one[1] in BARE else one[2])
        )

    days = st.sampled_from(DAYS).map(lambda day: (day.isoformat(),))
    row = st.one_of(
        built([*TEXT_FIELDS, *ATTRIBUTES], TEXT_TESTS, values()),
        built([TAGS], TAG_TESTS, values()),
        built([SEGMENT], SEGMENT_TESTS, values()),
        built(list(DATE_FIELDS), DAY_TESTS, days),
    )  # type: ignore[arg-type]
    return st.builds(SegmentRows, st.lists(row, max_size=5).map(tuple), st.booleans())


@given(rows())
def test_rows_become_an_expression_that_becomes_rows_again(wanted: SegmentRows) -> None:
    predicate = predicate_of(wanted)
    read = parse(to_text(predicate))
    assert read == predicate
    again = rows_of(read)
    assert again is not None, "what a form can say, a form can show"
    assert predicate_of(again) == predicate
    assert rows_of(predicate_of(again)) == again


@given(predicates())
def test_a_predicate_is_shown_as_rows_exactly_or_not_at_all(predicate: Predicate) -> None:
    found = rows_of(predicate)
    if found is not None:
        assert predicate_of(found) == predicate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("everyone", SegmentRows()),
        ('province in ["QC", "ON"]', SegmentRows((SegmentRow("province", RowTest.IS, ("QC", "ON")),))),
        (
            'province == "ON" and consent_on > 2019-12-31 and company is not empty',
            SegmentRows(
                (
                    SegmentRow("province", RowTest.IS, ("ON",)),
                    SegmentRow("consent_on", RowTest.AFTER, ("2019-12-31",)),
                    SegmentRow("company", RowTest.KNOWN),
                )
            ),
        ),
        (
            '"a" not in tags or in segment "b"',
            SegmentRows(
                (SegmentRow(TAGS, RowTest.IS_NOT, ("a",)), SegmentRow(SEGMENT, RowTest.IS, ("b",))), any=True
            ),
        ),
        (
            'province == "ON" and (company contains "steel" or company contains "acier")',
            SegmentRows(
                (
                    SegmentRow("province", RowTest.IS, ("ON",)),
                    SegmentRow("company", RowTest.CONTAINS, ("steel", "acier")),
                )
            ),
        ),
    ],
)
def test_expressions_as_rows(text: str, expected: SegmentRows) -> None:
    assert rows_of(parse(text)) == expected
    assert parse(to_text(predicate_of(expected))) == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "not everyone",
        'province == "ON" and (language == "fr" or "a" in tags)',
        'not (province == "ON" and language == "fr")',
        "not consent_on < 2020-01-01",
        'not not province == "ON"',
        f'company == "a{SEPARATOR}b"',
        'company == " a"',
        '(company == "a" or company == "b") and province == "ON"',
    ],
)
def test_what_rows_cannot_say_stays_text(text: str) -> None:
    assert rows_of(parse(text)) is None


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (SegmentRow("company", RowTest.IS, ("",)), "needs a value"),
        (SegmentRow("company", RowTest.BEFORE, ("2020-01-01",)), "before or after"),
        (SegmentRow("consent_on", RowTest.BEFORE, ("soon",)), "needs a day"),
        (SegmentRow("consent_on", RowTest.CONTAINS, ("2020-01-01",)), "compared with a day"),
        (SegmentRow(TAGS, RowTest.CONTAINS, ("a",)), "one of a list"),
    ],
)
def test_rows_that_say_nothing_are_faults(row: SegmentRow, problem: str) -> None:
    with pytest.raises(SegmentFault, match=problem):
        predicate_of(SegmentRows((row,)))


def test_no_row_is_everyone() -> None:
    assert predicate_of(SegmentRows()) == Everyone()
