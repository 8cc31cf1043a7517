"""Links that hide where they lead.

In: the links of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from newsletter.checks.context import CheckContext, error, short
from newsletter.checks.links import authored, host_of, name_of, place_of
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "link-shortener"

_HINT = Said(
    "Write the address that it leads to: mail filters distrust hidden ones, and the program counts clicks by itself.",
    f"Écrivez l’adresse à laquelle il mène{NBSP}: les filtres se méfient des adresses cachées, et le programme compte lui-même les clics.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """No link goes through a shortener (bit.ly and its like), nor to a bare number: spammers do so, and filters know it.

    Level: error. The list of hosts is a threshold.
    """
    hosts = frozenset(context.words(f"{NAME}.hosts"))
    for language, _text, page in context.texts:
        for element, href in authored(page):
            message = _fault(href, host_of(href), hosts)
            if message:
                place = place_of(context, href, name_of(element), language)
                yield error(NAME, message, place, language, hint=_HINT)


def _fault(href: str, host: str, hosts: frozenset[str]) -> Said | None:
    shown = short(href)
    if host in hosts:
        return Said(
            f"“{shown}” goes through {host}, which hides where it leads",
            f"«{NBSP}{shown}{NBSP}» passe par {host}, qui cache où il mène",
        )
    if _numeric(host):
        return Said(
            f"“{shown}” leads to a bare number instead of a name",
            f"«{NBSP}{shown}{NBSP}» mène à un numéro plutôt qu’à un nom",
        )
    return None


def _numeric(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_global  # others are link-malformed
    except ValueError:
        return False
