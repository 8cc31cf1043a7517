"""Links that were asked, and what came of it.

In: the links of an email, and their results where somebody asked for them. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import ada_url

from newsletter.checks.context import CheckContext, short
from newsletter.model.artwork import Link
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.link_result import LinkResult, without_part
from newsletter.model.said import NOTHING, Said, quoted

NAME = "link-status"


class Told(NamedTuple):
    """What is said of a link: severity, the sentence behind its address, hint."""

    severity: Severity
    message: Said
    hint: Said = NOTHING


_OPEN = Said("Open it yourself.", "Ouvrez-le vous-même.")
_LATER = Said(
    "Open it yourself, or ask again later.", "Ouvrez-le vous-même, ou vérifiez de nouveau plus tard."
)
_WHY = {
    "name": (
        Said("leads nowhere: there is no such host", "ne mène nulle part\u00a0: cet hôte n’existe pas"),
        Said("Was the name misspelt?", "Le nom est-il mal orthographié?"),
    ),
    "connect": (
        Said("leads to a host where nobody answers", "mène à un hôte où personne ne répond"),
        Said("Open it yourself; was the address misspelt?", "Ouvrez-le vous-même; l’adresse est-elle juste?"),
    ),
    "time": (Said("was not answered in time", "n’a pas obtenu de réponse à temps"), _LATER),
    "answer": (
        Said(
            "is answered with something that is no web page", "obtient une réponse qui n’est pas une page Web"
        ),
        _OPEN,
    ),
    "size": (Said("is answered without an end", "obtient une réponse sans fin"), _OPEN),
    "redirects": (
        Said("redirects without an end, or to nowhere", "est redirigé sans fin, ou vers nulle part"),
        Said("Link to the page itself.", "Faites un lien vers la page elle-même."),
    ),
    "refused": (
        Said(
            "was not asked: it leads to what is not on the public Internet",
            "n’a pas été vérifié\u00a0: il mène hors de l’Internet public",
        ),
        Said(
            "Link to a page that every reader can reach.",
            "Faites un lien vers une page que chaque lecteur peut atteindre.",
        ),
    ),
}


def check(context: CheckContext) -> Iterator[Finding]:
    """With `newsletter check --links`: every link is answered.

    Level: warning for an answer of 4xx or 5xx, no such host, nobody there, a certificate that browsers refuse, no answer in time,
    redirects without an end; info for a page that moved for good, for an address that now leads to the site's first page, and for
    an answer that servers give to programs only (`unsure`: 403, 429 …). Personal links, our own pages and addresses that sign off
    are not asked.
    """
    unsure = frozenset(context.words(f"{NAME}.unsure"))
    seen: set[tuple[str, str]] = set()
    for link in context.artwork.links:
        result = context.links.get(without_part(link.url))
        if result is None or (link.url, link.language) in seen:
            continue
        seen.add((link.url, link.language))
        told = judged(result, unsure)
        if told:
            yield _finding(context, link, told)


def _finding(context: CheckContext, link: Link, told: Told) -> Finding:
    place = link.place or context.where(link.url, link.language) or context.template
    name = quoted(short(link.url))
    message = Said(f"{name.en} {told.message.en}", f"{name.fr} {told.message.fr}")
    return finding(NAME, told.severity, message, place, link.language, hint=told.hint)


def judged(result: LinkResult, unsure: frozenset[str]) -> Told | None:
    """What is to be said of a result; None when all is well, or nobody asked."""
    if result.skip:
        return None
    if result.why:
        return _unreached(result)
    return _moved(result) if result.well else _refused(result, unsure)


def _unreached(result: LinkResult) -> Told:
    if result.why == "tls":
        detail = f" ({result.detail})" if result.detail else ""
        message = Said(
            f"shows a certificate that browsers refuse{detail}",
            f"présente un certificat que les navigateurs refusent{detail}",
        )
        hint = Said(
            "Readers would see a warning: tell whoever runs the site.",
            "Les lecteurs verraient un avertissement\u00a0: prévenez les responsables du site.",
        )
        return Told(Severity.WARNING, message, hint)
    message, hint = _WHY.get(result.why, _WHY["answer"])
    return Told(Severity.WARNING, message, hint)


def _refused(result: LinkResult, unsure: frozenset[str]) -> Told:
    status = result.status
    if str(status) in unsure:
        message = Said(
            f"answers {status} to programs, which says little",
            f"répond {status} aux programmes, ce qui dit peu de chose",
        )
        return Told(Severity.INFO, message, _OPEN)
    if status in {404, 410}:
        message = Said(
            f"leads to a page that is not there ({status})", f"mène à une page qui n’existe pas ({status})"
        )
        hint = Said("Mend the address, or take the link away.", "Corrigez l’adresse, ou retirez le lien.")
        return Told(Severity.WARNING, message, hint)
    return Told(Severity.WARNING, Said(f"is answered with {status}", f"obtient la réponse {status}"), _LATER)


def _moved(result: LinkResult) -> Told | None:
    if _to_the_front(result):
        host = ada_url.URL(result.final).hostname
        message = Said(
            f"now leads to the first page of {host}", f"mène maintenant à la page d’accueil de {host}"
        )
        hint = Said(
            "Is the story still there? Link to it.", "L’article existe-t-il encore? Faites-y un lien."
        )
        return Told(Severity.INFO, message, hint)
    if result.moved_to:
        new = short(result.moved_to, 200)
        message = Said(f"moved for good to {new}", f"a déménagé pour de bon à {new}")
        return Told(Severity.INFO, message, Said("Write the new address.", "Écrivez la nouvelle adresse."))
    return None


def _to_the_front(result: LinkResult) -> bool:
    """A site that sends what it no longer has to its first page: it says 200, and readers find nothing."""
    if not result.steps:
        return False
    asked, final = ada_url.URL(result.url), ada_url.URL(result.final)
    deep = asked.pathname.strip("/").count("/") >= 1
    return deep and final.pathname.strip("/") in {"", "en", "fr", "index.html"} and not final.search
