"""The links that authors wrote, and the lines where they wrote them.

In: a page, a context. Out: elements, places, hosts. Called by the checks of links.
"""

from __future__ import annotations

from collections.abc import Iterator

import ada_url

from newsletter.checks.context import CheckContext
from newsletter.checks.page import MARK, Element, Page
from newsletter.model.place import Place

_PUBLIC_SECOND = frozenset(
    {"co", "com", "org", "net", "gov", "gouv", "ac", "gc", "qc", "on", "bc", "ab", "ns", "nb", "mb", "sk"}
)


def authored(page: Page) -> Iterator[tuple[Element, str]]:
    """Every link of an author with its address, each pair of address and words once; not those that the program itself makes."""
    seen: set[tuple[str, str]] = set()
    for element in page.every("a"):
        href = element.attributes.get("href", "").strip()
        if href and not href.startswith(MARK) and (href, name_of(element)) not in seen:
            seen.add((href, name_of(element)))
            yield element, href


def name_of(element: Element) -> str:
    """What a screen reader calls a link: its label, else its words, else what its pictures tell."""
    label = element.attributes.get("aria-label", "").strip()
    told = (image.attributes.get("alt", "") for image in element.images if not image.hidden)
    return label or element.text or " ".join(told).strip()


def host_of(href: str) -> str:
    """The host of a web address as browsers read it (WHATWG URL), without `www.`; empty for anything else."""
    if not href.lower().startswith(("http:", "https:")):
        return ""
    try:
        return str(ada_url.URL(href).hostname).removeprefix("www.")
    except ValueError:
        return ""


def same_owner(one: str, other: str) -> bool:
    """True when two hosts belong together: the same, one below the other, or below the same registered name."""
    first, second = one.lower().removeprefix("www."), other.lower().removeprefix("www.")
    return bool(first) and registered(first) == registered(second)


def registered(host: str) -> str:
    """The registered name of a host, near enough: two labels, or three below `co.uk`, `gc.ca`, `qc.ca` and their like."""
    labels = host.split(".")
    public = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _PUBLIC_SECOND
    return ".".join(labels[-3:] if public else labels[-2:])


def place_of(context: CheckContext, href: str, label: str, language: str) -> Place | None:
    """Where an author wrote a link: as composing remembers it, else where its address or words stand, else the template."""
    known = next((link.place for link in context.artwork.links if link.url == href and link.place), None)
    written = (f"]({href})", f']({href} "', f'href="{href}"', href) if href else ()
    forms = (*written, f"[{label}](", label)
    return known or next(
        (place for form in forms if (place := context.where(form, language))), context.template
    )
