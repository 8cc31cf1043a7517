"""A letter in two languages parted into two: one below the other, in turns, or beside each other.

In: pieces. Out: pieces by language, and how they stood. Called by letters.read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby

from newsletter.letters.ooxml import short
from newsletter.letters.pieces import Kind, Piece
from newsletter.letters.tongues import language_of
from newsletter.letters.value import Remark, Said

MAIN = "*"  #: all of it in the language that most of it is in
_FEWEST = 12  #: words that a second language has at least
_SHARE = 0.2  #: of all words that can be told: below it a language is a quotation, not half of the letter
_BOTH = re.compile(r"\s+[/|]\s+")
_HEADINGS = {Kind.TITLE, Kind.HEADING}


@dataclass(frozen=True, slots=True)
class Parted:
    """Pieces by language, in the publication's order; `how` is empty for one language."""

    pieces: dict[str, list[Piece]]
    how: str = ""
    remarks: tuple[Remark, ...] = ()


def part(pieces: list[Piece], languages: tuple[str, ...], only: str = "") -> Parted:
    """Part a letter; `only` says that all of it is in one language."""
    told = [replace(one, language=one.language or language_of(one.text, languages)) for one in pieces]
    words = Counter(dict.fromkeys(languages, 0))
    for one in told:
        words[one.language] += len(one.text.split()) if one.language else 0
    words.pop("", None)
    first, *others = words.most_common()
    main = first[0] if first[1] else languages[0]
    if only:
        main = main if only == MAIN else only
    second = next((name for name, count in others if count >= max(_FEWEST, _SHARE * sum(words.values()))), "")
    if only or not second:
        return Parted({main: list(pieces)}, "", tuple(_strangers(told, main)))
    columns = any(one.language for one in pieces)
    placed = _placed(told)
    runs = [name for name, _ in groupby(one.language for one in placed)]
    how = (
        "beside each other"
        if columns
        else "one below the other"
        if len(runs) == 2
        else f"in {len(runs)} turns"
    )
    return Parted(
        {name: [one for one in placed if one.language == name] for name in languages if name in runs}, how
    )


def _strangers(told: list[Piece], main: str) -> list[Remark]:
    """Paragraphs in another language that stay where they are."""
    return [
        Remark(
            Said.TO_DO, f"a paragraph in “{one.language}” stands in the text in “{main}”", short(one.flat, 90)
        )
        for one in told
        if one.language and one.language != main and len(one.text.split()) >= 5
    ]


def _placed(told: list[Piece]) -> list[Piece]:
    """Every piece with a language: a heading goes with what follows, all else that does not tell goes with what stands before."""
    placed: list[Piece] = []
    known = [one.language for one in told]
    for at, one in enumerate(told):
        following = next((name for name in known[at + 1 :] if name), "")
        before = next((name for name in reversed(known[:at]) if name), "")
        if (both := _in_both(one, following)) is not None:
            placed += both
        elif one.language:
            placed.append(one)
        elif one.kind in _HEADINGS or not before:
            placed.append(replace(one, language=following or before))
        else:
            placed.append(replace(one, language=before))
    return placed


def _in_both(one: Piece, following: str) -> list[Piece] | None:
    """`Season’s greetings / Meilleurs vœux`: a heading in both languages at once."""
    halves = _BOTH.split(one.plain)
    texts = _BOTH.split(one.text)
    if one.kind not in _HEADINGS or len(halves) != 2 or len(texts) != 2 or following not in {"en", "fr"}:
        return None
    told = [language_of(text, ("en", "fr")) for text in texts]
    first = told[0] or {"en": "fr", "fr": "en"}.get(told[1], following)
    if told[0] == told[1] != "":
        return None
    pair = ("en", "fr") if first == "en" else ("fr", "en")
    return [
        replace(one, markdown=half, plain=half, text=text, language=language)
        for half, text, language in zip(halves, texts, pair, strict=True)
    ]
