"""Two languages in one email: the second document's body goes below the first's, in an element that says its language.

In: two MJML documents. Out: one. Called by compose.parts.
"""

from __future__ import annotations

from newsletter.compose.finish import direction, wrapper
from newsletter.compose.mjml.tree import Element, made

BETWEEN = " | "  #: between both subjects, titles, preheaders
_RULE = "=" * 72


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


def joined_texts(texts: list[str]) -> str:
    """Plain texts one below the other, a rule between them unless the lower one begins with its own."""
    first, *rest = (text.strip("\n") for text in texts)
    return (
        "".join(
            [first, *(f"\n\n{text}" if text.startswith(_RULE) else f"\n\n{_RULE}\n\n{text}" for text in rest)]
        )
        + "\n"
    )


def second_text(text: str) -> int:
    """The offset at which the second language begins; the end when there is none."""
    found = text.find(f"\n{_RULE}")
    return found if found >= 0 else len(text)


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
