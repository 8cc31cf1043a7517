"""What readers will meet, with the place where somebody wrote it: images with their alt texts, and links.

In: bodies and documents. Out: ImageUse values, and places by language and URL. Called by compose.steps.
"""

from __future__ import annotations

import html as entities
from collections.abc import Iterator, Mapping

from newsletter.compose.body.blocks import Body
from newsletter.compose.mjml.tree import Element
from newsletter.compose.scan import What, scan
from newsletter.compose.tokens import Tokens
from newsletter.compose.urls import WEB, encoded, scheme
from newsletter.model.edition import ImageUse
from newsletter.model.place import Place

Roots = list[tuple[str, Element]]


def link_places(bodies: Mapping[str, Body], roots: Roots) -> dict[tuple[str, str], Place]:
    """Where each http(s) link stands first: in the issue, else in a template."""
    places: dict[tuple[str, str], Place] = {}
    for language, body in bodies.items():
        for url, place in body.links.items():
            places.setdefault((language, url), place)
    for language, root in roots:
        for url, place in _written_links(root):
            places.setdefault((language, url), place)
    return places


def _written_links(root: Element) -> Iterator[tuple[str, Place]]:
    for element in root.walk():
        for attribute in element.attributes:
            if attribute.name == "href" and scheme(attribute.value) in WEB:
                yield encoded(entities.unescape(attribute.value)), attribute.place
        for span in scan(element.text) if "href" in element.text else ():
            url = entities.unescape(element.text[span.start : span.end])
            if span.what is What.ATTRIBUTE and span.name == "href" and scheme(url) in WEB:
                yield encoded(url), element.text_place(span.start)


def image_uses(bodies: Mapping[str, Body], roots: Roots, tokens: Tokens) -> tuple[ImageUse, ...]:
    """Every image that a reader meets, each once a language and place."""
    uses: dict[ImageUse, None] = {}
    for language, body in bodies.items():
        for seen in body.images:
            uses[ImageUse(seen.path, seen.alt, language, seen.place, linked=seen.linked)] = None
    return tuple(uses)
