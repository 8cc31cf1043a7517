"""The language that screen readers and translators are told.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.checks.page import Element, Page
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "html-lang"

_HINT = Said(
    'Begin the template with {% extends "base.mjml" %}: its <mjml> has lang and dir.',
    f'Commencez le gabarit par {{% extends "base.mjml" %}}{NBSP}: son <mjml> a lang et dir.',
)
_DIRECTIONS = frozenset({"ltr", "rtl"})


def check(context: CheckContext) -> Iterator[Finding]:
    """`lang` and `dir` are stated, and right, on <html> and on what stands directly in <body> (many mail programs drop <html>).

    Level: error. A mail in both languages states the first on <html>, and the second around its own part (WCAG 3.1.1, 3.1.2).
    """
    for language, _text, page in context.texts:
        for message in _faults(page, language.split(BOTH)):
            yield error(
                NAME,
                message,
                context.template,
                language,
                hint=_HINT,
            )


def _faults(page: Page, languages: list[str]) -> Iterator[Said]:
    first = languages[0]
    root = next(page.every("html"), None)
    if root is None or not _speaks(root, first):
        yield Said(f'<html> does not say lang="{first}"', f'<html> n’indique pas lang="{first}"')
    if root is None or root.attributes.get("dir", "") not in _DIRECTIONS:
        yield Said('<html> does not say dir="ltr"', '<html> n’indique pas dir="ltr"')
    body = [element for element in page.elements if element.parent and element.parent.tag == "body"]
    if any(element.text and not _stated(element, languages) for element in body):
        yield Said(
            "something directly in <body> does not state its lang and dir",
            "un élément placé directement dans <body> n’indique ni lang ni dir",
        )
    for other in languages[1:]:
        if not any(_speaks(element, other) and element.text for element in page.elements):
            yield Said(
                f'no part of the mail says lang="{other}"',
                f'aucune partie du courriel n’indique lang="{other}"',
            )


def _stated(element: Element, languages: list[str]) -> bool:
    known = any(_speaks(element, language) for language in languages)
    return known and element.attributes.get("dir", "") in _DIRECTIONS


def _speaks(element: Element, language: str) -> bool:
    """True for the language itself or one of its forms: `fr` for fr, `fr-CA` for fr."""
    stated = element.attributes.get("lang", "").lower()
    return stated == language.lower() or stated.startswith(f"{language.lower()}-")
