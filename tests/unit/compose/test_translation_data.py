"""Texts of `data:`, without a disk: which they are, and how each comes back to its own place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.compose.findings import Findings
from newsletter.compose.frontmatter.data_texts import data_texts, is_words
from newsletter.compose.frontmatter.tree import Tree
from newsletter.compose.frontmatter.values import plain
from newsletter.compose.translation.data import Steps, Tongues, data_edits
from newsletter.compose.translation.edits import edited
from newsletter.model.issue import Data
from newsletter.model.outline import digest

BOTH = Tongues("en", "fr", ("en", "fr"))


def front(data: str) -> str:
    return f"---\nsubject: Hello\ndata:\n{data}\nnumber: 3\n---\n\nDear all,\n"


def read(text: str) -> dict[str, Data]:
    """What a file's `data:` says; front matter that is not whole is a failure."""
    findings = Findings()
    lines = text.split("\n")
    values = Tree(lines[1 : lines.index("---", 1)], 2, "x.md", (), findings).read()
    assert not findings.all(), text
    return {key: plain(part) for key, part in values["data"].content.items()}  # type: ignore[union-attr]


def changed(text: str, wanted: dict[Steps, str], tongues: Tongues = BOTH) -> str:
    made = data_edits(text, wanted, tongues)
    assert not made.lacking
    return edited(text, made.edits)


def texts(text: str) -> dict[tuple[Steps, str], str]:
    lines = text.split("\n")
    values = Tree(lines[1 : lines.index("---", 1)], 2, "x.md", (), Findings()).read()
    return {(one.steps, one.language): one.text for one in data_texts(values["data"], BOTH.all)}


@pytest.mark.parametrize(
    ("text", "version", "alone"),
    [
        ("$450 for the year, plus tax", True, True),
        ("The office is closed.", True, True),
        ("13:00 Eastern", True, True),
        ('{{ member.first_name | default("you") }}', True, True),
        ("Closed", True, False),
        ("NGen", True, False),
        ("See www.ngen.example", True, True),
        ("416 555-0143", False, False),
        ("2021-03-31", False, False),
        ("2021-03-31 13:00", False, False),
        ("members@ngen.example", False, False),
        ("mailto:members@ngen.example", False, False),
        ("https://www.ngen.example/a?b=c", False, False),
        ("/members/renew", False, False),
        ("hooks.png", False, False),
        ("three hooks.png", False, False),
        ("minutes/2021.pdf", False, False),
        ("#9A3412", False, False),
        ("rgb(1, 2, 3)", False, False),
        ("95 %", False, False),
        ("", False, False),
    ],
)
def test_what_readers_read_is_told_from_addresses_and_figures(text: str, version: bool, alone: bool) -> None:
    assert (is_words(text, alone=False), is_words(text, alone=True)) == (version, alone)


EVERY_FORM = front("""\
  # whom to ask
  ask:
    name: The membership desk
    email: members@ngen.example
    hours:
      en: Monday
      # as on the door
      fr: "Lundi"
  notice:
    what: {en: "Closed, all day", fr: Fermé}
    when: {en: 'It''s noon'}
    do:
      en: |
        One line.

        Two lines.
      fr: |
        Une ligne.
    more: >-
      A long text, folded
      on two lines.

  steps:
    - First thing
    - en: Second thing
      fr: Deuxième chose
    - {en: Third thing}
  whole:
    en:
      head: A head
      url: https://ngen.example
      items:
        - One
        - Two
  blank:
    en: Something
    fr:
  short: [A thing, b]""")
EVERY_TEXT: dict[Steps, str] = {
    ("ask", "name"): "Le service aux membres",
    ("ask", "hours"): "Mardi",
    ("notice", "what"): "Fermé, l’an durant",
    ("notice", "when"): "Il est midi",
    ("notice", "do"): "Une ligne.\n\nEt deux.",
    ("notice", "more"): "Un long texte.",
    ("steps", "1"): "Première: chose",
    ("steps", "2"): "note: la deuxième",
    ("steps", "3"): "La troisième",
    ("whole", "head"): "Une tête",
    ("whole", "items", "1"): "Un",
    ("whole", "items", "2"): "Deux",
    ("blank",): "Quelque chose",
    ("short", "1"): "Une chose",
}


def test_every_form_keeps_its_form() -> None:
    """Quotes, blocks, folds and flows stay what they were; comments and order, too; addresses go along with a new branch."""
    assert changed(EVERY_FORM, EVERY_TEXT) == front("""\
  # whom to ask
  ask:
    name:
      en: The membership desk
      fr: Le service aux membres
    email: members@ngen.example
    hours:
      en: Monday
      # as on the door
      fr: "Mardi"
  notice:
    what: {en: "Closed, all day", fr: "Fermé, l’an durant"}
    when: {en: 'It''s noon', fr: Il est midi}
    do:
      en: |
        One line.

        Two lines.
      fr: |
        Une ligne.

        Et deux.
    more:
      en: >-
        A long text, folded
        on two lines.
      fr: Un long texte.

  steps:
    - en: First thing
      fr: Première: chose
    - en: Second thing
      fr: note: la deuxième
    - {en: Third thing, fr: La troisième}
  whole:
    en:
      head: A head
      url: https://ngen.example
      items:
        - One
        - Two
    fr:
      head: Une tête
      url: https://ngen.example
      items:
        - Un
        - Deux
  blank:
    en: Something
    fr: Quelque chose
  short: [{en: A thing, fr: Une chose}, b]""")


HOSTILE = [
    "a: b",
    "fr: en",
    "# not a comment",
    "- not an item",
    "'",
    '"',
    '"quoted" and more',
    'it\'s "both"',
    "'it''s' \\ over",
    "\\",
    "[a, b]",
    "{a: b}",
    "},{",
    "|",
    ">-",
    "---",
    "::: when members",
    '{{ member.first_name | default("à vous") }}, bonjour',
    "a, b]",
    "«\u00a0oui\u00a0»: non",
    "one\ntwo",
    "one\n\ntwo: three\n# four",
    "one\n  indented\n\ttab",
    "---\nsubject: taken over\n---",
    "x" * 300,
    "mot " * 80 + "fin",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_values_come_back_as_they_are(words: str) -> None:
    for steps in EVERY_TEXT:
        whole = {one: text for one, text in EVERY_TEXT.items() if one[0] == steps[0] == "whole"}
        check(EVERY_FORM, {**whole, steps: words})  # (a new branch is made of all its texts)


WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=30
)
LINES = st.lists(
    WORDS | st.sampled_from(["a: b", "- x", "#", '"', "'", "{{ x }}", "[", "}", "|", "\\", "---"]), max_size=4
)
VALUES = st.builds(
    lambda lines, joint: joint.join(lines).strip(), LINES, st.sampled_from(["\n", "\n\n", " "])
)


@settings(max_examples=60)
@given(st.lists(VALUES.filter(bool), min_size=len(EVERY_TEXT), max_size=len(EVERY_TEXT)))
def test_every_text_changed_writes_exactly_those(values: list[str]) -> None:
    check(EVERY_FORM, dict(zip(EVERY_TEXT, values, strict=True)))


def check(text: str, wanted: dict[Steps, str]) -> None:
    """What was wanted is there, and nothing but it is otherwise."""
    after = changed(text, wanted)
    found, before = read(after), read(text)
    for steps, words in wanted.items():
        assert digest(value(found, steps, "fr")) == digest(words), after
        assert value(found, steps, "en") == value(before, steps, "en"), after
    for steps in EVERY_TEXT.keys() - wanted.keys():
        assert value(found, steps, "fr") == value(before, steps, "fr"), after
    assert found["ask"]["email"] == "members@ngen.example"  # type: ignore[call-overload,index]
    assert "\nnumber: 3\n---\n\nDear all,\n" in after
    assert set(re.findall(r"^ *#.*\n", text, re.MULTILINE)) <= set(
        re.findall(r"^ *#.*\n", after, re.MULTILINE)
    )


def value(data: Data, steps: Steps, language: str) -> str:
    """What a template gets: a version where there are versions."""
    at: Data | None = data
    for index, step in enumerate((*steps, None)):
        if index and isinstance(at, dict) and at.keys() <= set(BOTH.all):
            at = at.get(language)
        if step is None or at is None:
            break
        at = at.get(step) if isinstance(at, dict) else at[int(step) - 1] if isinstance(at, list) else None
    return at if isinstance(at, str) else ""


def test_nothing_wanted_changes_nothing() -> None:
    own = {steps: text for (steps, language), text in texts(EVERY_FORM).items() if language == "fr" and text}
    assert len(own) == 4
    assert changed(EVERY_FORM, {}) == EVERY_FORM
    assert changed(EVERY_FORM, own) == EVERY_FORM


def test_half_a_branch_is_not_written_in_two_languages() -> None:
    made = data_edits(EVERY_FORM, {("whole", "head"): "Une tête"}, BOTH)
    assert sorted(made.lacking) == [("whole", "items", "1"), ("whole", "items", "2")]


def test_a_third_language_keeps_what_held_for_all() -> None:
    three = Tongues("en", "fr", ("en", "fr", "iu"))
    assert changed(front("  what: All is well"), {("what",): "Tout va bien"}, three) == front(
        "  what:\n    en: All is well\n    fr: Tout va bien\n    iu: All is well"
    )


ODD = [
    "no front matter",
    "---\nsubject: x\n",
    "---\nsubject: x\n---\n",
    "---\ndata: words\n---\n",
    "---\ndata:\n  other: {en: a b, fr: c d}\n---\n",
    "---\ndata:\n  what:\n    - en: a\n---\n",
    "---\ndata:\n  what: {en: {a: b}, fr: text}\n---\n",
]


@pytest.mark.parametrize("text", ODD)
def test_a_file_without_the_place_stays_as_it_is(text: str) -> None:
    wanted: dict[Steps, str] = {("what", "a"): "x", ("what", "deep", "er"): "y"}
    assert edited(text, data_edits(text, wanted, BOTH).edits) == text
