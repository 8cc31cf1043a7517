"""Reading text and bytes of files that staff wrote, whatever program saved them.

In: a path inside the workspace. Out: text as the rest expects it (UTF-8 without mark, LF, NFC), or an error with its line.
Called by the other modules of this folder.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.workspace.paths import inside, shown

TEXT_LIMIT = 1 << 20  #: bytes of one text file
IMAGE_LIMIT = 10 << 20  #: bytes of one image

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_bytes(root: Path, path: Path, limit: int) -> bytes:
    """A file's bytes. Raises AuthorError when it is missing, unreadable or larger than `limit`."""
    inside(root, path)
    place = Place(shown(root, path))
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise AuthorError(f"cannot be read: {reason}", code="file-unreadable", place=place) from None
    if len(data) > limit:
        raise AuthorError(
            f"is larger than {limit / (1 << 20):g} MB",
            code="file-too-large",
            place=place,
            hint="Make it smaller, or leave it out.",
        )
    return data


def read_text(root: Path, path: Path) -> str:
    """A file's text. Raises AuthorError with the line where it is not UTF-8 or holds a control character."""
    return normalised(read_bytes(root, path, TEXT_LIMIT), shown(root, path))


def normalised(data: bytes, name: str) -> str:
    """Bytes as text: byte order mark dropped, Windows line ends made LF, accents composed (NFC)."""
    if data.startswith(_UTF16):
        raise AuthorError(
            "the file is saved as UTF-16",
            code="text-encoding",
            place=Place(name, 1),
            hint="Save it as UTF-8.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AuthorError(
            "the file is not saved as UTF-8",
            code="text-encoding",
            place=Place(name, line),
            hint="Save the file as UTF-8 (in the editor's “Save as” dialogue), then look at this line's accents.",
        ) from None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    odd = _CONTROL.search(text)
    if odd:
        start = text.rfind("\n", 0, odd.start()) + 1
        place = Place(name, text.count("\n", 0, odd.start()) + 1, odd.start() - start + 1)
        raise AuthorError(
            f"here is an invisible control character (U+{ord(odd.group()):04X})",
            code="text-control",
            place=place,
            hint="Delete it and type the place again.",
        )
    return text
