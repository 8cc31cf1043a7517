"""Test messages say what they are where a reader looks: above the mail, in each of its languages, and nothing else is altered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.dispatch.marking import marked
from newsletter.model.artwork import Chunks
from newsletter.pipeline.testing import BANNERS
from tests.browser.mails import rendered
from tests.ledger import edition
from tests.unit.compose.kit import preview
from tests.unit.templates.test_contrast import contrast


def joined(chunks: Chunks) -> str:
    return "".join(piece if isinstance(piece, str) else "⟨⟩" for piece in chunks)


@pytest.mark.parametrize(
    ("language", "words"), [("en", ["TEST"]), ("fr", ["ESSAI"]), ("en+fr", ["TEST", "ESSAI"])]
)
def test_both_parts_open_with_the_banner(language: str, words: list[str]) -> None:
    plain = edition()
    text = marked(plain, language, BANNERS).artwork.texts[language]
    for chunks, before in (
        (text.html, plain.artwork.texts[language].html),
        (text.text, plain.artwork.texts[language].text),
    ):
        whole, old = joined(chunks), joined(before)
        assert [word for word in ("TEST", "ESSAI") if word in whole] == words
        assert whole.endswith(old), "what the reader will get is altered in nothing"


def test_a_real_mail_keeps_its_doctype_and_its_body() -> None:
    rendering = rendered("greeting")
    assert rendering.artwork is not None
    whole = replace(edition(), artwork=rendering.artwork)
    shown = replace(rendering, artwork=marked(whole, "en", BANNERS).artwork)
    page, before = preview(shown, "en"), preview(rendering, "en")
    at = page.index("<div", page.index("<body"))
    banner = page[at : page.index("</div>", at) + len("</div>")]
    assert "TEST" in banner
    assert 'lang="en" dir="ltr"' in banner
    assert page.replace(banner, "") == before


def test_the_edition_stays_itself_and_a_language_without_words_gets_the_first() -> None:
    plain = edition()
    assert marked(plain, "en", BANNERS).id == plain.id
    assert marked(plain, "en", BANNERS).artwork.texts["fr"] == plain.artwork.texts["fr"]
    assert "TEST" in joined(marked(plain, "fr", {"en": BANNERS["en"]}).artwork.texts["fr"].html)


def test_the_banner_reads() -> None:
    html = joined(marked(edition(), "en", BANNERS).artwork.texts["en"].html)
    ground, colour = (html.split(f"{name}:")[1][:7] for name in ("background-color", ";color"))
    assert contrast(ground, colour) >= 7
