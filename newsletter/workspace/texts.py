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
from newsletter.model.said import NBSP, Said, system
from newsletter.workspace.paths import inside, shown

TEXT_LIMIT = 1 << 20  #: bytes of one text file
IMAGE_LIMIT = 10 << 20  #: bytes of one image

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AS_UTF8 = Said(
    "Save the file as UTF-8 (in the editor's “Save as” dialogue), then look at this line's accents.",
    f"Enregistrez-le en UTF-8 (dans «{NBSP}Enregistrer sous{NBSP}»), puis relisez les accents de cette ligne.",
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_bytes(root: Path, path: Path, limit: int) -> bytes:
    """A file's bytes. Raises AuthorError when it is missing, unreadable or larger than `limit`."""
    inside(root, path)
    place = Place(shown(root, path))
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise AuthorError(unreadable(error), code="file-unreadable", place=place) from None
    if len(data) > limit:
        most = limit / (1 << 20)
        message = Said(f"is larger than {most:g} MB", f"le fichier dépasse {most:g}{NBSP}Mo")
        hint = Said("Make it smaller, or leave it out.", "Réduisez-le, ou laissez-le de côté.")
        raise AuthorError(message, code="file-too-large", place=place, hint=hint)
    return data


def unreadable(error: OSError) -> Said:
    """The sentence for a file that cannot be read, with the system's own reason."""
    reason = system(error)
    return Said(f"cannot be read: {reason.en}", f"ne peut pas être lu{NBSP}: {reason.fr}")


def read_text(root: Path, path: Path) -> str:
    """A file's text. Raises AuthorError with the line where it is not UTF-8 or holds a control character."""
    return normalised(read_bytes(root, path, TEXT_LIMIT), shown(root, path))


def normalised(data: bytes, name: str) -> str:
    """Bytes as text: byte order mark dropped, Windows line ends made LF, accents composed (NFC)."""
    if data.startswith(_UTF16):
        message = Said("the file is saved as UTF-16", "le fichier est enregistré en UTF-16")
        hint = Said("Save it as UTF-8.", "Enregistrez-le en UTF-8.")
        raise AuthorError(message, code="text-encoding", place=Place(name, 1), hint=hint)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = Said("the file is not saved as UTF-8", "le fichier n’est pas enregistré en UTF-8")
        place = Place(name, line)
        raise AuthorError(message, code="text-encoding", place=place, hint=_AS_UTF8) from None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    odd = _CONTROL.search(text)
    if odd:
        start = text.rfind("\n", 0, odd.start()) + 1
        place = Place(name, text.count("\n", 0, odd.start()) + 1, odd.start() - start + 1)
        sign = f"U+{ord(odd.group()):04X}"
        message = Said(
            f"here is an invisible control character ({sign})",
            f"un caractère de commande invisible se trouve ici ({sign})",
        )
        hint = Said("Delete it and type the place again.", "Supprimez-le et retapez ce passage.")
        raise AuthorError(message, code="text-control", place=place, hint=hint)
    return text
