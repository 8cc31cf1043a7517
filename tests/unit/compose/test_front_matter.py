"""Front matter: no YAML surprises, and every mistake with its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.findings import Findings
from newsletter.compose.frontmatter.read import read
from newsletter.compose.request import Request, SourceText
from newsletter.model.campaign import AudienceRule
from newsletter.model.finding import Severity
from newsletter.model.issue import Issue
from newsletter.model.place import Place
from newsletter.model.publication import TrackingMode
from tests.unit.compose.kit import tiny


def issue(front: str, **more: str) -> tuple[Issue, list[str]]:
    """The issue of a front matter, and its findings as `line: message`."""
    findings = Findings()
    made = read(tiny(front=front, **more).cleaned(), findings)
    assert made is not None
    return made, [f"{finding.place}: {finding.message}" for finding in findings.all()]


TEXTS = [
    ("Rappel : inscription", "Rappel : inscription"),
    ("# not a comment", "# not a comment"),
    ("Join us # today", "Join us # today"),
    ("@ngen says hello", "@ngen says hello"),
    ("[NGen] News", "[NGen] News"),
    ("{NGen} News", "{NGen} News"),
    ("[a] and [b]", "[a] and [b]"),
    ('{{ member.first_name | default("Friend") }}', '{{ member.first_name | default("Friend") }}'),
    ("ON", "ON"),
    ("NO", "NO"),
    ("null", "null"),
    ("~", "~"),
    ("9:00", "9:00"),
    ("0123", "0123"),
    ("1e3", "1e3"),
    ("2020-12-16", "2020-12-16"),
    ("*bold*", "*bold*"),
    ("&anchor", "&anchor"),
    ("!tag", "!tag"),
    ("%percent", "%percent"),
    ("- dash", "- dash"),
    ("? question", "? question"),
    ("`tick`", "`tick`"),
    ("100 % : oui", "100 % : oui"),
    ('"Quoted"', "Quoted"),
    ("'Quoted'", "Quoted"),
    ("'It''s'", "It's"),
    (r'"say \"hi\""', 'say "hi"'),
    ('"[NGen]"', "[NGen]"),
    ('"Hello" she said', '"Hello" she said'),
    ('"Hello" and "bye"', '"Hello" and "bye"'),
    ("« Bonjour »", "« Bonjour »"),
    ("", ""),
    ("tab\there", "tab\there"),
]


@pytest.mark.parametrize(("written", "read_as"), TEXTS)
@pytest.mark.parametrize("key", ["subject", "preheader", "title"])
def test_a_text_key_takes_the_rest_of_its_line(key: str, written: str, read_as: str) -> None:
    made, findings = issue(f"{key}: {written}")
    expected = read_as or (made.texts["en"].subject if key == "title" else "")
    assert getattr(made.texts["en"], key) == expected
    assert findings == []


@pytest.mark.parametrize(("written", "read_as"), TEXTS)
def test_a_value_of_data_is_text_too(written: str, read_as: str) -> None:
    made, findings = issue(f"data:\n  province: {written}\n  other: x")
    assert made.data == {"province": read_as, "other": "x"}
    assert findings == []


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('"never closed', "the opening quote is never closed"),
        ("'Tis the season", "the opening quote is never closed"),
        ("[a, b]", "this key takes a text, not a list or a mapping"),
        ("[NGen]", "this key takes a text, not a list or a mapping"),
        ("{a: b}", "this key takes a text, not a list or a mapping"),
    ],
)
def test_what_cannot_be_meant_as_text_is_an_error_with_its_line(written: str, message: str) -> None:
    _, findings = issue(f"preheader: fine\nsubject: {written}")
    assert findings == [f"issues/x.md:3:1: {message}"]


@pytest.mark.parametrize(
    ("front", "told"),
    [
        ("subjct: Hi", "issues/x.md:2:1: “subjct” is not a key of front matter"),
        ("subject: a\nsubject: b", "issues/x.md:3:1: “subject” stands here a second time"),
        ("subject: a\njust words", "issues/x.md:3:1: “just words” is not `key: value`"),
        ("subject: a\n  more", "issues/x.md:3:3: this line is indented, but nothing above it can hold it"),
        ("subject: a\n\tmore: b", "issues/x.md:3:1: a tab stands at the beginning of this line"),
        (
            "from: For {{ member.first_name }}",
            "issues/x.md:2:1: the sender's name cannot hold a personal field",
        ),
        ("date: tomorrow", "issues/x.md:2:1: “tomorrow” is not a date"),
        ("date: 2020-02-30", "issues/x.md:2:1: “2020-02-30” is not a date"),
        ("tracking: on", "issues/x.md:2:1: “on” is not a tracking mode"),
        ("template: lettre", "issues/x.md:2:1: there is no template “lettre”"),
        ("language: de", "issues/x.md:2:1: “de” is not a language of the publication"),
        (
            "schedule: [a]",
            "issues/x.md:2:1: “schedule” takes keys such as `at: 2020-12-16 09:00`, and this is a list",
        ),
        ("schedule:\n  att: 9:00", "issues/x.md:3:3: “att” is not a key of front matter"),
        ("schedule:\n  at: 9:00\n  year: next", "issues/x.md:4:3: “next” is not a year"),
        (
            "audience:\n  include:\n    a: b",
            "issues/x.md:3:3: “include” takes a list of names, and this is a mapping",
        ),
        ("data: text", "issues/x.md:2:1: “data” takes `name: value` lines, and this is text"),
        ("subject:\n  a: b", "issues/x.md:2:1: “subject” takes a text, and this is a mapping"),
        ("data:\n  a: {b}", "issues/x.md:3:3: “b” is not `name: value`"),
    ],
)
def test_a_mistake_is_named_with_its_line(front: str, told: str) -> None:
    findings = Findings()
    read(tiny(front=front).cleaned(), findings)
    assert [f"{finding.place}: {finding.message}" for finding in findings.all()] == [told]


@pytest.mark.parametrize(
    ("wrong", "meant"), [("subjct", "subject"), ("preheadr", "preheader"), ("audiance", "audience")]
)
def test_did_you_mean(wrong: str, meant: str) -> None:
    findings = Findings()
    read(tiny(front=f"{wrong}: a").cleaned(), findings)
    assert findings.all()[0].hint == f"Did you mean “{meant}”?"
    assert findings.all()[0].severity is Severity.ERROR


def test_everything_at_once() -> None:
    made, findings = issue(
        """subject: Hello
preheader: >
  One line
  and another.
from: Jay Myers
date: 2020-12-16
# a comment
template: letter
tracking: off
audience:
  include: [everyone, "big ones"]
  exclude:
    - suppliers
schedule:
  holiday: Christmas Day
  offset: -3 working days
  at: 09:00
  year: 2020
data:
  province: ON
  speakers:
    - name: Ada
      role: Chair : two
    - name: Grace
      role: "quoted"
  tags: [a, "b, c", 'd']
  note: |
    first

    second
  empty:
"""
    )
    assert findings == []
    text = made.texts["en"]
    assert (text.preheader, text.title) == ("One line and another.", "Hello")
    assert (made.date, made.tracking, made.sender_name) == (
        date(2020, 12, 16),
        TrackingMode.OFF,
        {"en": "Jay Myers"},
    )
    assert made.audience == AudienceRule(("everyone", "big ones"), ("suppliers",))
    assert made.schedule is not None
    assert (made.schedule.holiday, made.schedule.at, made.schedule.year) == ("Christmas Day", "09:00", 2020)
    assert made.schedule.place == Place("issues/x.md", 15, 1)
    assert made.data == {
        "province": "ON",
        "speakers": [{"name": "Ada", "role": "Chair : two"}, {"name": "Grace", "role": "quoted"}],
        "tags": ["a", "b, c", "d"],
        "note": "first\n\nsecond",
        "empty": "",
    }
    assert made.places["subject.en"] == Place("issues/x.md", 2, 1)


def test_shared_keys_stand_in_either_file_and_are_equal_in_both() -> None:
    made, findings = issue(
        "subject: Hi\ntemplate: letter", french="Allô", french_front="subject: Allô\ndate: 2020-12-16"
    )
    assert findings == []
    assert (made.template, made.date, list(made.texts)) == ("letter", date(2020, 12, 16), ["en", "fr"])
    _, findings = issue("subject: Hi\ndate: 2020-12-15", french="", french_front="date: 2020-12-16")
    assert findings == ["issues/x.fr.md:2:1: “date” differs from issues/x.en.md:3:1"]
    _, findings = issue("data:\n  a: 1", french="", french_front="data:\n  a: 2\n  b: 3")
    assert findings == ["issues/x.fr.md:2:1: data “a” differs between the language files"]


def sources(*texts: tuple[str, str, str]) -> Request:
    return replace(tiny(), sources=tuple(SourceText(*text) for text in texts)).cleaned()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hello", "issues/x.md:1: the file does not begin with front matter"),
        ("---\nsubject: a\n\nHello", "issues/x.md:1: front matter is never closed"),
        ("", "issues/x.md:1: the file does not begin with front matter"),
    ],
)
def test_front_matter_that_is_not_there(text: str, told: str) -> None:
    findings = Findings()
    read(sources(("issues/x.md", "", text)), findings)
    assert [f"{finding.place}: {finding.message}" for finding in findings.all()] == [told]


def test_two_files_of_one_language_and_a_file_that_says_another() -> None:
    findings = Findings()
    read(
        sources(("issues/x.md", "", "---\n---\n"), ("issues/x.en.md", "en", "---\nlanguage: fr\n---\n")),
        findings,
    )
    told = [f"{finding.place}: {finding.message}" for finding in findings.all()]
    assert "issues/x.en.md:2:1: the file's name says “en”, this line says “fr”" in told
    assert "issues/x.en.md:1: issues/x.md holds the text in “en” too" in told


def test_windows_files_and_byte_order_marks_read_the_same() -> None:
    plain = read(sources(("issues/x.md", "", "---\nsubject: é\n---\nBody")), Findings())
    other = read(sources(("issues/x.md", "", "\ufeff---\r\nsubject: e\u0301\r\n---\r\nBody")), Findings())
    assert plain == other


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_raises(text: str) -> None:
    findings = Findings()
    read(sources(("issues/x.md", "", f"---\n{text}\n---\nBody")), findings)
    for finding in findings.all():
        assert finding.place is not None
        assert finding.place.file == "issues/x.md"


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), max_size=40))
def test_a_text_in_double_quotes_comes_back_whole(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    made, findings = issue(f'data:\n  value: "{escaped}"')
    assert findings == []
    assert made.data["value"] == Request.cleaned(tiny(text)).sources[0].text.split("---\n")[-1]
