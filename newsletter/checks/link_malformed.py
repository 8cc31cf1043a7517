"""Links that lead nowhere.

In: the links of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import ada_url

from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.page import MARK, Element, Page
from newsletter.model import network
from newsletter.model.finding import Finding
from newsletter.model.place import Place

NAME = "link-malformed"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+")
_PHONE = re.compile(r"\+?[0-9().\- ]{3,}(;.*)?")
_DOMAIN = re.compile(r"(www\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(/.*)?")
_LOCAL = re.compile(r"localhost|.*\.(localhost|local|internal|intranet|lan|test|invalid)")
_REHEARSAL = re.compile(r"(staging|stage|dev|preprod|uat|sandbox|preview)\d*[.-]")


class Fault(NamedTuple):
    """What is wrong with a link, how to mend it, and whether it surely leads nowhere."""

    message: str
    hint: str = ""
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
    return None if anchor or any(known.check == NAME for known in context.rendering.findings) else ""


def _unseen(element: Element) -> Fault | None:
    """A link without words or a picture: nobody sees it, and a screen reader speaks its address."""
    seen = element.text or element.images or element.hidden or "aria-label" in element.attributes
    return (
        None
        if seen
        else Fault(
            "has no words to click on", "Write them between the brackets: [words](https://…).", sure=False
        )
    )


def _finding(context: CheckContext, fault: Fault, href: str, label: str, language: str) -> Finding:
    make = error if fault.sure else warning
    name = f"“{short(href)}”" if href else f"the link “{short(label)}”"
    place = _place(context, href, label, language)
    return make(NAME, f"{name} {fault.message}", place, language, hint=fault.hint)


def _place(context: CheckContext, href: str, label: str, language: str) -> Place | None:
    known = next((link.place for link in context.artwork.links if link.url == href and link.place), None)
    written = (f"]({href})", f']({href} "', f'href="{href}"', href) if href else ()
    forms = (*written, f"[{label}](", label)
    return known or next(
        (place for form in forms if (place := context.where(form, language))), context.template
    )


def fault_of(href: str, page: Page) -> Fault | None:
    """What is wrong with an address as it stands in an href; None when nothing is."""
    url = href.strip()
    if not url or url == "#":
        return Fault("leads nowhere", "Write the address, or take the link away.")
    if url.startswith("#"):
        known = url[1:] in page.ids
        return None if known else Fault("points at a place that is not in the mail")
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
            return None if sound else Fault("holds no telephone number", "Write tel:+1-416-555-0123.")
        case _:
            hint = "Write an address that begins with https://"
            return Fault(f"begins with {scheme}, which mail programs block", hint)


def _without_scheme(url: str) -> Fault:
    if _DOMAIN.fullmatch(url):
        return Fault("lacks https:// at its beginning", f"Write https://{url}")
    if _MAILBOX.fullmatch(url):
        return Fault("lacks mailto: at its beginning", f"Write mailto:{url}")
    return Fault("is no whole address: a mail has no folder to look in", "Begin it with https://")


def _mail(url: str) -> Fault | None:
    address = url[len("mailto:") :].partition("?")[0]
    parts = [part for part in address.split(",") if part] or [""]
    if all(_MAILBOX.fullmatch(part) for part in parts):
        return None
    return Fault("holds no mail address", "Write mailto:name@example.org with the real address.")


def _web(url: str) -> Fault | None:
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return Fault("is an address that no browser can read")
    if not url.lower().startswith((f"{parsed.protocol}//",)) or re.search(r"\s|\\", url):
        return Fault("is not written as an address is", f"Write {parsed.href}")
    return _host(parsed.hostname) or _shape(url, parsed)


def _host(host: str) -> Fault | None:
    if _LOCAL.fullmatch(host) or _private(host):
        return Fault("leads to a machine that readers cannot reach")
    if "." not in host and ":" not in host:
        return Fault(
            f"names “{host}”, which is no public host", "Was https:// written twice, or the name cut short?"
        )
    if _REHEARSAL.match(host) and host.count(".") > 1:
        return Fault("looks like a rehearsal site", "Link to the public one.", sure=False)
    return None


def _private(host: str) -> bool:
    return network.parsed(host) is not None and bool(network.host_fault(host))


def _shape(url: str, parsed: ada_url.URL) -> Fault | None:
    if any(url.count(left) != url.count(right) for left, right in ("()", "[]")):
        return Fault("has a bracket too many or too few", "Was the Markdown link closed in the right place?")
    if re.search(r"https?:/*(?:www\.)?[a-z]", parsed.pathname) and parsed.pathname.lstrip("/").startswith(
        "http"
    ):
        return Fault("holds a second address in its path")
    if parsed.username or parsed.password:
        return Fault("holds a name before the @, and looks like a trick", sure=False)
    if url.endswith((".", ",", ";", ":")):
        return Fault(
            "ends with a sign that looks like the sentence's", "Take it out of the link.", sure=False
        )
    return None
