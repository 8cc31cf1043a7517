"""What must hold of every email once its styles are in place; asserted each time, not only in tests.

In: the HTML of an email with tokens. Out: what does not hold, in words. Called by compose.parts. Rendering research 3 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compose.scan import VOID
from newsletter.model.said import Said

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_EDGE = re.compile(r"<!--\[if[^\]]*\]>|<!\[endif\]-->", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][\w:-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>", re.IGNORECASE)
_TABLE = re.compile(r"<(/?)(table|th)\b([^>]*)>", re.IGNORECASE)
_ROLE = re.compile(r"\srole=[\"'](?:presentation|none|table|grid)[\"']", re.IGNORECASE)
_SPEAKS = (
    re.compile(r"\slang=[\"']?[a-z]", re.IGNORECASE),
    re.compile(r"\sdir=[\"']?(?:ltr|rtl)", re.IGNORECASE),
)
_HTML = re.compile(r"<html\b([^>]*)>", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^>]*>(.*)</body>", re.IGNORECASE | re.DOTALL)
_ADDRESS_WITH_BRACES = re.compile(
    r"\s(?:href|src|background)=[\"'][^\"']*(?:\{\{|\{%|%7B%7B|%7B%25)", re.IGNORECASE
)
_SCHEMES = tuple(
    re.compile(rf'<meta\b[^>]*name="{name}"[^>]*content="[^"]*(?:light|dark)', re.IGNORECASE)
    for name in ("color-scheme", "supported-color-schemes")
)


def broken(html: str) -> Iterator[Said]:
    """Every promise that an email does not keep."""
    if not html.startswith("<!DOCTYPE html>"):
        yield Said("the doctype is not there", "le doctype est absent")
    if not _conditions_close(html):
        yield Said(
            "a conditional comment for Outlook is not closed, or is closed twice",
            "un commentaire conditionnel pour Outlook n’est pas fermé, ou l’est deux fois",
        )
    if _ADDRESS_WITH_BRACES.search(html):
        yield Said(
            "an address holds a placeholder that nobody will fill in",
            "une adresse contient un champ que personne ne remplira",
        )
    if next(bare_tables(html), None) is not None:
        yield Said(
            "a table is neither marked as layout nor has headings",
            "un tableau n’est pas marqué comme mise en page, et n’a pas non plus de titres",
        )
    yield from _silent(html)


def _silent(html: str) -> Iterator[Said]:
    """What the email does not say of itself."""
    whole = _HTML.search(html)
    if whole is None or not _speaks(whole[1]):
        yield Said(
            "<html> does not say its language and direction",
            "<html> ne dit pas sa langue ni son sens d’écriture",
        )
    if not all(_speaks(child) for child in _children_of_body(html)):
        yield Said(
            "a part of the body does not say its language and direction",
            "une partie du corps ne dit pas sa langue ni son sens d’écriture",
        )
    if not all(scheme.search(html) for scheme in _SCHEMES):
        yield Said(
            "the email does not say that it has colours for light and dark",
            "le courriel ne dit pas qu’il a des couleurs pour le clair et le sombre",
        )


def bare_tables(html: str) -> Iterator[int]:
    """Where the attributes of each table end that has neither a role nor headings of its own: a screen reader would count its cells."""
    opened: list[int] = []
    for match in _TABLE.finditer(html):
        if match[2].lower() == "th":
            if opened and not match[1]:
                opened[-1] = -1
        elif not match[1]:
            opened.append(-1 if _ROLE.search(match[3]) else match.end(3))
        elif opened and (at := opened.pop()) >= 0:
            yield at
    yield from (at for at in opened if at >= 0)


def _conditions_close(html: str) -> bool:
    depth = 0
    for match in _EDGE.finditer(html):
        depth += -1 if match[0][1:4].lower() == "![e" else 1
        if depth not in {0, 1}:
            return False
    return depth == 0


def _children_of_body(html: str) -> Iterator[str]:
    """The attributes of the elements that stand directly in the body, outside what only Outlook reads."""
    body = _BODY.search(_COMMENT.sub("", html))
    depth = 0
    for match in _TAG.finditer(body[1]) if body else ():
        if match[1]:
            depth -= 1
            continue
        if depth == 0:
            yield match[3]
        if match[2].lower() not in VOID and not match[3].endswith("/"):
            depth += 1


def _speaks(attributes: str) -> bool:
    return all(one.search(attributes) for one in _SPEAKS)
