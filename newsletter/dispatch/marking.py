"""A banner on test messages: what nobody may take for the real mail says so, in HTML and in plain text.

In: an edition, the languages of one of its texts. Out: the same edition with that text marked. Called by pipeline.testing.

The colours are fixed: an edition knows no theme any more, and a banner that a theme could hide would be none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from newsletter.model.artwork import Chunks
from newsletter.model.edition import BOTH, Edition

_STYLE: Final = (
    "margin:0;padding:10px 20px;background-color:#8A2E1A;color:#FFFFFF;font-family:Arial,sans-serif;"
    "font-size:14px;line-height:20px;font-weight:bold;text-align:center;"
)
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def marked(edition: Edition, language: str, words: Mapping[str, str]) -> Edition:
    """The edition with a banner on the text of a language ("en", "fr", "en+fr"); `words` has a sentence for each language.

    Its id stays: pages and links of a test are those of the edition.
    """
    artwork = edition.artwork
    said = {one: words[one] for one in language.split(BOTH) if one in words} or dict(
        [next(iter(words.items()))]
    )
    text = artwork.texts[language]
    fresh = replace(text, html=_html(text.html, said), text=_plain(text.text, said))
    return replace(edition, artwork=replace(artwork, texts={**artwork.texts, language: fresh}))


def _html(chunks: Chunks, said: Mapping[str, str]) -> Chunks:
    """Behind <body>, where the first words of the inbox's line are read, too."""
    banner = "".join(
        f'<div lang="{language}" dir="ltr" style="{_STYLE}">{html.escape(words)}</div>'
        for language, words in said.items()
    )
    for index, piece in enumerate(chunks):
        if isinstance(piece, str) and (body := _BODY.search(piece)) is not None:
            whole = piece[: body.end()] + banner + piece[body.end() :]
            return (*chunks[:index], whole, *chunks[index + 1 :])
    return (banner, *chunks)


def _plain(chunks: Chunks, said: Mapping[str, str]) -> Chunks:
    line = "*" * 72
    return (f"{line}\n" + "".join(f"{words}\n" for words in said.values()) + f"{line}\n\n", *chunks)
