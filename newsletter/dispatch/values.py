"""A member's value on its way into a text: filtered, then made harmless for the place where it stands.

In: a field's text, a slot, a context. Out: text that cannot leave its place. Called by dispatch.filling; inserted last, never
parsed again.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import quote

from newsletter.model.artwork import Slot, SlotContext, SlotFilter

# Bidirectional controls turn the text around them; the characters of right-to-left names need none of them.
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_PLAIN = re.compile(r"[ -~]*")
# Latin with its accents, Greek's neighbours and Cyrillic, as names are written: all assigned, none of them a control (a test looks).
_LETTERS = re.compile("[ -~\u00a0-\u0377\u0400-\u052f\u2010-\u2015\u2018-\u201f\u2026]*")
_JOINER = "\u2060"


def one_line(value: str) -> str:
    """Text without control characters, line breaks, lone surrogates or bidirectional controls, in NFC."""
    if _PLAIN.fullmatch(value) or (_LETTERS.fullmatch(value) and unicodedata.is_normalized("NFC", value)):
        return value
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", value):
        category = unicodedata.category(character)
        if character in "\t\n\r\v\f" or category in {"Zl", "Zp"} or character == "\x85":
            kept.append(" ")
        elif category not in {"Cc", "Cs", "Cn"} and ord(character) not in _BIDI:
            kept.append(character)
    return "".join(kept)


def _truncate(value: str, *arguments: str | int) -> str:
    length = max(int(arguments[0]), 1) if arguments else 30
    return value if len(value) <= length else value[: length - 1].rstrip() + "…"


_FILTERS = {
    "upper": lambda value, *_: value.upper(),
    "lower": lambda value, *_: value.lower(),
    "title": lambda value, *_: value.title(),
    "capitalize": lambda value, *_: value[:1].upper() + value[1:].lower(),
    "trim": lambda value, *_: value.strip(),
    "truncate": _truncate,
}

FILTERS = frozenset(_FILTERS)


def apply(steps: tuple[SlotFilter, ...], value: str) -> str:
    """The value after the slot's filters, in the author's order."""
    for step in steps:
        value = _FILTERS[step.name](value, *step.arguments)
    return value


def slot_text(slot: Slot, value: str) -> str:
    """What a reader with this value sees, before escaping: the value, or the fallback where there is none."""
    text = one_line(value).strip()
    if not text:
        text = slot.fallback or ""
    return apply(slot.filters, text)


def _subject(value: str) -> str:
    # An encoded word in a name would be decoded by mail programs, and by Python 3.11 into new headers.
    return value.replace("=?", "= ?")


def escape(value: str, context: SlotContext) -> str:
    """The value as it may stand in its context (HTML: WHATWG; URL: RFC 3986, one component; headers: RFC 5322, one line)."""
    match context:
        case SlotContext.TEXT | SlotContext.ATTRIBUTE:
            return html.escape(value, quote=True)
        case SlotContext.URL | SlotContext.PLAIN_URL:
            return quote(value, safe="")
        case SlotContext.SUBJECT:
            return _subject(value)
        case SlotContext.PLAIN:
            return value


def neutralise(value: str, opening: str, context: SlotContext) -> str:
    """A value that holds the beginning of a tag loses that likeness, and looks the same to a reader."""
    if opening not in value:
        return value
    first, rest = opening[0], opening[1:]
    match context:
        case SlotContext.TEXT | SlotContext.ATTRIBUTE:
            harmless = f"&#{ord(first)};{rest}"
        case SlotContext.URL | SlotContext.PLAIN_URL:
            harmless = f"%{ord(first):02X}{rest}"
        case _:
            harmless = f"{first}{_JOINER}{rest}"
    return value.replace(opening, harmless)
