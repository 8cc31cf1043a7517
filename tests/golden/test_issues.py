"""Every issue of the repository and every template, as HTML and as text: a change to a look is a difference that a reviewer reads.

In: issues/ and templates/. Out: tests/golden/issues/<template>/edition.<language>.html and .txt. Marks stand as words in ⟨ ⟩; lines are
broken behind closing tags, for the eye alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.compose.components import CATALOGUE
from newsletter.model.artwork import Chunks, Mark, MarkKind
from newsletter.model.edition import Artwork
from tests.browser.mails import LANGUAGES, ROOT, SAMPLES, SPECIMEN, Mail, rendered

HERE = Path(__file__).parent / "issues"
OWN = [
    Mail(template, language)
    for template in ("greeting", "digest", "event", *SAMPLES)
    for language in LANGUAGES
]
#: the greeting's text in the templates that have no issue of their own, and every component
BORROWED = [Mail(template, "en") for template in ("letter", "plain", SPECIMEN)] + [Mail(SPECIMEN, "fr")]
_BREAK = re.compile(r"(</(?:td|tr|table|tbody|div|p|h\d|li|ul|head|style)>|<!\[endif\]-->)(?=<)")


def shown(artwork: Artwork, chunks: Chunks) -> str:
    """Chunks with marks as words."""
    return "".join(piece if isinstance(piece, str) else f"⟨{_word(artwork, piece)}⟩" for piece in chunks)


def _word(artwork: Artwork, mark: Mark) -> str:
    match mark.kind:
        case MarkKind.SLOT:
            slot = artwork.slots[mark.number]
            return f"{slot.field} or {slot.fallback!r}"
        case MarkKind.LINK:
            return f"link {artwork.links[mark.number].url}"
        case MarkKind.FILE:
            return f"file {artwork.hosted[mark.number].name}"
        case MarkKind.IMAGE:
            return f"image {artwork.images[mark.number].name}"
        case _:
            return mark.kind.value


@pytest.mark.parametrize("mail", [*OWN, *BORROWED], ids=str)
def test_edition(mail: Mail, golden: Callable[[Path, str], None]) -> None:
    artwork = rendered(mail.template).artwork
    assert artwork is not None
    text = artwork.texts[mail.language]
    head = f"<!-- subject: {shown(artwork, text.subject)} | preheader: {text.preheader} -->\n"
    folder = HERE / mail.template
    golden(folder / f"edition.{mail.language}.html", head + _BREAK.sub(r"\1\n", shown(artwork, text.html)))
    golden(folder / f"edition.{mail.language}.txt", shown(artwork, text.text))


def test_a_bilingual_mail_is_small_enough_for_gmail() -> None:
    """Gmail clips a message at 102 KB; tracked addresses are reckoned with 120 characters."""
    for mail in OWN:
        artwork = rendered(mail.template).artwork
        assert artwork is not None
        html = artwork.texts[mail.language].html
        size = sum(len(piece.encode()) if isinstance(piece, str) else 120 for piece in html)
        assert size < 90_000, f"{mail}: {size}"


def test_the_specimen_shows_every_component() -> None:
    """What no golden pair shows can change without anybody seeing it."""
    for language in ("en", "fr"):
        written = (ROOT / f"tests/browser/specimen.{language}.md").read_text(encoding="utf-8")
        shown = set(re.findall(r"^::: ([\w-]+)", written, re.MULTILINE))
        assert CATALOGUE.keys() <= shown
