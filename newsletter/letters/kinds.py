"""What kind of file this is, by its content before its name; and a next step for each kind that is not taken.

In: a file's name and bytes. Out: `docx`, `html`, `txt` or `md`, or an AuthorError. Called by letters.read.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from newsletter.model.errors import AuthorError
from newsletter.model.place import Place

LARGEST = 25 << 20  #: bytes of a letter: pictures included

#: what is read as text is parsed several times over; a page may carry pictures
MOST_TEXT = {"txt": 256 << 10, "md": 256 << 10, "html": 12 << 20}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2
_ENDINGS = {
    ".html": "html",
    ".htm": "html",
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".docx": "docx",
}
_AS_WORD = "Open it there, save it as a Word document (.docx), and bring that."
_REFUSED = {
    ".doc": ("is an old Word document (.doc)", "Open it in Word, save it as .docx, and bring that."),
    ".docm": (
        "is a Word document with macros (.docm)",
        "Save it as .docx, which has none, and bring that.",
    ),
    ".dot": ("is a Word template", "Open it in Word, save it as .docx, and bring that."),
    ".dotx": ("is a Word template", "Open it in Word, save it as .docx, and bring that."),
    ".odt": ("is an OpenDocument text (.odt)", _AS_WORD),
    ".pages": ("is a Pages document", "Export it from Pages as a Word document (.docx), and bring that."),
    ".pdf": (
        "is a PDF",
        "A PDF has no paragraphs. Ask for the document that it was made from, and bring that as .docx.",
    ),
    ".rtf": ("is rich text (.rtf)", _AS_WORD),
    ".msg": ("is an Outlook message (.msg)", "Save it from Outlook as HTML (.html), and bring that."),
    ".eml": ("is an e-mail (.eml)", "Save it from your mail program as HTML (.html), and bring that."),
    ".xlsx": ("is a workbook", "Bring the letter itself, as .docx."),
    ".pptx": ("is a presentation", "Bring the letter itself, as .docx."),
    ".zip": ("is a ZIP file", "Unpack it, and bring the letter itself."),
}


def kind_of(name: str, data: bytes) -> str:
    """The kind of a letter. Raises AuthorError with the next step for what is not taken."""
    if len(data) > LARGEST:
        raise AuthorError(
            f"is larger than {LARGEST >> 20} MB",
            code="letter-too-large",
            place=Place(name),
            hint="Scale its pictures down in Word (Picture Format > Compress Pictures).",
        )
    ending = PurePath(name).suffix.lower()
    found = _by_content(data) or ending
    if found in {".docx", ""} and not data.startswith(b"PK"):
        raise _refusal(
            name, "is no Word document, whatever its name says", "Open it in Word and save it again."
        )
    if found in _REFUSED:
        raise _refusal(name, *_REFUSED[found])
    if found == ".encrypted":
        raise _refusal(
            name,
            "is protected by a password",
            "Take the password off in Word (File > Info > Protect Document), save it, and bring it again.",
        )
    if found not in _ENDINGS:
        raise _refusal(
            name, f"is of a kind that is not read ({found[:12]})", "Bring .docx, .html, .txt or .md."
        )
    kind = _ENDINGS[found]
    if len(data) > MOST_TEXT.get(kind, LARGEST):
        raise AuthorError(
            f"holds more than {MOST_TEXT[kind] >> 10:,} KB of text",
            code="letter-too-large",
            place=Place(name),
            hint="This is no common letter. Cut it down, or copy its text into a Word document.",
        )
    return kind


def _refusal(name: str, message: str, hint: str) -> AuthorError:
    return AuthorError(message, code="letter-kind", place=Place(name), hint=hint)


def _by_content(data: bytes) -> str:
    """The ending that the content deserves; empty when only its name can tell."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith(b"PK"):
        return _packed(data)
    for opening, ending in ((b"%PDF-", ".pdf"), (b"{\\rtf", ".rtf")):
        if head.startswith(opening):
            return ending
    return ""


def _ole(data: bytes) -> str:
    for mark, ending in (
        ("EncryptedPackage", ".encrypted"),
        ("__substg1.0_", ".msg"),
        ("WordDocument", ".doc"),
    ):
        if mark.encode("utf-16-le") in data:
            return ending
    return ".doc"


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:5000]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ".docx"  # said to be one; what is wrong with it is told where it is unpacked
    lower = {one.lower() for one in names}
    signs = {
        ".docm": any(one.endswith("vbaproject.bin") for one in lower),
        ".docx": any(one.startswith("word/") for one in lower),
        ".xlsx": any(one.startswith("xl/") for one in lower),
        ".pptx": any(one.startswith("ppt/") for one in lower),
        ".odt": {"mimetype", "content.xml"} <= lower,
        ".pages": any(one.endswith(".iwa") for one in lower),
    }
    return next((ending for ending, holds in signs.items() if holds), ".zip")
