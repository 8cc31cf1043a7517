"""Styles that Gmail throws away as a whole.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.checks.page import Page
from newsletter.model.finding import Finding, Severity
from newsletter.model.said import NBSP, Said, decimal

NAME = "head-css"

_KILOBYTE = 1024
_QUIET = re.compile(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'", re.DOTALL)
_HINT = Said(
    "Gmail drops all styles of such a mail: what phones and dark screens need is lost. Look at templates/head.css.",
    f"Gmail rejette alors tous les styles{NBSP}: ce qu’il faut aux téléphones et au mode sombre est perdu. Voyez templates/head.css.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """The styles in the head are such as Gmail keeps (caniemail 144, email-bugs 90).

    Level: error, when they hold more than `most` kilobytes (1,024 bytes) in all, when an @-rule stands within another, and for a
    <style> in the body. What stands in comments for Outlook does not count.
    """
    most = context.number(f"{NAME}.most")
    # A block of styles that an author or a template put into the body was told by composing, with its line.
    told = any(one.check == "style" and one.severity is Severity.ERROR for one in context.rendering.findings)
    for language, _text, page in context.texts:
        for message in _faults(page, most, told=told):
            yield error(NAME, message, context.template, language, hint=_HINT)


def _faults(page: Page, most: float, *, told: bool) -> Iterator[Said]:
    size = sum(len(style.encode()) for style in page.styles) / _KILOBYTE
    if size > most:
        held = decimal(size, 1)
        yield Said(
            f"the head holds {held.en} KB of styles; Gmail takes {most:g} KB",
            f"l’en-tête contient {held.fr} Ko de styles; Gmail en accepte {most:g} Ko",
        )
    if any(map(_nested, page.styles)):
        yield Said("an @-rule stands within another", "une règle @ se trouve dans une autre")
    if not told and any(element.within("body") for element in page.every("style")):
        yield Said("a <style> stands in the body", "un <style> se trouve dans le corps du message")


def _nested(style: str) -> bool:
    depth = 0
    for sign in re.findall(r"[{}@]", _QUIET.sub("", style)):
        if sign == "@" and depth:
            return True
        depth += (sign == "{") - (sign == "}")
    return False
