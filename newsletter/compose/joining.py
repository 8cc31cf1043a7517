"""Two languages in one email: the second document's body goes below the first's, in an element that says its language.

In: two MJML documents. Out: one. Called by compose.parts.
"""

from __future__ import annotations

from newsletter.compose.finish import direction, wrapper
from newsletter.compose.mjml.tree import Element, made

BETWEEN = " | "  #: between both subjects, titles, preheaders
RULE = "\n\n" + "=" * 72 + "\n\n"  #: between both plain texts


def joined(first: Element, second: Element, language: str) -> Element:
    """Both documents as one; `language` is the second's. The first's head counts, with both titles and preheaders."""
    before, after = wrapper(language)
    body, added = _part(first, "mj-body"), _part(second, "mj-body")
    body.children += [
        made("mj-raw", added.place, text=before),
        *added.children,
        made("mj-raw", added.place, text=after),
    ]
    _join_heads(_part(first, "mj-head"), _part(second, "mj-head"), language)
    return first


def _part(root: Element, tag: str) -> Element:
    return next((child for child in root.elements() if child.tag == tag), made(tag, root.place))


def _join_heads(first: Element, second: Element, language: str) -> None:
    title, other_title = _text(first, "mj-title"), _text(second, "mj-title")
    if title is not None and other_title is not None and title.text.strip() != other_title.text.strip():
        title.text = title.text.strip() + BETWEEN + other_title.text.strip()
    preview, other = _text(first, "mj-preview"), _text(second, "mj-preview")
    if preview is not None and other is not None:
        speaks = f'<span lang="{language}" dir="{direction(language)}">{other.text.strip()}</span>'
        preview.text = preview.text.strip() + BETWEEN + speaks


def _text(head: Element, tag: str) -> Element | None:
    return next((child for child in head.elements() if child.tag == tag), None)
