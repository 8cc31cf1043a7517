"""Several languages in one email: each further document's body goes below the one before, in an element that says its language.

In: MJML documents, plain texts. Out: one of each. Called by compose.parts.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.compose.finish import direction, wrapper
from newsletter.compose.mjml.tree import Element, made

BETWEEN = " | "  #: between subjects, titles, preheaders
_RULE = "=" * 72

Starts = tuple[tuple[int, str], ...]  #: where each language begins: offset, language


def joined(roots: Sequence[Element], languages: Sequence[str]) -> Element:
    """Documents as one. The first's head counts, with all titles and preheaders."""
    first = roots[0]
    for root, language in zip(roots[1:], languages[1:], strict=True):
        before, after = wrapper(language)
        body, added = _part(first, "mj-body"), _part(root, "mj-body")
        opening, closing = (made("mj-raw", added.place, text=text) for text in (before, after))
        body.children += [opening, *added.children, closing]
        _join_heads(_part(first, "mj-head"), _part(root, "mj-head"), language)
    return first


def joined_texts(texts: Sequence[str], languages: Sequence[str]) -> tuple[str, Starts]:
    """Plain texts one below the other, a rule between them unless the lower one begins with its own; and where each begins."""
    whole, starts = "", []
    for text, language in zip(texts, languages, strict=True):
        stripped = text.strip("\n")
        gap = "" if not whole else "\n\n" if stripped.startswith(_RULE) else f"\n\n{_RULE}\n\n"
        starts.append((len(whole), language))
        whole += gap + stripped
    return f"{whole}\n", tuple(starts)


def starts_in(html: str, languages: Sequence[str]) -> Starts:
    """Where each language begins in a joined document."""
    further = ((html.find(wrapper(language)[0]), language) for language in languages[1:])
    return ((0, languages[0]), *((at, language) for at, language in further if at >= 0))


def _part(root: Element, tag: str) -> Element:
    return next((child for child in root.elements() if child.tag == tag), made(tag, root.place))


def _join_heads(first: Element, further: Element, language: str) -> None:
    title, other_title = _text(first, "mj-title"), _text(further, "mj-title")
    if title is not None and other_title is not None and title.text.strip() != other_title.text.strip():
        title.text = title.text.strip() + BETWEEN + other_title.text.strip()
    preview, other = _text(first, "mj-preview"), _text(further, "mj-preview")
    if other is None or not other.text.strip():
        return
    speaks = f'<span lang="{language}" dir="{direction(language)}">{other.text.strip()}</span>'
    if preview is None:
        first.children.append(made("mj-preview", first.place, text=speaks))
    else:
        preview.text = BETWEEN.join(part for part in (preview.text.strip(), speaks) if part)


def _text(head: Element, tag: str) -> Element | None:
    return next((child for child in head.elements() if child.tag == tag), None)
