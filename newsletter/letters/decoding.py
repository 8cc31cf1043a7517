"""Bytes of a text file as text, whatever program saved them; for HTML, as it says of itself.

In: bytes. Out: text with LF, composed accents, without control characters, and what was done. Called by letters.read, letters.page.
WHATWG Encoding: a page that says latin-1 means Windows-1252.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from newsletter.letters.value import Remark, Said

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_LATIN = {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def decoded(data: bytes, *, html: bool = False) -> tuple[str, list[Remark]]:
    """The text, and a remark where its encoding was guessed."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _clean(data.decode(encoding, "replace")), []
    for encoding in (_declared(data) if html else "", "utf-8", _utf16(data)):
        try:
            if encoding:
                return _clean(data.decode(encoding)), []
        except (UnicodeDecodeError, LookupError):
            continue
    remark = Remark(
        Said.CHANGED, "the file is not saved as UTF-8; it was read as Windows-1252: look at its accents"
    )
    return _clean(data.decode("cp1252", "replace")), [remark]


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    return "cp1252" if name in _LATIN else name


def _utf16(data: bytes) -> str:
    """UTF-16 without its mark: every other byte of a Latin text is zero."""
    head = data[:200]
    if len(head) < 4 or head.count(0) < len(head) // 3:
        return ""
    return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"


def _clean(text: str) -> str:
    flat = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\x0c", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", flat))
