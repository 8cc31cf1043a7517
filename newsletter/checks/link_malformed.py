"""Links that lead nowhere.

In: the links of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import ada_url

from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.links import place_of
from newsletter.checks.page import MARK, Element, Page
from newsletter.model import network
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, NOTHING, Said, quoted

NAME = "link-malformed"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+")
_PHONE = re.compile(r"\+?[0-9().\- ]{3,}(;.*)?")
_DOMAIN = re.compile(r"(www\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(/.*)?")
_LOCAL = re.compile(r"localhost|.*\.(localhost|local|internal|intranet|lan|test|invalid)")
_REHEARSAL = re.compile(r"(staging|stage|dev|preprod|uat|sandbox|preview)\d*[.-]")
_DROPPED = frozenset({NAME, "file-missing"})  #: composing's remarks on addresses that it dropped


class Fault(NamedTuple):
    """What is wrong with a link, how to mend it, and whether it surely leads nowhere."""

    message: Said
    hint: Said = NOTHING
    sure: bool = True


def check(context: CheckContext) -> Iterator[Finding]:
    """Every link can lead somewhere for every reader.

    Level: error for an empty address, a bare `#`, an anchor that is not in the mail, `javascript:` and other unsafe kinds, an
    address without `https://`, one that no browser can read, brackets left open, this machine or a private network, a mail address
    that is none; warning for hosts that look like a rehearsal (staging.…), a link without words, a name or password in the address, and a full stop or
    comma at the end. Links are read as browsers read them (WHATWG URL).
    """
    for language, _text, page in context.texts:
        seen: set[str] = set()
        for element in page.every("a"):
            href = _target(context, element)
            known = href or element.text
            if href is None or known in seen or href.startswith(MARK):
                continue
            seen.add(known)
            fault = fault_of(href, page) or _unseen(element)
            if fault:
                yield _finding(context, fault, href, element.text, language)


def _target(context: CheckContext, element: Element) -> str | None:
    """Where a link leads: empty when it was left open (composing drops such an address); None for a mere anchor, or for an
    address that composing dropped and reported."""
    attributes = element.attributes
    if "href" in attributes:
        return attributes["href"]
    anchor = attributes.keys() & {"id", "name"} or not element.text
    return None if anchor or any(known.check in _DROPPED for known in context.rendering.findings) else ""


def _unseen(element: Element) -> Fault | None:
    """A link without words or a picture: nobody sees it, and a screen reader speaks its address."""
    seen = element.text or element.images or element.hidden or "aria-label" in element.attributes
    return (
        None
        if seen
        else Fault(
            Said("has no words to click on", "n’a pas de mots sur lesquels cliquer"),
            Said(
                "Write them between the brackets: [words](https://…).",
                f"Écrivez-les entre les crochets{NBSP}: [mots](https://…).",
            ),
            sure=False,
        )
    )


def _finding(context: CheckContext, fault: Fault, href: str, label: str, language: str) -> Finding:
    make = error if fault.sure else warning
    shown = quoted(short(href or label))
    name = shown if href else Said(f"the link {shown.en}", f"le lien {shown.fr}")
    message = Said(f"{name.en} {fault.message.en}", f"{name.fr} {fault.message.fr}")
    place = place_of(context, href, label, language)
    return make(NAME, message, place, language, hint=fault.hint)


def fault_of(href: str, page: Page) -> Fault | None:
    """What is wrong with an address as it stands in an href; None when nothing is."""
    url = href.strip()
    if not url or url == "#":
        return Fault(
            Said("leads nowhere", "ne mène nulle part"),
            Said("Write the address, or take the link away.", "Écrivez l’adresse, ou retirez le lien."),
        )
    if url.startswith("#"):
        known = url[1:] in page.ids
        return (
            None
            if known
            else Fault(
                Said(
                    "points at a place that is not in the mail",
                    "vise un endroit qui n’est pas dans le courriel",
                )
            )
        )
    scheme = _SCHEME.match(url)
    return _of_scheme(scheme.group().lower(), url) if scheme else _without_scheme(url)


def _of_scheme(scheme: str, url: str) -> Fault | None:
    match scheme:
        case "http:" | "https:":
            return _web(url)
        case "mailto:":
            return _mail(url)
        case "tel:" | "sms:":
            sound = _PHONE.fullmatch(url[4:])
            return (
                None
                if sound
                else Fault(
                    Said("holds no telephone number", "ne contient pas de numéro de téléphone"),
                    Said("Write tel:+1-416-555-0123.", "Écrivez tel:+1-416-555-0123."),
                )
            )
        case _:
            hint = Said(
                "Write an address that begins with https://", "Écrivez une adresse qui commence par https://"
            )
            message = Said(
                f"begins with {scheme}, which mail programs block",
                f"commence par {scheme}, que les logiciels de courriel bloquent",
            )
            return Fault(message, hint)


def _without_scheme(url: str) -> Fault:
    if _DOMAIN.fullmatch(url):
        return _lacks("https://", url)
    if _MAILBOX.fullmatch(url):
        return _lacks("mailto:", url)
    return Fault(
        Said(
            "is no whole address: a mail has no folder to look in",
            f"n’est pas une adresse complète{NBSP}: un courriel n’a pas de dossier où chercher",
        ),
        Said("Begin it with https://", "Commencez-la par https://"),
    )


def _lacks(beginning: str, url: str) -> Fault:
    message = Said(f"lacks {beginning} at its beginning", f"devrait commencer par {beginning}")
    return Fault(message, Said(f"Write {beginning}{url}", f"Écrivez {beginning}{url}"))


def _mail(url: str) -> Fault | None:
    address = url[len("mailto:") :].partition("?")[0]
    parts = [part for part in address.split(",") if part] or [""]
    if all(_MAILBOX.fullmatch(part) for part in parts):
        return None
    return Fault(
        Said("holds no mail address", "ne contient pas d’adresse courriel"),
        Said(
            "Write mailto:name@example.org with the real address.",
            "Écrivez mailto:nom@example.org avec la vraie adresse.",
        ),
    )


def _web(url: str) -> Fault | None:
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return Fault(
            Said("is an address that no browser can read", "est une adresse qu’aucun navigateur ne peut lire")
        )
    if not url.lower().startswith((f"{parsed.protocol}//",)) or re.search(r"\s|\\", url):
        return Fault(
            Said("is not written as an address is", "n’est pas écrit comme une adresse"),
            Said(f"Write {parsed.href}", f"Écrivez {parsed.href}"),
        )
    return _host(parsed.hostname) or _shape(url, parsed)


def _host(host: str) -> Fault | None:
    if _LOCAL.fullmatch(host) or _private(host):
        return Fault(
            Said(
                "leads to a machine that readers cannot reach",
                "mène à une machine que les lecteurs ne peuvent atteindre",
            )
        )
    if "." not in host and ":" not in host:
        return Fault(
            Said(
                f"names “{host}”, which is no public host",
                f"nomme «{NBSP}{host}{NBSP}», qui n’est pas un hôte public",
            ),
            Said(
                "Was https:// written twice, or the name cut short?",
                "A-t-on écrit https:// deux fois, ou coupé le nom?",
            ),
        )
    if _REHEARSAL.match(host) and host.count(".") > 1:
        return Fault(
            Said("looks like a rehearsal site", "ressemble à un site d’essai"),
            Said("Link to the public one.", "Mettez le lien vers le site public."),
            sure=False,
        )
    return None


def _private(host: str) -> bool:
    return network.parsed(host) is not None and bool(network.host_fault(host))


def _shape(url: str, parsed: ada_url.URL) -> Fault | None:
    if any(url.count(left) != url.count(right) for left, right in ("()", "[]")):
        return Fault(
            Said("has a bracket too many or too few", "a une parenthèse ou un crochet de trop, ou de moins"),
            Said(
                "Was the Markdown link closed in the right place?",
                "Le lien Markdown est-il fermé au bon endroit?",
            ),
        )
    if re.search(r"https?:/*(?:www\.)?[a-z]", parsed.pathname) and parsed.pathname.lstrip("/").startswith(
        "http"
    ):
        return Fault(
            Said("holds a second address in its path", "contient une seconde adresse dans son chemin")
        )
    if parsed.username or parsed.password:
        return Fault(
            Said(
                "holds a name before the @, and looks like a trick",
                "contient un nom avant le @ et ressemble à une ruse",
            ),
            sure=False,
        )
    if url.endswith((".", ",", ";", ":")):
        return Fault(
            Said(
                "ends with a sign that looks like the sentence's",
                "finit par un signe qui semble celui de la phrase",
            ),
            Said("Take it out of the link.", "Retirez-le du lien."),
            sure=False,
        )
    return None
