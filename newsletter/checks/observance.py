"""What has no place in a mail for a day of mourning or of remembrance.

In: the outline of an issue in the template `observance`, and its texts. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.outline import Outline, Piece, PieceKind
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

NAME = "observance"

TEMPLATE = "observance"
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b1b-\u2b55\u231a-\u23ff\ufe0f]")
_CRY = re.compile(r"[!\u00a1\uff01\u203c]")
_SPONSOR = (
    Said("a sponsor stands in an observance", "un commanditaire figure dans un message de commémoration"),
    Said(
        "Take it out; it has its place in the next digest.",
        "Retirez-le; il aura sa place dans la prochaine infolettre.",
    ),
)
_EMOJI_SAID = Said("an emoji stands in an observance", "un émoji figure dans un message de commémoration")
_CRY_SAID = Said(
    "an exclamation mark stands in an observance",
    "un point d’exclamation figure dans un message de commémoration",
)
_CALM = Said("Say it calmly, in words.", "Dites-le calmement, avec des mots.")


def check(context: CheckContext) -> Iterator[Finding]:
    """A mail for a day of mourning or of remembrance is sober.

    Level: error for a sponsor, an emoji or an exclamation mark in an issue of the template `observance`: in subject, preheader, title, text,
    and in what the template shows of `data:`. Other templates are not looked at.
    """
    if context.artwork.template != TEMPLATE:
        return
    for outline in context.rendering.outlines:
        found = list(_of_pieces(outline))
        yield from found
        yield from _of_the_rest(context, outline, {finding.message for finding in found})


def _of_pieces(outline: Outline) -> Iterator[Finding]:
    for piece in outline.pieces:
        if piece.kind is PieceKind.COMPONENT and piece.name == "sponsor":
            yield error(NAME, _SPONSOR[0], piece.place, outline.language, hint=_SPONSOR[1])
        if piece.kind is not PieceKind.CODE:
            yield from _signs(piece, outline.language)


def _signs(piece: Piece, language: str) -> Iterator[Finding]:
    for pattern, said in ((_EMOJI, _EMOJI_SAID), (_CRY, _CRY_SAID)):
        if sign := pattern.search(piece.wording):
            yield error(NAME, said, piece.place_of(sign.group()), language, hint=_CALM)


def _of_the_rest(context: CheckContext, outline: Outline, told: set[str]) -> Iterator[Finding]:
    """What readers see of `data:` and of the templates: whatever is on the page and in no piece."""
    page = context.pages.get(outline.language)
    text = page.text if page and BOTH not in outline.language else ""
    for pattern, said in ((_EMOJI, _EMOJI_SAID), (_CRY, _CRY_SAID)):
        sign = pattern.search(text)
        if sign and said.en not in told:
            words = text[max(0, sign.start() - 12) : sign.end()]
            yield error(
                NAME, _with(said, words), _place(context, words, outline), outline.language, hint=_CALM
            )


def _with(said: Said, words: str) -> Said:
    quoted = short(words)
    return Said(f"{said.en}: “{quoted}”", f"{said.fr}{NBSP}: «{NBSP}{quoted}{NBSP}»")


def _place(context: CheckContext, words: str, outline: Outline) -> Place:
    for start in range(len(words)):
        if place := context.where(words[start:], outline.language):
            return place
    return Place(outline.path)
