"""The words of an expression.

In: text. Out: tokens with their offsets. Called by parsing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from newsletter.audience.faults import SegmentFault
from newsletter.model.said import NBSP, NOTHING, Said, quoted

MAX_LENGTH = 10_000  #: characters of one expression
_MAX_STRING = 1_000  # SQLite compares patterns up to 50,000 bytes; nothing real is longer than this

_QUOTES = {'"': '"', "'": "'", "“": "”", "«": "»"}
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[^\W\d]\w*")
_BARE = re.compile(r"\d[\w.:/-]*")
_SIGN = re.compile(r"==|!=|<=|>=|<|>|[()\[\],]")
_ELSEWHERE = {
    "=": Said("Write == for “is”.", f"Écrivez == pour «{NBSP}est{NBSP}»."),
    "&&": Said("Write and.", "Écrivez and."),
    "||": Said("Write or.", "Écrivez or."),
    "<>": Said("Write !=.", "Écrivez !=."),
    "!": Said("Write not, or != for “is not”.", f"Écrivez not, ou != pour «{NBSP}n’est pas{NBSP}»."),
    ";": Said("Write one expression only.", "N’écrivez qu’une expression."),
    "%": Said(
        "Write contains, starts with or ends with.", "Écrivez `contains`, `starts with` ou `ends with`."
    ),
}


class Kind(Enum):
    """What sort of word."""

    NAME = auto()  #: a field or keyword
    STRING = auto()  #: in quotation marks; `text` is without them
    BARE = auto()  #: a number or date, without quotation marks
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word and where it begins."""

    kind: Kind
    text: str
    offset: int


def tokens(text: str) -> list[Token]:
    """All words of an expression, and END. Raises SegmentFault."""
    if len(text) > MAX_LENGTH:
        message = Said(
            f"the expression is longer than {MAX_LENGTH:,} characters",
            f"l’expression dépasse {MAX_LENGTH:,} caractères".replace(",", NBSP),
        )
        raise SegmentFault(message, text, MAX_LENGTH)
    found: list[Token] = []
    offset = _skip(text, 0)
    while offset < len(text):
        token, offset = _next(text, offset)
        found.append(token)
        offset = _skip(text, offset)
    return [*found, Token(Kind.END, "", len(text.rstrip()))]


def _skip(text: str, offset: int) -> int:
    space = _SPACE.match(text, offset)
    return space.end() if space else offset


def _next(text: str, offset: int) -> tuple[Token, int]:
    if text[offset] in _QUOTES:
        return _string(text, offset)
    for kind, pattern in ((Kind.NAME, _NAME), (Kind.BARE, _BARE), (Kind.SIGN, _SIGN)):
        found = pattern.match(text, offset)
        if found and not text.startswith("<>", offset):
            return Token(kind, found.group(), offset), found.end()
    hint = next((advice for sign, advice in _ELSEWHERE.items() if text.startswith(sign, offset)), NOTHING)
    shown = _shown(text[offset])
    message = Said(f"{shown.en} has no meaning here", f"{shown.fr} n’a pas de sens ici")
    raise SegmentFault(message, text, offset, hint=hint)


def _shown(sign: str) -> Said:
    if sign.isprintable():
        return quoted(sign)
    return Said(f"the character U+{ord(sign):04X}", f"le caractère U+{ord(sign):04X}")


def _string(text: str, start: int) -> tuple[Token, int]:
    closing, made, at = _QUOTES[text[start]], [], start + 1
    while at < len(text) and text[at] != closing:
        if text[at] == "\\" and text[at + 1 : at + 2] in {"\\", closing}:
            at += 1
        elif not text[at].isprintable() and _is_control(text[at]):
            shown = _shown(text[at])
            message = Said(
                f"{shown.en} cannot stand in quotation marks", f"{shown.fr} ne peut figurer entre guillemets"
            )
            raise SegmentFault(message, text, at)
        made.append(text[at])
        at += 1
    if at == len(text):
        message = Said("the quotation mark is never closed", "le guillemet n’est jamais fermé")
        raise SegmentFault(message, text, start)
    if len(made) > _MAX_STRING:
        message = Said(
            f"the text is longer than {_MAX_STRING:,} characters",
            f"le texte dépasse {_MAX_STRING:,} caractères".replace(",", NBSP),
        )
        raise SegmentFault(message, text, start)
    return Token(Kind.STRING, "".join(made), start), at + 1


def _is_control(sign: str) -> bool:
    return ord(sign) < 32 or 127 <= ord(sign) < 160 or 0xD800 <= ord(sign) < 0xE000 or sign in "\u2028\u2029"
