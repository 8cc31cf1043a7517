"""What readers will meet, with the place where somebody wrote it: images with their alt texts, and links.

In: bodies and judged documents. Out: ImageUse values, and places by language and URL. Called by compose.parts, compose.steps.
"""

from __future__ import annotations

import html as entities
from collections.abc import Iterator, Mapping

from newsletter.compose.body.blocks import Blocks, Body, Fenced, When
from newsletter.compose.components import Kind as AttributeKind
from newsletter.compose.images import Images
from newsletter.compose.mjml.tree import Element
from newsletter.compose.scan import Span, What, scan
from newsletter.compose.tokens import Tokens
from newsletter.compose.urls import WEB, encoded, meant, scheme
from newsletter.model.edition import ImageUse
from newsletter.model.place import Place


def written_links(root: Element) -> Iterator[tuple[str, Place]]:
    """The http(s) links of a document, encoded, with the place of each."""
    for element in root.walk():
        for attribute in element.attributes:
            url = meant(attribute.value).strip()
            if attribute.name == "href" and scheme(url) in WEB:
                yield encoded(url), attribute.place
        for span in scan(element.text) if "href" in element.text else ():
            url = meant(element.text[span.start : span.end]).strip()
            if span.what is What.ATTRIBUTE and span.name == "href" and scheme(url) in WEB:
                yield encoded(url), element.text_place(span.start)


def body_images(bodies: Mapping[str, Body], images: Images) -> Iterator[ImageUse]:
    """The images that the author put into the issue, at the author's own lines."""
    for language, body in bodies.items():
        for seen in body.images:
            yield ImageUse(seen.path, seen.alt, language, seen.place, linked=seen.linked)
        for block in _fenced(body.blocks):
            yield from _component_image(block, language, images)


def _fenced(blocks: Blocks) -> Iterator[Fenced]:
    for block in blocks:
        if isinstance(block, When):
            yield from _fenced(block.blocks)
        elif isinstance(block, Fenced):
            yield block
            yield from _fenced(block.parts)


def _component_image(block: Fenced, language: str, images: Images) -> Iterator[ImageUse]:
    for name, rule in block.component.attributes.items():
        file = block.attributes[name] if rule.kind is AttributeKind.IMAGE else ""
        if file:
            decorative = block.attributes.get("decorative") == "yes"
            alt_name = "alt2" if name.endswith("2") else "alt"  # the second of two signatures
            alt = block.attributes.get(alt_name) or ("" if decorative else None)
            linked = bool(block.attributes.get("href"))
            yield ImageUse(images.path(file) or file, alt, language, block.place, linked, decorative)


def document_images(root: Element, language: str, tokens: Tokens) -> Iterator[ImageUse]:
    """The images of a document. An alt text that a template leaves empty says that the image is decoration; None: it has none."""
    for element in root.walk():
        if element.tag == "mj-image":
            alt = element.get("alt")
            source = _source(element.get("src") or "", tokens)
            linked = bool(element.get("href"))
            yield ImageUse(source, _alt(alt, tokens), language, element.place, linked, decorative=alt == "")
        elif "<img" in element.text:
            yield from _inner_images(element, language, tokens)


def _inner_images(element: Element, language: str, tokens: Tokens) -> Iterator[ImageUse]:
    linked = False
    image: dict[str, str] | None = None
    place = element.place
    for span in [*scan(element.text), Span(What.OTHER, 0, 0)]:
        if image is not None and span.what is not What.ATTRIBUTE:
            alt = image.get("alt")
            source = _source(image.get("src", ""), tokens)
            yield ImageUse(source, _alt(alt, tokens), language, place, linked, decorative=alt == "")
            image = None
        if span.tag == "a" and span.what in {What.OPEN, What.CLOSE}:
            linked = span.what is What.OPEN
        elif span.tag == "img" and span.what is What.OPEN:
            image, place = {}, element.text_place(span.start)
        elif image is not None and span.what is What.ATTRIBUTE:
            image[span.name] = element.text[span.start : span.end]


def _source(address: str, tokens: Tokens) -> str:
    """The path of an image of ours, else the address as it stands."""
    found = tokens.found(address)
    return str(tokens.meaning(found[0]).value) if found else entities.unescape(address)


def _alt(alt: str | None, tokens: Tokens) -> str | None:
    return None if alt is None else tokens.pattern.sub("…", entities.unescape(alt))


def all_images(author: Iterator[ImageUse], documents: Iterator[ImageUse]) -> tuple[ImageUse, ...]:
    """Every image once: where the author and a look both name one, the author's line counts."""
    uses = dict.fromkeys(author)
    named = {(use.source, use.language) for use in uses}
    uses |= dict.fromkeys(use for use in documents if (use.source, use.language) not in named)
    return tuple(uses)
