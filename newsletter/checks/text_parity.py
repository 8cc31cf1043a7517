"""The plain-text part says what the HTML says.

In: both parts of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.links import authored, name_of, place_of
from newsletter.checks.page import SLOT, Element, Page, sample
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

NAME = "text-parity"

_TAG = re.compile(
    r"</?(?:p|br|div|span|td|tr|table|a|img|b|i|em|strong|h[1-6]|ul|ol|li|font|style|center)\b[^<>]*>|&(?:nbsp|amp|lt|gt|quot|#\d+);",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_HINT = Said(
    "Look at the plain text in the preview; the text forms stand beside the templates and components (….txt).",
    "Regardez le texte brut dans l’aperçu; les formes en texte se trouvent à côté des gabarits et des composants (….txt).",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Who reads plain text reads the same: the same links, nearly the same words, and no HTML.

    Levels: error when there is no plain text; warning for a link of the HTML that the text has not, when less than `words` percent of
    the visible words are in it, and for tags or entities that would be read as they stand.
    """
    for language, text, page in context.texts:
        plain = sample(text.text, context.artwork)
        place = Place(f"templates/{context.artwork.template}.txt")
        if f"templates/{context.artwork.template}.txt" not in context.sources:
            place = context.template
        if not plain.strip():
            yield error(NAME, Said("there is no plain text", "il n’y a pas de texte brut"), place, language)
            continue
        yield from _links(context, page, plain, language)
        share = 100 * _share(page.text, plain)
        if share < context.number(f"{NAME}.words"):
            message = Said(
                f"the plain text has only {share:.0f}% of the words of the HTML",
                f"le texte brut n’a que {share:.0f}{NBSP}% des mots du HTML",
            )
            yield warning(NAME, message, place, language, hint=_HINT)
        yield from _tags(context, page, plain, language)


def _links(context: CheckContext, page: Page, plain: str, language: str) -> Iterator[Finding]:
    for element, href in authored(page):
        if (
            element.hidden
            or not href.lower().startswith(("http:", "https:"))
            or _logo(context, element, href)
        ):
            continue
        target = re.escape(href.split("://", 1)[-1].rstrip("/"))
        if not re.search(rf"{target}/?(?![\w/?&=%#-])", plain):
            message = Said(
                f"the plain text lacks the link “{short(href)}”",
                f"le lien «{NBSP}{short(href)}{NBSP}» manque dans le texte brut",
            )
            place = place_of(context, href, name_of(element), language)
            yield warning(NAME, message, place, language, hint=_HINT)


def _logo(context: CheckContext, element: Element, href: str) -> bool:
    """True for the logo's own link: words have none."""
    return not element.text and href.rstrip("/") == context.publication.website.rstrip("/")


def _tags(context: CheckContext, page: Page, plain: str, language: str) -> Iterator[Finding]:
    for words in dict.fromkeys(_TAG.findall(plain)):
        if words not in page.text:  # code that is meant to be read
            message = Said(
                f"“{short(words)}” would be read as it stands in the plain text",
                f"«{NBSP}{short(words)}{NBSP}» se lirait tel quel dans le texte brut",
            )
            yield warning(NAME, message, context.where(words, language), language, hint=_HINT)


def _share(html: str, plain: str) -> float:
    """Which part of the words of one are in the other, each as often as it comes."""
    wanted, there = Counter(_words(html)), Counter(_words(plain))
    total = wanted.total()
    return (wanted & there).total() / total if total else 1.0


def _words(text: str) -> list[str]:
    flat = unicodedata.normalize("NFKC", text).casefold().replace(SLOT, " ")
    return _WORD.findall(flat.replace("\u00ad", ""))
