"""Neutral: an edition as nobody in particular reads it, without values, tokens, counting or pages of anybody's own.

In: an Edition, a language, the answers to its conditions, addresses in the place of a reader's own pages. Out: HTML. Called by
pipeline.archive.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, replace

from newsletter.dispatch.filling import compile_message, fill_recipient, text_of
from newsletter.dispatch.variants import Variant
from newsletter.model.artwork import Chunks, Mark, MarkKind
from newsletter.model.edition import Edition
from newsletter.model.publication import Publication, TrackingMode
from newsletter.model.token import Tokens

_NOBODY = Tokens(b"", b"")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a page stands: the public base URL, and the address of each page that a mail gives its reader alone."""

    base_url: str
    pages: Mapping[MarkKind, str]


def page(edition: Edition, language: str, answers: str, publication: Publication, at: Standing) -> str:
    """The HTML of one language with every personal field at its fallback, and links as their author wrote them.

    `answers` holds one 0 or 1 for each condition; `language` names a text of the edition.
    """
    plain = _without_own(edition, language, at.pages)
    compiled = compile_message(plain, Variant(language, answers, TrackingMode.OFF), publication, at.base_url)
    return text_of(compiled.message.html, fill_recipient(compiled, 0, "", {}, _NOBODY).values)


def _without_own(edition: Edition, language: str, pages: Mapping[MarkKind, str]) -> Edition:
    text = edition.artwork.texts[language]
    texts = {language: replace(text, html=_with_pages(text.html, pages))}
    return replace(edition, artwork=replace(edition.artwork, texts=texts))


def _with_pages(chunks: Chunks, pages: Mapping[MarkKind, str]) -> Chunks:
    return tuple(
        html.escape(pages[piece.kind], quote=True)
        if isinstance(piece, Mark) and piece.kind in pages
        else piece
        for piece in chunks
    )
