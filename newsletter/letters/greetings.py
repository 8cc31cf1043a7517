"""How a letter addresses its reader: a field of each reader where it means everyone, and an offer where it names somebody.

In: the pieces of one language. Out: pieces, remarks. Called by letters.recognise.
"""

from __future__ import annotations

import re
from dataclasses import replace

from newsletter.letters.pieces import Kind, Piece
from newsletter.letters.value import Remark, Said

_LOOK = 12  #: pieces from the top
_LONGEST = 80
_OPENINGS = {
    "en": re.compile(
        r"(?P<word>dear|hello|hi|good (?:morning|afternoon|day))\b(?P<whom>[^.!?]*?)\s*[,:!.–—-]?",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"(?P<word>bonjour|chères?(?:\s+et\s+chers?)?|chers?(?:\s*[/·.(]?\s*(?:chères?|ère|e|\(e\)))?\)?|cher|mesdames|madame|monsieur)(?![\w])(?P<whom>[^.!?]*?)\s*[,:!.–—-]?",
        re.IGNORECASE,
    ),
}
_BLANK = re.compile(
    r"[\[<{«(]\s*\W*(?:(?:first|last|full|member.?s?)?[\s_.-]*name|pr[ée]nom|nom|name|membre|member|destinataire|recipient)[^\]>}»)]*[\]>}»)]|_{2,}|x{3,}|\.{3,}|…",
    re.IGNORECASE,
)
_ANYONE = {
    "en": re.compile(
        r"(?:(?:our|valued|fellow|ngen|esteemed)\s+)*(?:member|friend|colleague|partner|reader)",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"(?:membre|ami(?:\(e\)|·e|e)?|collègue|partenaire|lecteur|lectrice)(?:\s+(?:de\s+)?ngen)?",
        re.IGNORECASE,
    ),
}
_FIELD = {
    "en": 'Dear {{ member.first_name | default("%s") }},',
    "fr": 'Bonjour {{ member.first_name | default("à vous") }},',
}


def greeted(pieces: list[Piece], language: str) -> tuple[list[Piece], list[Remark]]:
    """The first salutation near the top, as a personal field where it addresses no one person."""
    base = "fr" if language.startswith("fr") else "en"
    for place, piece in enumerate(pieces[:_LOOK]):
        first = piece.text.split("\n")[0].strip()
        found = (
            _OPENINGS[base].fullmatch(first)
            if piece.kind is Kind.PARAGRAPH and len(first) <= _LONGEST
            else None
        )
        if found is None:
            continue
        whom = found["whom"].strip(" ,")
        anyone = _ANYONE[base].fullmatch(whom)
        if not (anyone or (whom and _BLANK.fullmatch(whom))):
            what = f"the salutation stays as it is; to greet each by name, write {_field(base, 'friend')}"
            return pieces, [Remark(Said.FOUND, what, first)]
        field = _field(base, whom.lower().replace("ngen", "NGen") if anyone and base == "en" else "friend")
        rest = piece.markdown.partition("\\\n")[2]
        made = replace(piece, kind=Kind.MADE, markdown=f"{field}\\\n{rest}" if rest else field)
        told = Remark(Said.CHANGED, f"the salutation greets each reader by name now: {field}", first)
        return [*pieces[:place], made, *pieces[place + 1 :]], [told]
    return pieces, []


def _field(base: str, fallback: str) -> str:
    return _FIELD[base] % fallback if base == "en" else _FIELD[base]


def greeting_at(pieces: list[Piece]) -> int:
    """Where the salutation stands; -1 when there is none near the top."""
    for place, piece in enumerate(pieces[:_LOOK]):
        first = piece.text.split("\n")[0].strip()
        if (
            piece.kind in {Kind.PARAGRAPH, Kind.MADE}
            and len(first) <= _LONGEST
            and any(form.fullmatch(first) for form in _OPENINGS.values())
        ):
            return place
    return -1
