"""The address that a mail comes from.

In: sender, answers and identity of the list. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, warning
from newsletter.checks.links import same_owner
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

NAME = "from-domain"

_PLACE = Place("newsletter.toml")
_FREE = Said(
    "Send from a domain of your own: Gmail, Yahoo and Microsoft refuse bulk mail in the name of theirs (DMARC).",
    f"Envoyez depuis votre propre domaine{NBSP}: Gmail, Yahoo et Microsoft refusent les envois de masse au nom du leur (DMARC).",
)
_ALIGN = Said(
    "Keep them under one domain: what does not belong together looks like a forgery.",
    f"Gardez-les sous un même domaine{NBSP}: ce qui ne va pas ensemble ressemble à un faux.",
)
_NAME = Said(
    "Give the sender alone: no address, no sign or emoji, no number (Gmail's sender rules).",
    f"Donnez l’expéditeur seul{NBSP}: ni adresse, ni signe ou émoji, ni nombre (règles de Gmail pour les expéditeurs).",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """The mail comes from a domain of the publication's own, and what names it belongs together (Gmail, Yahoo and Microsoft sender rules).

    Levels: error for a sender at a free-mail host, and for a personal field in the sender's name; warning when the address for answers,
    the list's identity or the host of our links belongs to another domain than the sender, and for a sender's name with an address, an
    emoji or a number in brackets. The list of free-mail hosts is a threshold.
    """
    sender = context.artwork.sender
    domain = sender.address.rpartition("@")[2].lower()
    if domain in context.words(f"{NAME}.free"):
        message = Said(
            f"the sender’s address is at {domain}, a free-mail host",
            f"l’adresse de l’expéditeur est chez {domain}, un service gratuit",
        )
        yield error(NAME, message, _PLACE, hint=_FREE)
        return
    for host, what in _others(context):
        if host and not same_owner(host, domain):
            message = Said(
                f"{what.en} belongs to {host}, the sender to {domain}",
                f"{what.fr} relève de {host}, l’expéditeur de {domain}",
            )
            yield warning(NAME, message, _PLACE, hint=_ALIGN)
    for language, name in sender.name.items():
        yield from _judge(context, language, name)


def _others(context: CheckContext) -> Iterator[tuple[str, Said]]:
    reply = context.artwork.reply_to or context.publication.reply_to
    yield reply.rpartition("@")[2].lower(), Said("the address for answers", "l’adresse de réponse")
    yield (
        context.publication.list_id.lower(),
        Said("the identity of the list (list_id)", "l’identité de la liste (list_id)"),
    )
    yield (
        context.public_host,
        Said("the host of links and pages (web.base_url)", "l’hôte des liens et des pages (web.base_url)"),
    )


def _judge(context: CheckContext, language: str, name: str) -> Iterator[Finding]:
    place = context.key("from", language) or _PLACE
    if "{{" in name:
        message = Said(
            "the sender’s name holds a personal field", "le nom de l’expéditeur contient un champ personnel"
        )
        yield error(NAME, message, place, language, hint=_NAME)
    elif (
        "@" in name or re.search(r"\(\d+\)", name) or any(unicodedata.category(sign) == "So" for sign in name)
    ):
        message = Said(
            f"the sender’s name “{name}” holds more than a name",
            f"le nom de l’expéditeur «{NBSP}{name}{NBSP}» contient plus qu’un nom",
        )
        yield warning(NAME, message, place, language, hint=_NAME)
