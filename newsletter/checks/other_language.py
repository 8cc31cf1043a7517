"""Words and links of one language in the text of the other.

In: the outline of one language, or two side by side. Out: findings. Called by bilingual_parity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from newsletter.checks.aligning import NAME, Aligned
from newsletter.checks.context import error, short, warning
from newsletter.checks.language_of import foreign, label
from newsletter.checks.parity_told import language
from newsletter.checks.pieces import Part, parts_of
from newsletter.model.finding import Finding
from newsletter.model.outline import Outline, Piece, PieceLink
from newsletter.model.said import NBSP, Said, quoted

_TONGUES = {
    "en": re.compile(r"^(?:en|eng|english)(?:[-_]ca)?$", re.IGNORECASE),
    "fr": re.compile(r"^(?:fr|fra|french|francais)(?:[-_]ca)?$", re.IGNORECASE),
}
_ENDINGS = {
    "en": re.compile(r"[-_](?:e|en|eng)\.(?:html?|aspx?|pdf)$"),
    "fr": re.compile(r"[-_](?:f|fr|fra)\.(?:html?|aspx?|pdf)$"),
}
_KEYS = frozenset(("lang", "language", "locale", "hl", "langue"))
#: who says which language a page is in has thought of it
_SAID = re.compile(
    r"\b(?:english|french|anglais|français|francophone|anglophone)\b|\((?:en|fr|EN|FR)\)", re.IGNORECASE
)


def check(aligned: Aligned) -> Iterator[Finding]:
    """What is in the wrong language, in both."""
    for outline, other in ((aligned.first, aligned.second), (aligned.second, aligned.first)):
        yield from _sentences(outline, other.language)
        yield from _links(outline, other.language)
    yield from _labels(aligned)


def _sentences(outline: Outline, other: str) -> Iterator[Finding]:
    for part in parts_of(outline):
        if part.piece.attributes.get("lang", outline.language) != outline.language:
            continue
        for found in foreign(part.text, outline.language):
            yield _left(part, found.text, other, sure=found.sure)


def _left(part: Part, text: str, other: str, *, sure: bool) -> Finding:
    words, tongue, own = quoted(short(text)), language(other), language(part.language)
    message = Said(
        f"{words.en} is {tongue.en}, in the {own.en} text",
        f"{words.fr} est en {tongue.fr}, dans le texte {own.fr}",
    )
    hint = Said(
        "Translate it; a title or a saying goes between quotation marks.",
        "Traduisez-le; un titre ou une parole se met entre guillemets.",
    )
    return (error if sure else warning)(NAME, message, part.place(text), part.language, hint=hint)


def _labels(aligned: Aligned) -> Iterator[Finding]:
    """What is too short for small words, and stands letter for letter in both languages."""
    for first, second in aligned.pairs:
        if first is None or second is None:
            continue
        written = {(part.name, _plain(part.text)) for part in first.parts}
        for part in second.parts:
            if (part.name, _plain(part.text)) in written and not list(foreign(part.text, second.language)):
                if label(part.text, first.language):
                    yield _left(part, part.text, first.language, sure=False)
                elif label(part.text, second.language):
                    yield from _same(first.parts, part, second.language)


def _same(parts: tuple[Part, ...], part: Part, tongue: str) -> Iterator[Finding]:
    """The same words on the side of the language that they are not in."""
    same = (one for one in parts if (one.name, _plain(one.text)) == (part.name, _plain(part.text)))
    told = (one for one in same if not list(foreign(one.text, one.language)))
    yield from (_left(one, one.text, tongue, sure=False) for one in told)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _links(outline: Outline, other: str) -> Iterator[Finding]:
    for piece in outline.pieces:
        for link in piece.links:
            if (
                of_language(link.url, other)
                and not of_language(link.url, outline.language)
                and not _meant(piece, link)
            ):
                words, tongue, own = quoted(short(link.url, 80)), language(other), language(outline.language)
                message = Said(
                    f"{words.en} is the {tongue.en} page, in the {own.en} text",
                    f"{words.fr} est la page en {tongue.fr}, dans le texte {own.fr}",
                )
                hint = Said(
                    f"Link the {own.en} page; where there is none, say so: (in {tongue.en} only).",
                    f"Mettez le lien de la page en {own.fr}; s’il n’y en a pas, dites-le{NBSP}: (en {tongue.fr} seulement).",
                )
                yield warning(NAME, message, piece.place_of(link.url), outline.language, hint=hint)


def _meant(piece: Piece, link: PieceLink) -> bool:
    """True where the words of a link, or those right behind it, say which language it leads to."""
    behind = piece.text.partition(link.text)[2][:40] if link.text else piece.text
    return bool(_SAID.search(link.text) or _SAID.search(behind))


def of_language(url: str, tongue: str) -> bool:
    """True for an address that says that its page is in a language: `/en/`, `en.host`, `?lang=en`, `page-e.html`."""
    named, ending = _TONGUES.get(tongue), _ENDINGS.get(tongue)
    if named is None or ending is None:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that no host has; its own check tells
        return False
    segments = [*parts.path.split("/"), parts.netloc.split(".", 1)[0]]
    asked = [value for key, value in parse_qsl(parts.query) if key.lower() in _KEYS]
    return any(named.match(one) for one in (*segments, *asked)) or bool(ending.search(parts.path))
