"""The parts of the frame, which nobody writes: what they show comes from front matter, newsletter.toml, words.toml and the theme."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from tests.browser.mails import request_for
from tests.unit.compose.kit import preview, preview_text, told


def request(**publication: object) -> Request:
    found = request_for("letter")
    return replace(found, publication=replace(found.publication, **publication))  # type: ignore[arg-type]


def mail(asked: Request, language: str = "en") -> tuple[str, str]:
    """The HTML and the plain text of a mail."""
    rendering = compose(asked)
    assert not rendering.findings, told(rendering)
    return preview(rendering, language), preview_text(rendering, language)


def reworded(**words: str) -> Request:
    """The same with other words in words.toml, in the first language."""
    asked = request()
    text = asked.templates["words.toml"]
    for key, word in words.items():
        before, line, rest = text.partition(f"\n{key} = ")
        assert line
        text = f'{before}\n{key} = "{word}"\n{rest.partition(chr(10))[2]}'
    return replace(asked, templates={**asked.templates, "words.toml": text})


@pytest.mark.parametrize("key", ["view_online", "other", "who", "preferences", "unsubscribe"])
def test_every_word_of_the_frame_is_of_words_toml(key: str) -> None:
    html, text = mail(reworded(**{key: "Quite another word"}))
    assert html.count("Quite another word") == 1
    assert "Quite another word" in text or key == "other"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("postal_address", "Sample House, 7 Elm Row, Halifax, Nova Scotia"),
        ("contact", "desk@sample.example"),
        ("reason", "You asked for this at the fair in May."),
    ],
)
def test_what_the_footer_says_is_of_newsletter_toml(key: str, value: str) -> None:
    for part in mail(request(**{key: {"en": value, "fr": value}})):
        assert value in part.replace("\n", " ")


def test_the_masthead_shows_logo_site_number_and_date() -> None:
    asked = request(website="https://sample.example/home")
    first, *others = asked.sources
    numbered = replace(first, text=first.text.replace("date: 2020-12-16", "date: 2021-05-03\nnumber: 2021-5"))
    others = [replace(one, text=one.text.replace("date: 2020-12-16\n", "")) for one in others]
    html, _text = mail(replace(asked, sources=(numbered, *others)))
    assert 'href="https://sample.example/home"' in html
    assert "May 3, 2021" in html
    assert "No.&#160;2021-5" in html or "No.\u00a02021-5" in html


def test_a_logo_of_the_issues_own_takes_the_place_of_the_newsletters() -> None:
    asked = request()
    other = asked.images["templates/images/logo-dark.png"]
    html, _text = mail(asked)
    own, _text = mail(replace(asked, images={**asked.images, "templates/images/logo.png": other}))
    assert html != own
    alone = {name: data for name, data in asked.images.items() if name != "templates/images/logo-dark.png"}
    without, _text = mail(replace(asked, images=alone))
    assert html.count('class="mark') == 2
    assert without.count('class="mark') == 1
