"""The order of reading a letter, read aloud: kind, tree, pieces, furniture, languages, what each piece is.

In: a file's name and bytes, Choices. Out: a Letter. Called by pipeline.letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from newsletter.letters.decoding import decoded
from newsletter.letters.furniture import without_furniture
from newsletter.letters.gallery import Gallery
from newsletter.letters.kinds import kind_of
from newsletter.letters.page import read_page
from newsletter.letters.parting import Parted, part
from newsletter.letters.pieces import PieceReader, merged_notes
from newsletter.letters.plain import html_of_markdown, html_of_text, parted_front
from newsletter.letters.recognise import recognise
from newsletter.letters.tidy import tidy
from newsletter.letters.tongues import language_of
from newsletter.letters.value import Choices, Letter, LetterText, OpenPoint, Remark, Said
from newsletter.letters.word import turn
from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.said import Said as Told


@dataclass(slots=True)
class _Source:
    """A letter of any kind as HTML, with what came beside it."""

    html: str = ""
    pictures: list[bytes] = field(default_factory=list)
    points: list[OpenPoint] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    title: str = ""
    front: dict[str, str] = field(default_factory=dict)
    ours: bool = False


def read(name: str, data: bytes, choices: Choices) -> Letter:
    """A letter. `points` that are not empty must be decided first: then it holds no text.

    Raises AuthorError for a file that cannot be taken, with the next step.
    """
    source = _source(name, data, choices)
    if source.points:
        return Letter((), (), tuple(source.remarks), points=tuple(source.points))
    page = read_page(name, source.html, ours=source.ours)
    gallery = Gallery([*source.pictures, *page.pictures], choices)
    mended = list(tidy(page.tree))
    reader = PieceReader(gallery.name, choices.languages)
    pieces, furniture, subject = without_furniture(reader.read(page.tree))
    if not any(piece.text.strip() or piece.pictures for piece in pieces):
        raise AuthorError(
            Told("holds no text", "le document ne contient aucun texte"),
            code="letter-empty",
            place=Place(name),
            hint=Told("Look whether it is the right file.", "Vérifiez que c’est le bon fichier."),
        )
    parted = part(pieces, choices.languages, choices.only)
    remarks = [
        *source.remarks,
        *page.remarks,
        *mended,
        *reader.remarks,
        *furniture,
        *merged_notes(pieces),
        *parted.remarks,
    ]
    offered = source.front.get("title") or subject or source.title or page.title
    return _letter(parted, gallery, remarks, offered, source.front)


def _source(name: str, data: bytes, choices: Choices) -> _Source:
    kind = kind_of(name, data)
    if kind == "docx":
        turned = turn(name, data, choices)
        return _Source(turned.html, turned.pictures, turned.points, turned.remarks, turned.title, ours=True)
    text, remarks = decoded(data, html=kind == "html")
    if kind == "html":
        return _Source(text, remarks=remarks)
    if kind == "txt":
        return _Source(html_of_text(text), remarks=remarks)
    front, body, told = parted_front(text)
    return _Source(html_of_markdown(body), remarks=[*remarks, *told], front=front)


def _letter(
    parted: Parted, gallery: Gallery, remarks: list[Remark], offered: str, front: dict[str, str]
) -> Letter:
    texts: list[LetterText] = []
    days: list[date] = []
    for language, pieces in parted.pieces.items():
        titled = offered if _fits(offered, language, parted) else ""
        text, day, told = recognise(pieces, language, titled, gallery.rename)
        texts.append(_fronted(text, front))
        days += [day] if day else []
        remarks += told
    if len(set(days)) > 1:
        remarks.append(
            Remark(
                Said.TO_DO,
                "the languages bear different dates; the first was taken",
                ", ".join(map(str, days)),
            )
        )
    bodies = tuple(_renamed(text, gallery.renamed) for text in texts)
    remarks += [*gallery.remarks, *wordless(text.body for text in bodies)]
    day = _day(front) or (days[0] if days else None)
    return Letter(
        bodies, tuple(gallery.pictures.values()), tuple(dict.fromkeys(remarks)), day, how_parted=parted.how
    )


def wordless(bodies: Iterable[str]) -> list[Remark]:
    """A remark for each picture in these texts that has no words, by its name; two that are equal speak of the same."""
    names = dict.fromkeys(name for body in bodies for name in re.findall(r"!\[\]\(<?([^)>]+)>?\)", body))
    what = "a picture has no words for who does not see it: write them between its [ ]"
    return [Remark(Said.TO_DO, what, name) for name in names]


def _fits(offered: str, language: str, parted: Parted) -> bool:
    """A title from elsewhere goes to the language that it is in; where that cannot be told, to the first."""
    told = language_of(offered, tuple(parted.pieces))
    return language == (told or next(iter(parted.pieces)))


def _day(front: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(front.get("date", "")[:10])
    except ValueError:
        return None


def _fronted(text: LetterText, front: dict[str, str]) -> LetterText:
    own = {key: value for key, value in front.items() if key in {"subject", "preheader"}}
    return LetterText(text.language, front.get("title") or text.title, text.opening, text.body, own)


def _renamed(text: LetterText, renamed: dict[str, str]) -> LetterText:
    body = text.body
    for old, new in renamed.items():
        body = re.sub(rf"(?<=\]\(){re.escape(old)}(?=\))", new, body)
    return LetterText(text.language, text.title, text.opening, body, text.own)
