"""Typography: golden pairs of each profile, and what holds of every text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.typed import typed
from newsletter.compose.typography.signs import RESERVED
from newsletter.compose.typography.typeset import Typesetter, profile_of
from newsletter.model.publication import PROFILES

TOKENS = re.compile("zqabc123[0-9a-f]{12}")
TOKEN = "zqabc123" + "0f" * 6
ALL = [name for names in PROFILES.values() for name in names]
N, T = "\u00a0", "\u202f"

#: as typed → Canada → France (`_` is U+00A0, `~` is U+202F)
FRENCH = [
    # trust.md 7.3, the table of the Office québécois de la langue française
    ("Une chose est claire : la relance", "Une chose est claire_: la relance", None),
    ("Une chose est claire: la relance", "Une chose est claire_: la relance", None),
    ("Au programme :", "Au programme_:", None),
    ("dans ce pays ; elle", "dans ce pays; elle", "dans ce pays_; elle"),
    ("dans ce pays; elle", "dans ce pays; elle", "dans ce pays_; elle"),
    ("Merci !", "Merci!", "Merci_!"),
    ("Merci!", "Merci!", "Merci_!"),
    ("Vraiment ?! Oui.", "Vraiment?! Oui.", "Vraiment_?! Oui."),
    ("Le mot « relève » compte", "Le mot «_relève_» compte", None),
    ("Le mot «relève» compte", "Le mot «_relève_» compte", None),
    ('Le mot "relève" compte', "Le mot «_relève_» compte", None),
    ('Il dit « le mot "relève" compte »', "Il dit «_le mot “relève” compte_»", None),
    ("95 % des membres, 95% en tout", "95_% des membres, 95_% en tout", None),
    ("1 234,56 $", "1_234,56_$", None),
    ("5$ ou 20 €", "5_$ ou 20_€", None),
    ("148 M$ et 148 millions de dollars", "148_M$ et 148_millions de dollars", None),
    ("10 000+ emplois, 3 000 membres", "10_000+ emplois, 3_000 membres", None),
    ("12 km, 5 kg et 3 °C", "12_km, 5_kg et 3_°C", None),
    ("à 14h30, puis 14 h 45 et 9h", "à 14_h_30, puis 14_h_45 et 9_h", None),
    ("le score est 2:1 à 14:30", "le score est 2:1 à 14:30", None),
    ("le 5 mai 2026 et le 1er juin", "le 5_mai 2026 et le 1er_juin", None),
    ("et ainsi de suite...", "et ainsi de suite…", None),
    ("l'équipe d'ici, qu'elle", "l’équipe d’ici, qu’elle", None),
    ("M. Tremblay et Mme Roy", "M._Tremblay et Mme_Roy", None),
    ("n° 5", "n°_5", None),
    # what an author settled stays
    ("Merci_!", "Merci_!", None),
    ("Merci~!", "Merci~!", None),
    ("claire~: la", "claire~: la", None),
    ("«~relève~»", "«~relève~»", None),
    # what is none of these
    ("un clin d'œil ;-)", "un clin d’œil ;-)", None),
    ("un :smile: ici", "un :smile: ici", None),
    ('un écran de 27" ici', 'un écran de 27" ici', None),
    ("voir https://a.example/b?c=d;e!f : oui", "voir https://a.example/b?c=d;e!f_: oui", None),
    (
        "écrire à l'adresse o'neil@a.example !",
        "écrire à l’adresse o'neil@a.example!",
        "écrire à l’adresse o'neil@a.example_!",
    ),
    ("en 2020-2021", "en 2020-2021", None),
    (f"Bonjour {TOKEN} !", f"Bonjour {TOKEN}!", f"Bonjour {TOKEN}_!"),
    (f"d'{TOKEN}", f"d’{TOKEN}", None),
]
ENGLISH = [
    ("It's our members' news", "It’s our members’ news"),
    ('He said "yes", then "no".', "He said “yes”, then “no”."),
    ('A 27" screen', 'A 27" screen'),
    ('An "odd one', 'An "odd one'),
    ("the '90s and so on...", "the ’90s and so on…"),
    ("in 2020-2021", "in 2020–2021"),
    ("call 555-1234 on 2021-01-20", "call 555-1234 on 2021-01-20"),
    ("95% of $1,234.56: yes; no!", "95% of $1,234.56: yes; no!"),
    ("'single' stays", "'single' stays"),
    ("see https://a.example/it's, and more...", "see https://a.example/it's, and more…"),
]


def _typed(text: str) -> str:
    return text.replace("_", N).replace("~", T)


def typeset(text: str, profile: str) -> str:
    return Typesetter(profile, TOKENS).text(text)


@pytest.mark.parametrize(("written", "canada", "france"), FRENCH)
def test_french_is_set_as_in_canada_or_in_france(written: str, canada: str, france: str | None) -> None:
    assert typeset(_typed(written), "fr-CA") == _typed(canada)
    assert typeset(_typed(written), "fr-FR") == _typed(france or canada)


@pytest.mark.parametrize(("written", "shown"), ENGLISH)
def test_english_is_set_with_light_care(written: str, shown: str) -> None:
    assert typeset(written, "en") == shown


def test_emphasis_and_links_do_not_hide_what_stands_beside_them() -> None:
    setter = Typesetter("fr-CA", TOKENS)
    assert setter.run(["", "Attention", "", " : l'", "", "équipe", ""]) == [
        "", "Attention", "", f"{N}: l’", "", "équipe", ""
    ]  # fmt: skip
    assert setter.run(['dit "', "", "oui", "", '" !']) == [f"dit «{N}", "", "oui", "", f"{N}»!"]
    assert setter.run(["le code ", None, " : non"]) == ["le code ", "", f"{N}: non"]


def test_a_language_has_its_first_profile_unless_the_publication_chose() -> None:
    assert profile_of("fr", {}) == "fr-CA"
    assert profile_of("fr-FR", {}) == "fr-FR"
    assert profile_of("fr", {"fr": "fr-FR"}) == "fr-FR"
    assert profile_of("en-CA", {}) == "en"
    assert profile_of("de", {}) == ""
    assert typeset("l'un: l'autre", profile_of("fr", {"fr": "none"})) == "l'un: l'autre"


_PIECES = st.sampled_from(
    ["'", '"', " ", N, T, ":", ";", "!", "?", "«", "»", "%", "$", "...", "…", "5", "14h30", "1 234", "mot", "l'a",
     "kg", "mai", "-", "2020-2021", "\n", "(", ")", "M. ", "É", "h", "n°", "s' ", TOKEN, "https://a.b/c?d:e;f!", "`x : y`",
     "{{ member.x | default('l ami !') }}", "a@b.example", ".", ",", "“", "”", "’"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(_PIECES, max_size=14).map("".join), st.text(max_size=60))
PARAGRAPHS = st.lists(st.one_of(TEXTS, st.none()), min_size=1, max_size=5)
_UNTOUCHED = re.compile(rf"{TOKENS.pattern}|https://a\.b/c|`x : y`|\{{\{{ member[^{{}}]*\}}\}}")


def _letters(text: str) -> list[str]:
    return [sign for sign in text if sign.isalnum()]


@given(TEXTS, st.sampled_from(ALL))
def test_setting_twice_is_setting_once(text: str, profile: str) -> None:
    once = typeset(text, profile)
    assert typeset(once, profile) == once


@given(PARAGRAPHS, st.sampled_from(ALL))
def test_setting_a_paragraph_twice_is_setting_it_once(texts: list[str | None], profile: str) -> None:
    setter = Typesetter(profile, TOKENS)
    once = setter.run(texts)
    assert setter.run([None if text is None else one for text, one in zip(texts, once, strict=True)]) == once


@given(PARAGRAPHS, st.sampled_from(ALL))
def test_no_letter_or_digit_is_lost_added_or_moved(texts: list[str | None], profile: str) -> None:
    shown = Typesetter(profile, TOKENS).run(texts)
    assert [_letters(text) for text in shown] == [_letters(text or "") for text in texts]


@given(TEXTS, st.sampled_from(ALL))
def test_addresses_code_and_tokens_are_left_alone(text: str, profile: str) -> None:
    assert _UNTOUCHED.findall(typeset(text, profile)) == _UNTOUCHED.findall(text)


@given(TEXTS, st.sampled_from(ALL))
def test_an_author_s_own_spaces_that_do_not_break_survive(text: str, profile: str) -> None:
    shown = typeset(text, profile)
    assert shown.count(T) >= min(text.count(T), 1)  # of several in one place, one is enough
    assert all(sign not in shown for sign in RESERVED) or any(sign in text for sign in RESERVED)


@pytest.mark.parametrize(
    "text",
    [
        "a.a" * 15_000,
        "{{" * 15_000,
        "<a" * 15_000,
        '"' * 15_000,
        "« " * 15_000,
        "5 " * 15_000,
        "a@" * 15_000,
        " " * 120_000 + ":",
        "`a" * 15_000,
    ],
)
@pytest.mark.parametrize("profile", ALL)
@pytest.mark.ci
def test_a_hostile_text_costs_little(text: str, profile: str) -> None:
    begun = time.process_time()
    typeset(text, profile)
    assert time.process_time() - begun < 3


@given(st.lists(_PIECES, min_size=1, max_size=10).map("".join), st.sampled_from(ALL))
def test_what_readers_see_is_found_in_what_was_typed(text: str, profile: str) -> None:
    shown = typeset(text, profile)
    stripped = shown.strip(f" {N}{T}\n")
    if stripped and "\n" not in stripped:
        assert typed(stripped).search(text), (text, shown)


@pytest.mark.parametrize("profile", ALL)
@pytest.mark.parametrize(
    "field", ['{{ member.first_name | default("l\'ami") }}', '{{ member.x | default("a b") }}']
)
def test_a_field_right_behind_a_path_is_left_alone(field: str, profile: str) -> None:
    assert field in typeset(f"Madame/{field}", profile)
    assert field in typeset(f"file/path.pdf{field}", profile)


def test_a_path_ends_before_the_sign_behind_it() -> None:
    once = typeset("et/ou ! ?", "fr-CA")
    assert typeset(once, "fr-CA") == once


def test_nothing_is_set_to_nothing() -> None:
    assert Typesetter("fr-CA", re.compile("zq0")).run([]) == []
