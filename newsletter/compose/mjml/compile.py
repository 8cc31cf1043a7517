"""The compiler behind a small wall: a hardened tree becomes HTML.

In: a judged tree. Out: HTML, with tokens where the tree held HTML, CSS or text. Called by compose.parts. mjml-python 1.4.2 (mrml
6.0.1), rendering research 1 and 2.

Content of ending tags never meets the compiler: it is swapped for a token and put back afterwards, so its strict parser (unclosed
<p>, a bare attribute) and its attribute writer (D1, D2) cannot harm it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

import mjml

from newsletter.compose.mjml.tree import ENDING, Element
from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.place import Place


class CompilerFault(Exception):
    """The compiler refused what our own validator let pass."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def compiled(root: Element, tokens: Tokens, social_icons: str) -> str:
    """The HTML of a document. `social_icons` is the address before the names of social icons, slash included."""
    source = "".join(_written(root, tokens))
    try:
        made: str = mjml.mjml2html(source, fonts={}, social_icon_origin=social_icons)
    except ValueError as error:
        raise CompilerFault(str(error), root.place) from None
    return restored(made, tokens)


def restored(text: str, tokens: Tokens) -> str:
    """A text with what the compiler was kept away from back in its place."""

    def content(token: str) -> str:
        meaning = tokens.meaning(token)
        return restored(str(meaning.value), tokens) if meaning.kind is Kind.RAW else token

    return tokens.pattern.sub(lambda match: content(match[0]), text)


def _written(element: Element, tokens: Tokens) -> Iterator[str]:
    attributes = "".join(f' {one.name}="{attribute_value(one.value)}"' for one in element.attributes)
    yield f"<{element.tag}{attributes}>"
    if element.tag in ENDING:
        yield _content(element, tokens)
    for child in element.elements():
        yield from _written(child, tokens)
    yield f"</{element.tag}>"


def _content(element: Element, tokens: Tokens) -> str:
    if element.tag == "mj-breakpoint" or not element.text.strip():
        return ""
    if element.tag == "mj-title":
        # The title is written into an attribute too (aria-label), so quotes are encoded.
        return tokens.raw(html.escape(html.unescape(element.text.strip()), quote=True))
    return tokens.raw(element.text.strip() if element.tag != "mj-raw" else element.text)


def attribute_value(value: str) -> str:
    """A value that the compiler's attribute writer cannot break (D1, D2): no line breaks, nothing but ASCII, no quote or backslash."""
    collapsed = " ".join(value.split("\n")).replace("\t", " ")
    return "".join(
        f"&#{ord(character)};" if character in '"\\<>' or ord(character) > 126 else character
        for character in collapsed
    )
