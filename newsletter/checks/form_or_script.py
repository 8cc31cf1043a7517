"""What no mail program runs.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.checks.page import Page
from newsletter.model.finding import Finding
from newsletter.model.said import Said

NAME = "form-or-script"

_TAGS = frozenset(
    [
        "script",
        "form",
        "input",
        "select",
        "textarea",
        "button",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "video",
        "audio",
        "canvas",
        "base",
        "dialog",
        "template",
    ]
)
# Web fonts as MJML brings them, in a comment that hides them from Outlook: nobody loses by them.
_FONTS = re.compile(
    r"<!--\[if !mso\]><!-->\s*(?:<link\b[^>]*>\s*)*(?:<style[^>]*>\s*(?:@import url\([^)]*\);\s*)*</style>\s*)?<!--<!\[endif\]-->"
)
_IMPORT = re.compile(r"@import\b", re.IGNORECASE)
_LINKED = re.compile(r"<link\b[^>]*\brel=\"?stylesheet", re.IGNORECASE)
_HINT = Said(
    "Link to a page that has it. Mail programs take it out, and filters take it for an attack.",
    "Mettez un lien vers une page qui le contient. Les logiciels de courriel l’enlèvent, et les filtres y voient une attaque.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """No forms, scripts, frames, players, or styles from elsewhere: mail programs take them out, and filters distrust the mail.

    Level: error, for such elements, for `on…=` attributes, `@import`, linked stylesheets and <meta http-equiv="refresh">. Web fonts
    in the guarded form that MJML writes are no fault.
    """
    for language, _text, page in context.texts:
        for what in dict.fromkeys(_found(page)):
            message = Said(
                f"the mail holds {what}, which no mail program runs",
                f"le courriel contient {what}, qu’aucun logiciel de courriel n’exécute",
            )
            place = context.where(what, language) or context.template
            yield error(NAME, message, place, language, hint=_HINT)


def _found(page: Page) -> Iterator[str]:
    for element in page.elements:
        if element.tag in _TAGS:
            yield f"<{element.tag}"
        yield from (f"{name}=" for name in element.attributes if name.startswith("on"))
        if element.tag == "meta" and element.attributes.get("http-equiv", "").lower() == "refresh":
            yield 'http-equiv="refresh"'
    unguarded = _FONTS.sub("", page.html)
    if _IMPORT.search(unguarded):
        yield "@import"
    if _LINKED.search(unguarded):
        yield "<link"
