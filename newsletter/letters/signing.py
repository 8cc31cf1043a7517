"""Whose letter it is: the closing words, a signature, a name and a role become the component `signature`.

In: the pieces of one language. Out: pieces, remarks. Called by letters.recognise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from newsletter.letters.pieces import Kind, Piece
from newsletter.letters.value import Remark, Said

_CLOSING = re.compile(
    r"(?:yours |very |most |kind |best |warm(?:est)? |with (?:kind|best|warm) |many )*"
    r"(?:sincerely(?: yours)?|regards|wishes|warmly|truly|faithfully|respectfully|cordially|cheers|best|thanks(?: again)?|thank you(?: again)?|gratefully|with (?:gratitude|thanks|appreciation))\s*[,.!]?"
    r"|(?:happy|merry|joyful|peaceful)\b.{3,40}|season[’']s greetings\s*[,.!]?|joyeuses fêtes.{0,30}|meilleurs vœux.{0,30}"
    r"|(?:bien |très |avec )?(?:cordialement|sincèrement|chaleureusement|amicalement|respectueusement|(?:mes|nos|meilleures|sincères|cordiales)\b.{0,30}salutations|au plaisir|merci|à bientôt|amitiés)(?: vôtre| à vous)?\s*[,.!]?"
    r"|(?:veuillez|je vous prie|nous vous prions|recevez|agréez)\b.{10,220}",
    re.IGNORECASE,
)
_PARTICLE = r"(?:de|du|des|la|le|van|von|der|den|da|di|dos|d[’']|y|e|et|and|al|ben|bin)"
_WORD = r"(?:(?:Dr|Mr|Ms|Mrs|Prof|Hon|M|Mme)\.?|[^\W\d_a-z][\w.’'-]*)"
_NAME = re.compile(rf"{_WORD}(?:\s+(?:{_WORD}|{_PARTICLE})){{1,5}}")
_TEAM = re.compile(
    r"(?:(?:the|your|all of us at)\s.{2,50}|(?:toute )?l[’'](?:équipe|ensemble)\s.{2,50})", re.IGNORECASE
)
_CONTACT = re.compile(r"@|https?:|www\.|\+?\d[\d ().-]{6,}|\b(?:tel|tél|phone|cell|fax)\b", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"^(?:p\.?\s*s\.?|n\.?b\.?)\b", re.IGNORECASE)
_MOST_ROLES = 3


_PICTURE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(<?([^)>]+)>?\)")
_BEHIND = 8  #: pieces below the closing


@dataclass(slots=True)
class _Signatory:
    name: str = ""
    roles: list[str] = field(default_factory=list)
    picture: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line below the closing, or a picture; `piece` is the place of the piece that it came from."""

    text: str
    markdown: str
    piece: int
    picture: bool = False


def signed(
    pieces: list[Piece], language: str, rename: Callable[[str, str], str]
) -> tuple[list[Piece], list[Remark]]:
    """The last closing of a letter with what stands below it; `rename` gives a signature's picture the name of who signed."""
    for place in range(len(pieces) - 1, -1, -1):
        lines, end = _lines(pieces, place)
        if not lines or not _CLOSING.fullmatch(lines[0].text):
            continue
        found, used = _signatories(lines[1:])
        if found:
            made = [_component(one, language, rename) for one in found]
            closing = replace(pieces[place], markdown=lines[0].markdown, text=lines[0].text, kind=Kind.MADE)
            told = [Remark(Said.FOUND, "the signature", ", ".join([one.name, *one.roles])) for one in found]
            return [*pieces[:place], closing, *made, *_rest(lines[1 + used :], pieces), *pieces[end:]], told
    return pieces, []


def _lines(pieces: list[Piece], place: int) -> tuple[list[_Line], int]:
    """The lines from a paragraph on, as far as a signature may reach; the place of the first piece behind them."""
    lines: list[_Line] = []
    for at in range(place, min(place + _BEHIND, len(pieces))):
        piece = pieces[at]
        if piece.kind is Kind.PICTURE and at > place:
            lines.append(_Line("", piece.markdown, at, picture=True))
            continue
        texts = [text.strip() for text in piece.text.split("\n")]
        written = [line.strip() for line in piece.markdown.split("\\\n")]
        if piece.pictures and len(written) == len(texts) + 1:
            texts.insert(next(place for place, line in enumerate(written) if "![" in line), "")
        if piece.kind is not Kind.PARAGRAPH or len(texts) != len(written):
            return lines, at
        lines += [
            _Line(text, line, at, picture=bool(_PICTURE.fullmatch(line)))
            for text, line in zip(texts, written, strict=True)
        ]
    return lines, min(place + _BEHIND, len(pieces))


def _signatories(lines: list[_Line]) -> tuple[list[_Signatory], int]:
    """Who signed, and how many lines tell so."""
    found: list[_Signatory] = []
    at = 0
    while at < len(lines):
        one, taken = _signatory(lines[at:])
        if not one.name:
            break
        found.append(one)
        at += taken
    return found, at


def _signatory(lines: list[_Line]) -> tuple[_Signatory, int]:
    one = _Signatory()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.picture and not one.picture and (not one.roles or not one.name):
            shown = _PICTURE.fullmatch(line.markdown)
            one.alt, one.picture = (_words(shown[1]), shown[2]) if shown else ("", "")
        elif not one.name and not line.picture:
            one.name, role = _name(line.text)
            one.roles += [role] if role else []
            if not one.name:
                break
        elif one.name and not line.picture and len(one.roles) < _MOST_ROLES and _is_role(line.text):
            one.roles.append(line.text)
        else:
            break
        at += 1
    return one, at


def _name(text: str) -> tuple[str, str]:
    """A name, and the role that stands behind it on the same line; two empty texts for what is no name."""
    if _NAME.fullmatch(text) or _TEAM.fullmatch(text):
        return text, ""
    name, _, role = (part.strip() for part in text.partition(","))
    return (name, role) if role and _NAME.fullmatch(name) and _is_role(role) else ("", "")


def _is_role(text: str) -> bool:
    if not text or len(text) > 100 or _CONTACT.search(text) or _POSTSCRIPT.match(text):
        return False
    return not re.search(r"[^.]{25,}[.!?]$", text) or text.lower().endswith(
        ("inc.", "ltd.", "ltée.", "eng.", "ing.")
    )


def _component(one: _Signatory, language: str, rename: Callable[[str, str], str]) -> Piece:
    attributes = {"name": one.name, "role": ", ".join(one.roles)}
    if one.picture:
        attributes["image"] = rename(one.picture, one.name)
        attributes["alt"] = one.alt or _alt(one.name, language)
    written = " ".join(f'{key}="{_value(text)}"' for key, text in attributes.items() if text)
    text = "\n".join([one.name, *one.roles])
    return Piece(Kind.MADE, f"::: signature {written}\n:::", text)


def _alt(name: str, language: str) -> str:
    if not language.startswith("fr"):
        return f"Signature of {name}"
    return f"Signature d’{name}" if name[:1] in "AEIOUYÉÈÊÀÂÎÔÛ" else f"Signature de {name}"


def _value(text: str) -> str:
    """A text between straight quotes that no field and no quote can break out of."""
    return " ".join(text.replace('"', "”").replace("{{", "{ {").replace("}}", "} }").split())


def _words(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", markdown)


def _rest(lines: list[_Line], pieces: list[Piece]) -> list[Piece]:
    """What stands below the signature and is no part of it: an address, a postscript."""
    rest: list[Piece] = []
    for line in lines:
        if line.picture:
            rest.append(Piece(Kind.PICTURE, line.markdown, "", pictures=pieces[line.piece].pictures))
        elif rest and rest[-1].kind is Kind.PARAGRAPH and rest[-1].level == line.piece:
            last = rest[-1]
            both = {"markdown": f"{last.markdown}\\\n{line.markdown}", "text": f"{last.text}\n{line.text}"}
            rest[-1] = replace(last, **both)  # type: ignore[arg-type]  # two texts
        elif line.text:
            rest.append(Piece(Kind.PARAGRAPH, line.markdown, line.text, level=line.piece))
    return rest
