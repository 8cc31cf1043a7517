"""The headings, as a screen reader jumps from one to the next.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.page import Element
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

NAME = "heading-order"

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def check(context: CheckContext) -> Iterator[Finding]:
    """One heading of the first level, and no level skipped on the way down (WCAG 1.3.1, 2.4.6).

    Level: warning. A mail in both languages is made of the two.
    """
    for language, text, page in context.texts:
        if BOTH in language:
            continue
        headings = [one for one in page.elements if one.tag in _HEADINGS and not one.hidden and one.text]
        if text.title:  # it is the first heading: title-missing or subject-missing says that it is empty
            yield from _first(context, headings, language)
        for before, heading in pairwise(headings):
            if int(heading.tag[1]) > int(before.tag[1]) + 1:
                yield _skipped(context, before, heading, language)


def _first(context: CheckContext, headings: list[Element], language: str) -> Iterator[Finding]:
    found = [one for one in headings if one.tag == "h1"]
    if len(found) == 1:
        return
    message = Said(
        f"the mail has {len(found)} headings of the first level instead of one",
        f"le courriel a {len(found)} titres de premier niveau plutôt qu’un seul",
    )
    hint = Said(
        "The title of the issue is the first heading; begin those of the text with ##.",
        "Le titre du numéro est le premier titre; commencez ceux du texte par ##.",
    )
    place = _place(context, found[-1], language) if found else context.template
    yield warning(NAME, message, place, language, hint=hint)


def _skipped(context: CheckContext, before: Element, heading: Element, language: str) -> Finding:
    level, above = int(heading.tag[1]), int(before.tag[1])
    shown = short(heading.words)
    message = Said(
        f"“{shown}” is a heading of level {level} below one of level {above}",
        f"«{NBSP}{shown}{NBSP}» est un titre de niveau {level} sous un titre de niveau {above}",
    )
    hint = Said(
        f"Begin it with {'#' * (above + 1)}: levels are taken one by one.",
        f"Commencez-le par {'#' * (above + 1)}{NBSP}: les niveaux se suivent un à un.",
    )
    return warning(NAME, message, _place(context, heading, language), language, hint=hint)


def _place(context: CheckContext, heading: Element, language: str) -> Place | None:
    return (
        context.where(f"# {heading.text}", language)
        or context.where(heading.text, language)
        or context.template
    )
