"""Lines that belong to a page or a mail program and not to the letter: taken out, and each is told.

In: pieces. Out: pieces, remarks, and the subject that a forwarded mail gave. Called by letters.read.
"""

from __future__ import annotations

import re

from newsletter.letters.ooxml import short
from newsletter.letters.pieces import Kind, Piece
from newsletter.letters.value import Remark, Said

_LINES = re.compile(
    r"(?:[•●*-]\s*)?there are no suggestions because the search field is empty\.?"
    r"|(?:[•●*-]\s*)?aucune suggestion,? car le champ de recherche est vide\.?"
    r"|skip to (?:main )?(?:content|navigation)|(?:passer|aller) (?:directement )?au contenu(?: principal)?|passer à la navigation"
    r"|(?:[-–—]\s*)?(?:page\s*)?\d{1,3}\s*(?:of|de|sur|/)\s*\d{1,3}(?:\s*[-–—])?|[-–—]\s*\d{1,3}\s*[-–—]|page\s+\d{1,3}|\d{1,3}\s*\|\s*page"
    r"|(?:back|return) to top|retour (?:en haut|au début)(?: de (?:la )?page)?|print(?: this page)?|imprimer(?: cette page)?"
    r"|(?:we use|this (?:web)?site uses|nous utilisons|ce site utilise)\b[^.]{0,60}\bcookies?\b.{0,400}|accept (?:all )?cookies|accepter (?:tous )?les (?:cookies|témoins)"
    r"|view (?:this (?:e-?mail|message) )?in (?:your )?browser|(?:voir|afficher) (?:ce (?:courriel|message) )?dans (?:le|votre) navigateur"
    r"|sent from my \w+.{0,20}|envoyé de mon \w+.{0,20}|get outlook for \w+|obtenir outlook pour \w+"
    r"|-{3,}\s*(?:original message|message d.origine|forwarded message|message transféré)\s*-{3,}|begin forwarded message:|début du message réexpédié\s*:",
    re.IGNORECASE,
)
_CAUTION = re.compile(
    r"(?:caution|avertissement|external e-?mail|courriel externe)\b.{0,400}|(?:this (?:e-?mail|message)|ce (?:courriel|message)).{0,120}(?:confidential|confidentiel).{0,1200}",
    re.IGNORECASE | re.DOTALL,
)
_HEADER = re.compile(
    r"(from|to|cc|bcc|sent|date|subject|de|à|cci|envoyé|objet|importance|attachments?|pièces jointes)[ \u00a0]*:[ \u00a0]*(.*)",
    re.IGNORECASE,
)
_SUBJECT = {"subject", "objet"}
_SAME = re.compile(r"^(?:(?:re|fw|fwd|tr|réf)\s*:\s*)+", re.IGNORECASE)


def without_furniture(pieces: list[Piece]) -> tuple[list[Piece], list[Remark], str]:
    """The letter's own pieces, what was taken out, and a subject (empty where no line gave one)."""
    kept: list[Piece] = []
    remarks: list[Remark] = []
    subject = ""
    for place, piece in enumerate(pieces):
        found = _header(piece) if place < 12 else None
        if found is not None:
            subject = subject or found
            remarks.append(Remark(Said.LEFT_OUT, "the head of a mail", short(piece.flat, 120)))
        elif _is_furniture(piece):
            remarks.append(Remark(Said.LEFT_OUT, "furniture of the page", short(piece.flat, 120)))
        else:
            kept.append(piece)
    return kept, remarks, subject


def _is_furniture(piece: Piece) -> bool:
    if piece.kind not in {Kind.PARAGRAPH, Kind.POINTS, Kind.HEADING, Kind.TITLE} or piece.pictures:
        return False
    return bool(_LINES.fullmatch(piece.flat) or _CAUTION.fullmatch(piece.flat))


def _header(piece: Piece) -> str | None:
    """The subject of a mail's head (empty when it names none); None for what is none. One line alone counts only as a subject."""
    lines = [line.strip() for line in piece.text.split("\n") if line.strip()]
    found = [_HEADER.fullmatch(line) for line in lines]
    if piece.kind is not Kind.PARAGRAPH or not found or not all(found):
        return None
    told = {one[1].lower(): one[2] for one in found if one}
    subject = next((_SAME.sub("", said).strip() for name, said in told.items() if name in _SUBJECT), "")
    known = len(told) >= 2 or subject or "@" in piece.text
    return subject if known else None
