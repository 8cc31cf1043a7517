"""Spelling and inclusive words: what is remarked on, what is left alone, how the settings change it, and how long it takes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks import dictionaries, inclusive_words, spelling
from newsletter.model.finding import Finding, Severity
from newsletter.model.thresholds import DEFAULTS, Limit
from tests.corpora import naughty_strings
from tests.unit.checks.written import read, remarks


def spelt(text: str, translated: str = "", **limits: Limit) -> list[Finding]:
    return judged(spelling, text, translated, **limits)


def judged(check: object, text: str, translated: str = "", /, **limits: Limit) -> list[Finding]:
    context = read(text, translated or None)
    name = check.NAME  # type: ignore[attr-defined]
    own = {f"{name}.{key}": value for key, value in limits.items()}
    return list(check.check(replace(context, limits={**DEFAULTS, **own})))  # type: ignore[attr-defined]


def told(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.message, one.hint.partition("?")[0]) for one in found]


@pytest.mark.parametrize(
    ("word", "meant"),
    [("recieve", "receive"), ("definately", "definitely"), ("accomodate", "accommodate"), ("seperate", "separate"), ("goverment", "government"),
     ("thier", "their"), ("manufactering", "manufacturing"), ("enviroment", "environment")],
)  # fmt: skip
def test_a_slip_in_english(word: str, meant: str) -> None:
    (one,) = spelt(f"We {word} what was said.")
    assert (one.severity, one.message) == (Severity.INFO, f"“{word}” is in no dictionary")
    assert one.hint.startswith(f"Did you mean “{meant}”?")
    assert (one.place and (one.place.line, one.place.column)) == (4, 4)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("developpement", "développement"), ("evenement", "événement"), ("entrerpise", "entreprise"), ("deja", "déjà"), ("traffic", "trafic"),
     ("language", "langage"), ("l’entrerpise", "entreprise")],
)  # fmt: skip
def test_a_slip_in_french(word: str, meant: str) -> None:
    (one,) = spelt("Hello to all of you.", f"Voici pour vous {word} de chez nous.")
    assert one.language == "fr"
    assert one.french[0] == f"«\u00a0{word}\u00a0» n’est dans aucun dictionnaire"
    assert f"«\u00a0{meant}\u00a0»" in one.french[1]


@pytest.mark.parametrize(
    "english",
    [
        "Colour, centre, labour, favourite, travelled, catalogue, organise and organize, defence, licence, kilometre, programme, modelling, cheque.",
        "Behaviours, neighbouring, honoured, analysed, metres, theatre, instalment, fulfil, skilful, enrol, jewellery, manoeuvre, calibre.",
        "Jay Myers and Zoltan Kovacz of Kinova met Tremblaye in Hamiltn.",  # names
        "See www.recieve.example/definately or write to recieve@definately.example.",
        "Call `recieve()` with `thier`, and thier is what it says.",
        "Dear {{ member.first_name | default(\"freind\") }}, with supply-chain and agri-food know-how.",
        "NASA's CPI, 3D-printed COVID-19 parts, IoT and mRNA, #thnakful, @recieve.",
        "The company's members don't, won't and shouldn't; it's theirs, they're ours.",
        "Biomanufacturing, cybersecurity and photonics are what onboarding is for.",
    ],
)  # fmt: skip
def test_what_is_left_alone(english: str) -> None:
    assert told(spelt(english)) == []


@pytest.mark.parametrize(
    "french",
    [
        "L’écosystème d’aujourd’hui compte jusqu’à dix grappes; renseignez-vous, a-t-il dit, et connaitre le cout importe.",
        "Une infolettre et un courriel pour la main-d’œuvre, l’agroalimentaire, la cybersécurité et le savoir-faire.",
        "Jean-Sébastien Tremblaye et Kinova, à Trois-Rivièrs.",
        "We thank all of you for this, and what you did for us.",  # told as English by bilingual-parity
    ],
)
def test_what_is_left_alone_in_french(french: str) -> None:
    assert told(spelt("Hello to all of you.", french)) == []


def test_the_first_word_of_a_sentence_is_judged_where_it_is_no_name() -> None:
    assert [one.message for one in spelt("Thnak you for all. Mebers met.")] == [
        "“Thnak” is in no dictionary",
        "“Mebers” is in no dictionary",
    ]
    assert spelt("Thnak Mebers and Co.") == []


def test_the_words_of_a_newsletter_are_its_own() -> None:
    assert spelt("We recieve what AmpUp calls thier.", words=("Recieve", "thier")) == []


def test_remarks_are_bounded_and_grouped() -> None:
    slips = [
        "recieve",
        "definately",
        "accomodate",
        "seperate",
        "goverment",
        "thier",
        "occurence",
        "developement",
        "enviroment",
        "wich",
        "thnak",
        "beleive",
    ]
    found = spelt(" and ".join([*slips, "recieve"]), most=3)
    assert len(found) == 4
    assert found[0].message == "“recieve” is in no dictionary (2 times)"
    assert found[3].message.startswith("9 further words are in no dictionary: seperate, goverment, thier")
    assert found[3].french[0].startswith("9 autres mots ne sont dans aucun dictionnaire\u00a0: seperate")


@given(st.text(max_size=40))
def test_no_word_is_too_strange(text: str) -> None:
    judge(text)


@pytest.mark.ci
def test_no_naughty_string_is_too_strange() -> None:
    for text in naughty_strings():
        judge(text)


def judge(text: str) -> None:
    for language in dictionaries.LANGUAGES:
        dictionaries.known(text, language)
        dictionaries.meant(text[:60], language)


def test_a_long_issue_is_judged_at_once() -> None:
    dictionaries.words("en")
    context = read(
        "\n\n".join(
            f"We recieve what the members of group{n} definately said of thier work." for n in range(400)
        )
    )
    started = time.process_time()
    assert len(list(spelling.check(context))) == 3
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    ("english", "better"),
    [("The chairman spoke.", "chair"), ("Our manpower grew.", "workforce"), ("Ladies and gentlemen, hello.", "everyone"), ("Our workmanship shows.", "quality of work")],
)  # fmt: skip
def test_words_that_leave_readers_out(english: str, better: str) -> None:
    (one,) = judged(inclusive_words, english)
    assert one.severity is Severity.INFO
    assert f"“{better}” includes them" in one.message


def test_words_that_leave_readers_out_in_french() -> None:
    (one,) = judged(inclusive_words, "Hello.", "Les droits de l’homme et les droits de l'homme.")
    assert one.french[0] == (
        "«\u00a0droits de l’homme\u00a0» laisse des lecteurs de côté\u00a0: «\u00a0droits de la personne\u00a0» les inclut"
    )


@pytest.mark.parametrize(
    "english",
    ["He called it “manpower”.", "See https://a.example/chairman.", "The chairmanships of old.", "A human-manned-by-none craft.", "Use `whitelist`."],
)  # fmt: skip
def test_words_that_are_left_alone(english: str) -> None:
    assert told(judged(inclusive_words, english)) == []


def test_the_lists_are_extended_and_silenced() -> None:
    assert judged(inclusive_words, "The chairman spoke.", allowed=("Chairman",)) == []
    (one,) = judged(inclusive_words, "Hi guys, all of you.", more=("guys=everyone",))
    assert "“everyone”" in one.message
    assert judged(inclusive_words, "The chairman spoke.", english=()) == []
    assert judged(inclusive_words, "The chairman spoke.", english=("nonsense", "=x", " = ")) == []


def test_no_word_is_suggested_that_is_itself_remarked_on() -> None:
    for name, language in (("english", "en"), ("french", "fr")):
        entries = DEFAULTS[f"inclusive-words.{name}"]
        assert isinstance(entries, tuple)
        pairs = [entry.split("=") for entry in entries]
        assert all(len(pair) == 2 and all(part.strip() for part in pair) for pair in pairs)
        words = {word for word, _better in pairs}
        assert len(words) == len(pairs)
        assert not words & {better for _word, better in pairs}, language


def test_they_are_among_the_checks() -> None:
    assert [one.message for one in remarks("spelling", "We recieve it.")] == ["“recieve” is in no dictionary"]
