"""An author's link target: in one form, or refused with the reason.

In: what stands between the parentheses of a link or in `href`. Out: the same, percent-encoded where it must be, or a finding.
Called by body, mjml, slicing. RFC 3986; WHATWG URL (ada).
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from urllib.parse import quote

from ada_url import URL, check_url

from newsletter.compose.findings import LINK, SLOT, Findings
from newsletter.compose.tokens import Tokens
from newsletter.model.place import Place
from newsletter.model.said import Said

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_AND_PORT = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+:\d", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:[^/?#]*@)?([^/?#:@]+)", re.IGNORECASE)
_REFERENCE = re.compile(r"&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*)(;?)")
_LOST = re.compile(r"[\t\n\r]")  # browsers read an address without them
_KEPT = "%!#$&'()*+,/:;=?@[]~"
_OTHERS = frozenset({"mailto", "tel", "sms"})

WEB = frozenset({"http", "https"})


def scheme(url: str) -> str:
    """The scheme in lower case; empty when there is none."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def meant(value: str) -> str:
    """An attribute's value with its character references read as browsers read them there: `&copy=2` in a query is no sign of
    copyright (WHATWG HTML 13.2.5.73), which `html.unescape` makes of it."""
    return _REFERENCE.sub(_sign, value)


def _sign(found: re.Match[str]) -> str:
    name, ended = found[1], found[2]
    if name.startswith(
        "#"
    ):  # a browser keeps a control character (WHATWG HTML 13.2.5.80), which `unescape` leaves out
        return unescape(f"&{name};") or chr(int(f"0{name[1:]}", 0) if name[1] in "xX" else int(name[1:]))
    known = (
        f"{name};" in html5 if ended else name in html5 and found.string[found.end() : found.end() + 1] != "="
    )
    return unescape(f"&{name};") if known else found[0]


def encoded(url: str) -> str:
    """The URL with what may not stand in one percent-encoded, and an international host in its ASCII form; else as written."""
    url = _LOST.sub("", url.strip())
    host = _HOST.match(url)
    if host is not None and not host[1].isascii() and check_url(url):
        url = url[: host.start(1)] + URL(url).hostname + url[host.end(1) :]
    return quote(url, safe=_KEPT, errors="replace")  # half a sign, which no text file holds


def judged(url: str, place: Place | None, findings: Findings, tokens: Tokens) -> str:
    """The encoded target. Of a kind that mail programs block, it is a finding and empty; all else the checks judge as it stands."""
    clean = encoded(url)
    kind = scheme(clean)
    if tokens.within(kind):
        message = Said(
            "a personal field stands where the address has its scheme or host",
            "un champ personnel occupe la place du protocole ou du domaine de l’adresse",
        )
        findings.error(SLOT, message, place)
        return ""
    if kind and kind not in WEB | _OTHERS and not _HOST_AND_PORT.match(clean):
        message = Said(
            f"“{url}” begins with {kind}:, which mail programs block",
            f"«\u00a0{url}\u00a0» commence par {kind}:, que les logiciels de courriel bloquent",
        )
        hint = Said(
            "A mail can link to http, https, mailto, tel, sms, or an #anchor of its own.",
            "Un lien peut mener à http, https, mailto, tel, sms, ou à une #ancre du courriel lui-même.",
        )
        findings.error(LINK, message, place, hint=hint)
        return ""
    return clean
