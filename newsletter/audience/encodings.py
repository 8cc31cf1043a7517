"""The bytes of a CSV file as lines of text, whatever program wrote them.

In: pieces of bytes, in order. Out: lines with their ends, as they come; what was noticed on the way. Called by pipeline.importing.

UTF-8 with or without its mark; UTF-16 with its mark; where bytes are not UTF-8, they and only they are read as Windows-1252, what
Excel writes in Canada. No more is held than the line that is being put together.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from newsletter.model.errors import AuthorError, NotAllowed
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

MAX_LINE = 1 << 20  #: bytes of one line
MAX_FILE = 4 << 30  #: bytes of one file

#: how files begin that a spreadsheet or a word processor writes, and no list of addresses does
_NO_TEXT = {
    b"PK\x03\x04": ("an Excel workbook", "un classeur Excel"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "un ancien classeur Excel"),
    b"%PDF": ("a PDF", "un PDF"),
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FALLBACK = "newsletter.windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(_FALLBACK, _as_windows_1252)


@dataclass(slots=True)
class Decoding:
    """What was noticed: `encoding` as a person knows it; bytes and whole lines that were read so far."""

    file: str
    encoding: str = "UTF-8"
    size: int = 0
    line: int = 0

    @property
    def place(self) -> Place:
        """Where the reading is."""
        return Place(self.file, self.line)


def lines(pieces: Iterable[bytes], noticed: Decoding) -> Iterator[str]:
    """The lines of a file. Raises AuthorError for a line or a file that is too long, with its place."""
    for text in _texts(_whole_lines(pieces, noticed), noticed):
        found = list(io.StringIO(text, newline=""))
        noticed.line += len(found)
        yield from found


def refuse_workbook(start: bytes, noticed: Decoding) -> None:
    """Refuse what begins as a workbook or a PDF does, with the way to a CSV file. Raises NotAllowed (`import-no-csv`)."""
    kind = next((kind for sign, kind in _NO_TEXT.items() if start.startswith(sign)), None)
    if kind is not None:
        raise NotAllowed(
            Said(
                f"{noticed.file} is {kind[0]}, not a CSV file",
                f"{noticed.file} est {kind[1]}, pas un fichier CSV",
            ),
            code="import-no-csv",
            hint=Said(
                "In the spreadsheet, choose “Save as” and “CSV UTF-8”, and take that file.",
                f"Dans le tableur, choisissez «{NBSP}Enregistrer sous{NBSP}», puis «{NBSP}CSV UTF-8{NBSP}», et prenez ce fichier.",
            ),
        )


def check_size(size: int, noticed: Decoding) -> None:
    """Refuse a file that is too long: before it is begun, where its size is known."""
    if size > MAX_FILE:
        raise _too_much(
            Said(
                f"the file is longer than {MAX_FILE >> 30} GB", f"le fichier dépasse {MAX_FILE >> 30}\u00a0Go"
            ),
            noticed,
        )


def _whole_lines(pieces: Iterable[bytes], noticed: Decoding) -> Iterator[bytes]:
    """Pieces that end where a line does; the first begins where the file does."""
    rest = b""
    for piece in pieces:
        noticed.size += len(piece)
        check_size(noticed.size, noticed)
        whole, rest = _cut(rest + piece)
        if len(rest) > MAX_LINE:
            raise _too_much(
                Said(
                    f"a line is longer than {MAX_LINE >> 20} MB",
                    f"une ligne dépasse {MAX_LINE >> 20}\u00a0Mo",
                ),
                noticed,
            )
        if whole:
            yield whole
    if rest:
        yield rest


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """At the last end of a line; a carriage return at the very end may be half of one. In UTF-16 the byte of an end may also
    be half of a letter: the decoder keeps what is not whole."""
    at = data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, len(data) - 1) + 1
    return data[:at], data[at:]


def _texts(pieces: Iterable[bytes], noticed: Decoding) -> Iterator[str]:
    others = iter(pieces)
    first = next(others, b"")
    refuse_workbook(first, noticed)
    if first.startswith(_UTF16):
        noticed.encoding = "UTF-16"
        yield from _utf16(chain([first], others), noticed)
        return
    yield _utf8(first.removeprefix(codecs.BOM_UTF8), noticed)
    for piece in others:
        yield _utf8(piece, noticed)


def _utf16(pieces: Iterable[bytes], noticed: Decoding) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    rest = ""
    for piece in pieces:
        rest += decoder.decode(piece)
        at = rest.rfind("\n") + 1
        if len(rest) - at > MAX_LINE:
            raise _too_much(
                Said(
                    f"a line is longer than {MAX_LINE >> 20} MB",
                    f"une ligne dépasse {MAX_LINE >> 20}\u00a0Mo",
                ),
                noticed,
            )
        yield rest[:at]
        rest = rest[at:]
    yield rest + decoder.decode(b"", final=True)


def _utf8(data: bytes, noticed: Decoding) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        noticed.encoding = "Windows-1252"
        return data.decode("utf-8", errors=_FALLBACK)


def _too_much(problem: Said, noticed: Decoding) -> AuthorError:
    return AuthorError(
        problem,
        code="members-too-large",
        place=Place(noticed.file, noticed.line + 1),
        hint=Said(
            "Save it as CSV again, or cut it into several files.",
            "Enregistrez-le de nouveau en CSV, ou divisez-le en plusieurs fichiers.",
        ),
    )
