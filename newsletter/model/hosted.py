"""Hosted files: what a mail links to and this program serves: a programme as PDF, an appointment as .ics.

In: names and the beginnings of files. Out: kinds, media types, addresses. Called by workspace, compose, dispatch, pipeline, web.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD = "application/vnd.openxmlformats-officedocument."
_OASIS = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file that may be hosted: its media type, the word readers know it by, how its content may begin (empty: text)."""

    media_type: str
    word: str
    begins: tuple[bytes, ...] = ()

    @property
    def is_text(self) -> bool:
        """True for kinds whose content is text."""
        return not self.begins


#: by ending. No HTML, SVG, XML or program: on our own host a browser would run what is in them
KINDS: Final = {
    "pdf": FileKind("application/pdf", "PDF", (b"%PDF-",)),
    "ics": FileKind("text/calendar", "ICS"),
    "vcf": FileKind("text/vcard", "VCF"),
    "docx": FileKind(f"{_WORD}wordprocessingml.document", "Word", (_ZIP,)),
    "xlsx": FileKind(f"{_WORD}spreadsheetml.sheet", "Excel", (_ZIP,)),
    "pptx": FileKind(f"{_WORD}presentationml.presentation", "PowerPoint", (_ZIP,)),
    "doc": FileKind("application/msword", "Word", (_OLE,)),
    "xls": FileKind("application/vnd.ms-excel", "Excel", (_OLE,)),
    "ppt": FileKind("application/vnd.ms-powerpoint", "PowerPoint", (_OLE,)),
    "odt": FileKind(f"{_OASIS}text", "ODT", (_ZIP,)),
    "ods": FileKind(f"{_OASIS}spreadsheet", "ODS", (_ZIP,)),
    "odp": FileKind(f"{_OASIS}presentation", "ODP", (_ZIP,)),
    "epub": FileKind("application/epub+zip", "EPUB", (_ZIP,)),
    "zip": FileKind("application/zip", "ZIP", (_ZIP,)),
    "rtf": FileKind("application/rtf", "RTF", (b"{\\rtf",)),
    "csv": FileKind("text/csv", "CSV"),
    "txt": FileKind("text/plain", "TXT"),
    "mp3": FileKind("audio/mpeg", "MP3", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "m4a": FileKind("audio/mp4", "M4A", (b"\0\0\0",)),
    "mp4": FileKind("video/mp4", "MP4", (b"\0\0\0",)),
}
HEAD: Final = 1024  #: how much of a file's beginning tells its kind
KEY: Final = 24  #: hex digits of a file's key
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]|<(?:!doctype|html|script|svg)", re.IGNORECASE)
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file beside an issue as composing sees it, without its bytes: `digest` is SHA-256 in hex (empty: larger than is hosted),
    `size` in bytes, `head` its first `HEAD` bytes."""

    digest: str
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class HostedFile:
    """A file of the edition. `name` is what it is called where a reader saves it; `source` its path relative to the workspace,
    empty for one that the program made."""

    digest: str
    media_type: str
    size: int
    name: str
    source: str = ""

    @property
    def kind(self) -> FileKind:
        """What kind of file it is."""
        return KINDS[ending(self.name)]

    @property
    def file_name(self) -> str:
        """Its name among the files of all editions: the key and the ending."""
        return f"{key(self.digest, self.name)}.{ending(self.name)}"

    @property
    def address(self) -> str:
        """Its address under `/f/`: the key and the name, percent-encoded."""
        return f"{key(self.digest, self.name)}/{quote(self.name, safe='')}"


def key(digest: str, name: str) -> str:
    """Content and name together: a name that somebody else puts into the address fits no key."""
    return hashlib.sha256(f"{digest}/{name}".encode()).hexdigest()[:KEY]


def ending(name: str) -> str:
    """The ending of a name, in lower case, without its dot."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def readable_name(path: str) -> str:
    """The last part of a path as a name that every system can save."""
    return _UNFIT.sub("-", path.rsplit("/", 1)[-1])[-120:]


def is_what_it_says(name: str, head: bytes) -> bool:
    """True when a file's beginning fits its ending."""
    kind = KINDS.get(ending(name))
    if kind is None:
        return False
    if kind.is_text:
        return _NOT_TEXT.search(head) is None
    return head.startswith(kind.begins) or (kind.word == "PDF" and kind.begins[0] in head)
