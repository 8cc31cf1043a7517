"""Single cells of a file: cleaned on the way in, made harmless to spreadsheets on the way out.

In: text. Out: text. Called by rows (in) and sheets (out).

A spreadsheet takes a cell that begins with = + - @ for a formula, and where people write 1,5 it begins a new cell at every
semicolon. `guarded` puts an apostrophe before each such sign (and before apostrophes that stand there), `unguarded` takes one away, so
that what goes out comes in again as it was.
"""

from __future__ import annotations

import re
import unicodedata

_SIGN = "'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(f"((?:^|;) *)(?={_SIGN})")
_GUARDED = re.compile(f"((?:^|;) *)'(?={_SIGN})")
_BREAKS = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# U+FEFF is no letter: files put together have its mark of encoding in their middle.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")


def is_plain(text: str) -> bool:
    """Whether a text holds nothing that `clean` would alter, but for spaces at its ends. Cheap: most rows end here."""
    return text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text))


def clean(text: str) -> str:
    """One line of NFC text: breaks and tabs become spaces; control characters, marks of encoding and broken surrogates go."""
    text = _FORBIDDEN.sub("", _BREAKS.sub(" ", text))
    return unicodedata.normalize("NFC", text).strip()


def holds_controls(text: str) -> bool:
    """Whether `clean` would take characters out that are no breaks."""
    return _CONTROLS.search(text) is not None


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, whether it separates cells by commas or by semicolons."""
    return _FORMULA.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """The text of a cell that `guarded` made."""
    return _GUARDED.sub(r"\1", text) if "'" in text else text
