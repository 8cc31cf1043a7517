"""Two languages that say the same, and every way in which they do not."""

from __future__ import annotations

import pytest

from newsletter.checks.other_language import of_language
from newsletter.model.finding import Severity
from tests.unit.checks.written import read, remarks

NAME = "bilingual-parity"
ERROR, WARNING = Severity.ERROR, Severity.WARNING
BUTTON = '::: button href="https://a.example/"\n{}\n:::\n'


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("We invested $148 million in 65 projects.", "Nous avons investi 148 M$ dans soixante-cinq projets."),
        ("See [our page](https://a.example/en/x).", "Voyez [notre page](https://a.example/fr/x)."),
        ("See [it](https://a.example/x?lang=en).", "À [voir](https://a.example/x?lang=fr)."),
        ("See [our page](https://a.example/events).", "Voyez [notre page](https://a.example/activites)."),
        (
            "See [it](https://a.example/en/x).",
            "Voyez [la page](https://a.example/en/x) (en anglais seulement).",
        ),
        ("Jay Myers of the Bank of the West spoke.", "Jay Myers, de la Bank of the West, a pris la parole."),
        (
            "He said “the best is yet to come for all of us”.",
            "Il a dit «\u00a0the best is yet to come for all of us\u00a0».",
        ),
        (
            "One two three.\n\nFour five six seven eight nine ten.",
            "Un deux trois. Quatre cinq six sept huit neuf dix.",
        ),
        ("We are 65.\n\nAnd we made $5.", "Nous avons fait 5 $.\n\nNous sommes 65."),
        ("![A robot](robot.png)", "![Un robot](robot.png)"),
        ("![A robot](robot.png)", "![Une serre](serre.png)"),
        (BUTTON.format("Save my place"), BUTTON.format("Réserver ma place")),
        ("::: divider :::\n\nHello.", "Bonjour."),
        ("Sample Tool & Die", "Sample Tool & Die"),
        ("[x](https://a\u2100b.example/[) it", "[x](https://a\u2100b.example/[) ici"),
        ("[it](https://en.a.example/x-en.pdf)", "[ici](https://fr.a.example/x-fr.pdf)"),
        ("```\nthe code of the house is for you\n```", "```\nthe code of the house is for you\n```"),
    ],
)
def test_the_same_in_both_is_passed_over(english: str, french: str) -> None:
    assert remarks(NAME, english, french) == []


@pytest.mark.parametrize(
    ("english", "french", "line", "severity", "says"),
    [
        (
            f"Hi.\n\n{BUTTON.format('Save')}",
            "Allô.",
            "x.en.md:6",
            ERROR,
            "button “Save” has no counterpart in French",
        ),
        ("Hi.", f"Allô.\n\n{BUTTON.format('Réserver')}", "x.fr.md:6", ERROR, "has no counterpart in English"),
        ("Hi.\n\n## Two\n\nMore.", "Allô.\n\nPlus.", "x.en.md:6", ERROR, "heading “Two” has no counterpart"),
        ("![A robot](robot.png)\n\nHi.", "Allô.", "x.en.md:4", ERROR, "image “A robot”"),
        (
            "An ![icon](robot.png) here.",
            "Une icône ici.",
            "x.en.md:4",
            ERROR,
            "robot.png” is not in the French text",
        ),
        (
            "See [it](https://a.example/x).",
            "À voir.",
            "x.en.md:4",
            ERROR,
            "https://a.example/x” is not in the French",
        ),
        ("::: when members\nHi.\n:::", "Allô.", "x.en.md:4", ERROR, "conditional block “members”"),
        (
            '::: callout kind="deadline" title="By May 1"\nHi.\n:::\n\nHi.',
            "Allô.",
            "x.en.md:4",
            ERROR,
            "the deadline “By May 1” has no counterpart",
        ),
        (
            "It took $148 million.",
            "Il a fallu 184 M$.",
            "x.en.md:4",
            ERROR,
            "is “184\u00a0M$” in French (issues/x.fr.md:4)",
        ),
        (
            "On February 11.",
            "Le 12 février.",
            "x.en.md:4",
            ERROR,
            "“February 11” is “12\u00a0février” in French",
        ),
        ("At 1:00 p.m. Eastern", "À 14 h, heure de l’Est", "x.en.md:4", ERROR, "is “14\u00a0h” in French"),
        ("We are 65.", "Nous sommes 56.", "x.en.md:4", WARNING, "“65” is “56” in French"),
        ("We are 65.", "Nous sommes là.", "x.en.md:4", WARNING, "“65” is not said in French"),
        ("- a\n- b\n- c", "- a\n- b", "x.en.md:4", WARNING, "has 3 entries, and 2 in French"),
        (
            '::: event title="Next" date="2021-02-11"\n:::',
            '::: event title="Suite" date="2021-02-12"\n:::',
            "x.en.md:4",
            ERROR,
            'has date="2021-02-11" in English and "2021-02-12" in French (issues/x.fr.md:4)',
        ),
        (
            "One two three four five six seven.\n\nEleven more words are here for this paragraph to be long.",
            "Un deux trois quatre cinq six sept.",
            "x.en.md:6",
            WARNING,
            "this section has 18 words, and 7 in French",
        ),
        (
            "Hello.\n\nThe partners expect more jobs over the next five years.",
            "Bonjour.\n\nThe partners expect more jobs over the next five years, and they will have them.",
            "x.fr.md:6",
            ERROR,
            "is English, in the French text",
        ),
        (
            "Hi.\n\nLes partenaires de ces projets en attendent de bons emplois.",
            "Allô.\n\nLes partenaires de ces projets attendent des emplois.",
            "x.en.md:6",
            ERROR,
            "is French, in the English text",
        ),
        (
            BUTTON.format("Learn more"),
            BUTTON.format("Learn more"),
            "x.fr.md:5",
            WARNING,
            "“Learn more” is English",
        ),
        (
            BUTTON.format("En savoir plus"),
            BUTTON.format("En savoir plus"),
            "x.en.md:5",
            WARNING,
            "plus” is French",
        ),
        (
            "See [our page](https://a.example/en/x).",
            "Voyez [notre page](https://a.example/en/x).",
            "x.fr.md:4",
            WARNING,
            "is the English page, in the French text",
        ),
    ],
)
def test_what_differs_is_told_at_its_line(
    english: str, french: str, line: str, severity: Severity, says: str
) -> None:
    (one,) = remarks(NAME, english, french)
    assert str(one.place).startswith(f"issues/{line}"), one
    assert one.severity is severity, one
    assert says in one.message
    assert all(one.french), "a remark without its French"
    assert one.message not in one.french


def test_front_matter_is_compared_as_well() -> None:
    (one,) = remarks(NAME, "Hi.", "Allô.", front="subject: 65 projects", french_front="subject: 66 projets")
    assert str(one.place) == "issues/x.en.md:2:1"


def test_one_language_has_nothing_to_be_compared_with() -> None:
    assert remarks(NAME, "We are 65.") == []


def test_the_threshold_decides_how_short_a_section_may_be() -> None:
    context = read(
        "Hello there, all of you good people.\n\nHow are you and all of your good friends?",
        "Bonjour, bonnes gens.",
    )
    assert context.number("bilingual-parity.least") == 0.6


def test_long_issues_are_paired_as_well() -> None:
    english = "\n\n".join(f"## Part {number}\n\nWe are {number}." for number in range(130))
    french = "\n\n".join(
        f"## Partie {number}\n\nNous sommes {number}." for number in range(130) if number != 100
    )
    assert {one.place.line for one in remarks(NAME, english, french) if one.place} == {404, 406}


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/en/x",
        "https://en.a.example/",
        "https://a.example/x?lang=en",
        "https://canada.ca/page-e.html",
        "https://a.example/en-ca/",
    ],
)
def test_addresses_that_say_their_language(url: str) -> None:
    assert of_language(url, "en")
    assert not of_language(url, "fr")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/enter",
        "https://a.example/french-fries/x",
        "https://[",
        "mailto:en@a.example",
        "https://a.example/?q=en",
    ],
)
def test_addresses_that_say_none(url: str) -> None:
    assert not of_language(url, "en")
