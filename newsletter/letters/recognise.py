"""What the pieces of one language are: title, date line, salutation, signature, headings made by bold words.

In: pieces. Out: a LetterText, a day, remarks. Called by letters.read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from newsletter.letters.dates import dateline
from newsletter.letters.greetings import greeted, greeting_at
from newsletter.letters.ooxml import short
from newsletter.letters.pieces import Kind, Piece
from newsletter.letters.signing import signed
from newsletter.letters.value import LetterText, Remark, Said

_LOOK = 8  #: pieces from the top that may bear the date
_LONGEST_HEADING = 90
_OPENING = 100  #: characters of a preheader that inboxes show (the check `preheader-missing`)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_NO_TITLE = re.compile(
    r"(microsoft word\b.*|word document|document\s*\d*|untitled.*|sans titre.*|normal|letter|lettre|.*\.(docx?|html?|txt|md))",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:subject|objet|re)\s*:\s*(.{3,200})", re.IGNORECASE)


@dataclass(slots=True)
class _Work:
    pieces: list[Piece]
    language: str
    title: str = ""
    day: date | None = None
    remarks: list[Remark] = field(default_factory=list)


def recognise(
    pieces: list[Piece], language: str, offered: str, rename: Callable[[str, str], str]
) -> tuple[LetterText, date | None, list[Remark]]:
    """The letter of one language. `offered` is a title from elsewhere: the document's properties, a page's, a mail's subject."""
    work = _Work(list(pieces), language)
    _date(work)
    _title(work, "" if _NO_TITLE.fullmatch(offered) else offered)
    work.pieces, told = greeted(work.pieces, language)
    work.remarks += told
    work.pieces, told = signed(work.pieces, language, rename)
    work.remarks += told
    _bold_headings(work)
    body = _body(work.pieces)
    text = LetterText(language, work.title, _opening(work.pieces), body)
    return text, work.day, work.remarks


def _date(work: _Work) -> None:
    end = greeting_at(work.pieces)
    for place, piece in enumerate(work.pieces[: max(end, _LOOK)]):
        lines = piece.text.split("\n")
        written = piece.markdown.split("\\\n")
        for at, line in enumerate(lines):
            found = dateline(line) if piece.kind in {Kind.PARAGRAPH, Kind.HEADING} else None
            if found is None:
                continue
            work.day = found.day
            if found.placed or len(lines) != len(written):
                work.remarks.append(
                    Remark(
                        Said.FOUND,
                        f"the date, {found.day}; its line stays, for it names a place",
                        line.strip(),
                    )
                )
                return
            work.remarks.append(
                Remark(Said.FOUND, f"the date, {found.day}: it stands above the text now", line.strip())
            )
            rest = "\\\n".join([*written[:at], *written[at + 1 :]])
            kept = [
                replace(piece, markdown=rest, plain=rest, text="\n".join([*lines[:at], *lines[at + 1 :]]))
            ]
            work.pieces[place : place + 1] = kept if rest.strip() else []
            return


def _title(work: _Work, offered: str) -> None:
    """A title, else the first heading (or bold line, or line `Subject: …`) above the salutation; it stands above the text then."""
    top = greeting_at(work.pieces)
    top = top if top >= 0 else 2
    for place, piece in enumerate(work.pieces):
        if piece.kind is Kind.TITLE or (place <= top and _may_be_title(piece)):
            found = _SUBJECT.fullmatch(piece.flat)
            work.title = found[1] if found else piece.flat
            del work.pieces[place]
            work.remarks.append(
                Remark(Said.FOUND, "the title and the subject, to begin with", short(work.title, 90))
            )
            return
        if place > max(top, _LOOK):
            break
    work.title = offered
    if offered:
        work.remarks.append(
            Remark(Said.FOUND, "the title and the subject, from the document’s properties", offered)
        )


def _may_be_title(piece: Piece) -> bool:
    if piece.kind is Kind.HEADING or (piece.kind is Kind.PARAGRAPH and _SUBJECT.fullmatch(piece.flat)):
        return True
    return piece.kind is Kind.PARAGRAPH and _looks_like_heading(piece)


def _looks_like_heading(piece: Piece) -> bool:
    flat = piece.flat
    return (
        piece.bold
        and "\n" not in piece.text
        and len(flat) <= _LONGEST_HEADING
        and not flat.endswith((".", ",", ";", ":"))
    )


def _bold_headings(work: _Work) -> None:
    """Paragraphs that are wholly bold and short are headings, unless nothing follows them."""
    depth = max((piece.level for piece in work.pieces if piece.kind is Kind.HEADING), default=0) + 1
    for place, piece in enumerate(work.pieces[:-1]):
        following = work.pieces[place + 1]
        plain = (
            following.kind in {Kind.PARAGRAPH, Kind.POINTS, Kind.TABLE, Kind.PICTURE, Kind.QUOTE}
            and not following.bold
        )
        if piece.kind is Kind.PARAGRAPH and plain and _looks_like_heading(piece):
            words = re.sub(r"^\\([#>+\-=~:])", r"\1", piece.plain)
            work.pieces[place] = replace(piece, kind=Kind.HEADING, markdown=words, plain=words, level=depth)
            work.remarks.append(
                Remark(Said.CHANGED, "bold words on a line of their own are a heading now", piece.flat)
            )


def _body(pieces: list[Piece]) -> str:
    """The pieces as Markdown. Headings begin with the second level, for the title is the first, and leave none out."""
    levels = sorted({piece.level for piece in pieces if piece.kind in {Kind.HEADING, Kind.TITLE}})
    notes = [piece.markdown for piece in pieces if piece.kind is Kind.NOTE]
    parts = [
        _written(piece, levels) for piece in pieces if piece.kind is not Kind.NOTE and piece.markdown.strip()
    ]
    if notes:
        parts += ["::: divider :::", *notes]
    return _apart(parts) + "\n"


def _apart(parts: list[str]) -> str:
    """Two lists in a row would become one; a comment, which nobody sees, keeps them apart."""
    joined: list[str] = []
    for part in parts:
        if joined and all(re.match(r"(?:- |\d+\. )", one) for one in (joined[-1], part)):
            joined.append("<!-- another list -->")
        joined.append(part)
    return "\n\n".join(joined)


def _written(piece: Piece, levels: list[int]) -> str:
    if piece.kind in {Kind.HEADING, Kind.TITLE}:
        return f"{'#' * min(levels.index(piece.level) + 2, 6)} {piece.markdown}"
    return piece.markdown


def _opening(pieces: list[Piece]) -> str:
    """The first sentence behind the salutation, shortened at a word."""
    start = greeting_at(pieces) + 1
    first = next(
        (one.flat for one in pieces[start:] if one.kind is Kind.PARAGRAPH and len(one.flat) > 20), ""
    )
    sentence = _SENTENCE.split(first)[0] if first else ""
    if len(sentence) <= _OPENING:
        return sentence
    return sentence[: _OPENING - 1].rpartition(" ")[0].rstrip(" ,;:–—-") + "…"
