"""The grammar of segments: what it reads, what it refuses, and where it points."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.faults import SegmentFault
from newsletter.audience.parsing import MAX_DEPTH, parse
from newsletter.audience.sentences import sentence, told
from newsletter.audience.writing import quoted, to_text
from newsletter.model.folding import fold
from newsletter.model.place import Place
from newsletter.model.predicate import (
    And,
    Day,
    DayTest,
    Everyone,
    InSegment,
    Known,
    Not,
    Or,
    Predicate,
    Tagged,
    Text,
    TextTest,
)
from newsletter.model.said import Said
from tests.audiences import predicates
from tests.corpora import naughty_strings

ONTARIO = Text("province", TextTest.EQUALS, ("ON",))
FRENCH = Text("language", TextTest.EQUALS, ("fr",))
AERO = Tagged("aerospace")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("everyone", Everyone()),
        ('province == "ON"', ONTARIO),
        ("Province == 'ON'", ONTARIO),
        ("province == “ON”", ONTARIO),
        ("province == « ON »", Text("province", TextTest.EQUALS, (" ON ",))),
        ('province != "ON"', Not(ONTARIO)),
        ('province in ["ON", "QC",]', Text("province", TextTest.EQUALS, ("ON", "QC"))),
        ('province not in ["ON"]', Not(ONTARIO)),
        ('company contains "steel"', Text("company", TextTest.CONTAINS, ("steel",))),
        ('company not contains "steel"', Not(Text("company", TextTest.CONTAINS, ("steel",)))),
        ('email ends with "@ngen.ca"', Text("email", TextTest.ENDS, ("@ngen.ca",))),
        ('last_name STARTS WITH "Mc"', Text("last_name", TextTest.STARTS, ("Mc",))),
        ('"aerospace" in tags', AERO),
        ('"aerospace" not in tags', Not(AERO)),
        ('tags contains "aerospace"', AERO),
        ("tags is empty", Not(Known("tags"))),
        ("company is not empty", Known("company")),
        ('company == ""', Not(Known("company"))),
        ('company != ""', Known("company")),
        ("consent_on >= 2020-01-01", Day("consent_on", DayTest.FROM, date(2020, 1, 1))),
        ('consent_date < "2020-02-29"', Day("consent_on", DayTest.BEFORE, date(2020, 2, 29))),
        ("consent_expires_on != 2020-12-16", Not(Day("consent_expires_on", DayTest.ON, date(2020, 12, 16)))),
        ('in segment "Big firms"', InSegment("Big firms")),
        ('not in segment "x"', Not(InSegment("x"))),
        ("size == 50", Text("size", TextTest.EQUALS, ("50",))),
        (r'company == "a \"b\" \\ c"', Text("company", TextTest.EQUALS, ('a "b" \\ c',))),
        (r'company == "C:\new"', Text("company", TextTest.EQUALS, (r"C:\new",))),
        (
            'province == "ON" and "aerospace" in tags and not (language in ["fr", "en"])',
            And((ONTARIO, AERO, Not(Text("language", TextTest.EQUALS, ("fr", "en"))))),
        ),
        ('province == "ON" or language == "fr" and "aerospace" in tags', Or((ONTARIO, And((FRENCH, AERO))))),
        (
            '(province == "ON" or language == "fr") and "aerospace" in tags',
            And((Or((ONTARIO, FRENCH)), AERO)),
        ),
        ('province == "ON" and (language == "fr" and "aerospace" in tags)', And((ONTARIO, FRENCH, AERO))),
        ('not province == "ON" and language == "fr"', And((Not(ONTARIO), FRENCH))),
        ('province\n==\n"ON"\n', ONTARIO),
    ],
)
def test_reading(text: str, expected: Predicate) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "problem", "hint"),
    [
        ("", 1, "empty", "everyone"),
        ('province = "ON"', 10, "=", "=="),
        ("province == ON", 13, "expected", '"ON"'),
        ('provnce == "ON"', 1, "provnce", "province"),
        ('sectr == "x"', 1, "sectr", "sector"),
        ('province == "ON" && x', 18, "&", "and"),
        ('province <> "ON"', 10, "<", "!="),
        ('province == "ON" "QC"', 18, "cannot follow", "and, or"),
        ('(province == "ON"', 1, "parenthesis", ""),
        ('province == "ON")', 17, "cannot follow", ""),
        ('province == "ON" and', 21, "ends", "condition"),
        ('"x" in company', 8, "only tags", "contains"),
        ('tags == "x"', 6, "tags", "in tags"),
        ('language > "a"', 10, "comparison", "consent_on"),
        ("consent_on >= 2020-02-30", 15, "day", ""),
        ("consent_on >= 20200101", 15, "day", ""),
        ('consent_on contains "x"', 12, "expected", ""),
        ('company == "never', 12, "closed", ""),
        ('company contains " "', 18, "empty", "is empty"),
        ('company in "x"', 12, "square brackets", ""),
        ('company in ["x" "y"]', 17, "comma", ""),
        ('company == "a\x00b"', 14, "U+0000", ""),
        ('company == "a\u2028b"', 14, "U+2028", ""),
        ('and == "x"', 1, "and", ""),
        ("province", 9, "comparison", "=="),
        ("x == $1", 6, "$", ""),
    ],
)
def test_faults_point_at_the_spot(text: str, column: int, problem: str, hint: str) -> None:
    with pytest.raises(SegmentFault) as caught:
        parse(text, attributes={"sector", "x"})
    fault = caught.value
    assert fault.column == column
    assert problem in fault.problem
    assert hint in fault.hint
    *_, caret = fault.message.splitlines()
    assert caret.index("^") == 4 + column - 1


def test_a_fault_in_a_file_names_the_line_in_the_file() -> None:
    with pytest.raises(SegmentFault, match="and == ") as caught:
        parse('province == "ON"\nand and == "x"', place=Place("segments.toml", 7))
    assert str(caught.value).startswith("segments.toml:8: ")


def test_a_long_line_is_shown_around_the_spot() -> None:
    with pytest.raises(SegmentFault) as caught:
        parse('company == "' + "x" * 500 + '" ~ y')
    _, shown, caret = caught.value.message.splitlines()
    assert len(shown) < 120
    assert shown[caret.index("^")] == "~"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "not " * 2_000 + "everyone",
        "(" * 45 + "everyone" + ")" * 45,
        " and ".join(["everyone"] * 5_000),
        " or ".join(["everyone"] * 300),
        "x in [" + '"a",' * 600 + "]",
        'x == "' + "a" * 1_001 + '"',
        "x" * 10_001,
    ],
)
def test_what_is_too_much_is_a_fault_and_no_crash(text: str) -> None:
    with pytest.raises(SegmentFault):
        parse(text)


@given(predicates())
def test_what_is_written_reads_back(predicate: Predicate) -> None:
    assert parse(to_text(predicate)) == predicate


@given(predicates())
def test_every_predicate_is_a_sentence(predicate: Predicate) -> None:
    said = sentence(predicate)
    assert said.startswith(("Members ", "All members"))
    assert said.endswith(".")
    french = told(predicate, PROVINCES).fr
    assert french.startswith(("Les membres ", "Tous les membres"))
    assert french.endswith(".")


PROVINCES = {"ON": Said("Ontario", "de l’Ontario"), "QC": Said("Quebec", "du Québec")}


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        (
            'province in ["QC", "ON"] and language == "fr" and consent_on > 2019-12-31',
            "Members in Quebec or Ontario who read French and who consented after 2019.",
            "Les membres du Québec ou de l’Ontario qui lisent le français et qui ont consenti après 2019.",
        ),
        (
            'province == "ON" and "aerospace" in tags and language not in ["fr", "en"] or tags is empty',
            "Members (in Ontario tagged “aerospace” and who do not read French or English), or without tags.",
            "Les membres (de l’Ontario qui ont l’étiquette «\u00a0aerospace\u00a0» et qui ne lisent ni le français ni l’anglais), ou sans étiquette.",
        ),
        (
            'province != "ON" and company contains "steel" and consent_expires_on <= 2021-03-01 and sector == "b"',
            "Members outside Ontario, whose company contains “steel”, whose consent ends on or before 1 March 2021"
            " and whose sector is “b”.",
            "Les membres qui ne sont pas de l’Ontario, dont l’entreprise contient «\u00a0steel\u00a0», dont le consentement se termine"
            " au plus tard le 1er mars 2021 et dont le champ «\u00a0sector\u00a0» est «\u00a0b\u00a0».",
        ),
        (
            'not (province == "ZZ" and company is empty) and not in segment "x"',
            "Members except those (whose province is “ZZ” and whose company is not known) and not in the segment “x”.",
            "Les membres sauf les membres (dont la province est «\u00a0ZZ\u00a0» et dont on ne connaît pas l’entreprise) et hors du segment"
            " «\u00a0x\u00a0».",
        ),
        ("everyone", "All members.", "Tous les membres."),
    ],
)
def test_sentences_read_aloud(text: str, english: str, french: str) -> None:
    assert told(parse(text), PROVINCES) == Said(english, french)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        found = parse(text, attributes={"sector"})
    except SegmentFault as fault:
        assert 1 <= fault.column <= len(text) + 1  # noqa: PT017 - either way is right
    else:
        assert parse(to_text(found)) == found


def test_naughty_strings_in_quotation_marks_stay_what_they_are() -> None:
    for text in naughty_strings():
        written = f"company contains {quoted(text)}"
        try:
            found = parse(written)
        except SegmentFault:
            assert not fold(text) or any(not sign.isprintable() for sign in text) or "\n" in text
        else:
            assert found == Text("company", TextTest.CONTAINS, (text,))


def test_depth_is_counted_alike_when_written_and_read() -> None:
    deep: Predicate = ONTARIO
    for _ in range(MAX_DEPTH - 2):
        deep = Not(Not(FRENCH)) if deep is FRENCH else Not(deep)
    assert parse(to_text(deep)) == deep
