"""Campaign tags in addresses, and people in them.

In: the links of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.links import authored, host_of, name_of, place_of, registered
from newsletter.checks.page import Page
from newsletter.model.artwork import Mark, MarkKind, SlotContext
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, quoted

NAME = "link-tracking"

_TAGS = ("utm_source", "utm_medium", "utm_campaign")
_PEOPLE = frozenset({"email", "first_name", "last_name"})
_IN_PART = re.compile(r"(?:^|[?&])utm_\w+=", re.IGNORECASE)
_TAKE_OUT = Said("Take them out.", "Retirez-les.")
_AGREE = Said(
    "Tag all links to a site alike, or none.",
    "Marquez de la même façon tous les liens vers un site, ou aucun.",
)
_PRIVATE = Said(
    "An address stands in logs, histories and other sites’ statistics: take people out of it.",
    f"Une adresse reste dans des journaux, des historiques et les statistiques d’autres sites{NBSP}: retirez-en les personnes.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Campaign tags (`utm_source` and its like) are the same throughout, and no address holds a person's name or mail address.

    Level: warning, when of several links to one site only some are tagged, when tags differ, for a personal field or a mail
    address in the query of a link, and for tags that nobody can read: twice in one address, without a value, behind the sign `#`, in a
    `mailto:`. The program adds no tags of its own, and leaves an author's as they are. Links of the program itself, to leave or to view, are never tagged.
    """
    for language, _text, page in context.texts:
        if BOTH not in language:
            yield from _uneven(context, page, language)
            yield from _written(context, page, language)
            yield from _amiss(context, page, language)
    yield from _personal(context)


def _uneven(context: CheckContext, page: Page, language: str) -> Iterator[Finding]:
    sites: dict[str, list[tuple[str, str, frozenset[tuple[str, str]]]]] = {}
    for element, href in authored(page):
        host = host_of(href)
        if host:
            tags = frozenset(pair for pair in parse_qsl(urlsplit(href).query) if pair[0].lower() in _TAGS)
            sites.setdefault(registered(host), []).append((href, name_of(element), tags))
    for site, links in sites.items():
        usual, _times = Counter(tags for _, _, tags in links).most_common(1)[0]
        odd = next(((href, name) for href, name, tags in links if tags != usual), None)
        if odd:
            message = Said(
                f"the links to {site} are tagged in different ways: “{short(odd[0])}”",
                f"les liens vers {site} sont marqués de façons différentes{NBSP}: «{NBSP}{short(odd[0])}{NBSP}»",
            )
            yield warning(NAME, message, place_of(context, *odd, language), language, hint=_AGREE)


def _written(context: CheckContext, page: Page, language: str) -> Iterator[Finding]:
    for element, href in authored(page):
        if host_of(href) and any("@" in value for _, value in parse_qsl(urlsplit(href).query)):
            message = Said(
                f"“{short(href)}” holds somebody’s mail address",
                f"«{NBSP}{short(href)}{NBSP}» contient l’adresse courriel de quelqu’un",
            )
            place = place_of(context, href, name_of(element), language)
            yield warning(NAME, message, place, language, hint=_PRIVATE)


def _amiss(context: CheckContext, page: Page, language: str) -> Iterator[Finding]:
    """Tags that no statistics read: twice in one address, without a value, behind the sign #, in a mail address."""
    for element, href in authored(page):
        for message, hint in _faults(href):
            place = place_of(context, href, name_of(element), language)
            yield warning(NAME, message, place, language, hint=hint)


def _faults(href: str) -> Iterator[tuple[Said, Said]]:
    shown = quoted(short(href))
    parts = urlsplit(href)
    tags = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if _is_tag(pair[0])]
    if parts.scheme.lower() == "mailto" and tags:
        yield (
            Said(
                f"{shown.en} is a mail address with campaign tags",
                f"{shown.fr} est une adresse courriel avec des marqueurs",
            ),
            _TAKE_OUT,
        )
        return
    if _IN_PART.search(parts.fragment):
        yield (
            Said(
                f"{shown.en} has campaign tags behind the sign #",
                f"{shown.fr} a des marqueurs après le signe #",
            ),
            Said(
                "Put them before it: there, statistics read them.",
                f"Mettez-les avant{NBSP}: c’est là qu’on les lit.",
            ),
        )
    doubled = [name for name, times in Counter(name.lower() for name, _ in tags).items() if times > 1]
    if doubled:
        yield (
            Said(f"{shown.en} has {doubled[0]} twice", f"{shown.fr} a deux fois {doubled[0]}"),
            Said("Keep one.", "Gardez-en un seul."),
        )
    empty = next((name for name, value in tags if not value.strip()), "")
    if empty:
        yield (
            Said(f"{shown.en} has {empty} without a value", f"{shown.fr} a {empty} sans valeur"),
            Said("Give it a value, or take it out.", "Donnez-lui une valeur, ou retirez-le."),
        )


def _is_tag(name: str) -> bool:
    return name.lower().startswith("utm_")


def _personal(context: CheckContext) -> Iterator[Finding]:
    for language, text, _page in context.texts:
        numbers = {
            piece.number
            for piece in text.html
            if isinstance(piece, Mark) and piece.kind is MarkKind.SLOT and piece.context is SlotContext.URL
        }
        for number in sorted(numbers):
            slot = context.artwork.slots[number]
            if slot.field in _PEOPLE:
                message = Said(
                    f"an address holds “{slot.field}” of the reader",
                    f"une adresse contient «{NBSP}{slot.field}{NBSP}» du lecteur",
                )
                place = slot.place or context.where(f"member.{slot.field}", language)
                yield warning(NAME, message, place, language, hint=_PRIVATE)
