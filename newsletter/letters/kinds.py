"""What kind of file this is, by its content before its name; and a next step for each kind that is not taken.

In: a file's name and bytes. Out: `docx`, `html`, `txt` or `md`, or an AuthorError. Called by letters.read.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.said import Said, whole

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
_AS_WORD = Said(
    "Open it there, save it as a Word document (.docx), and bring that.",
    "Ouvrez-le là, enregistrez-le comme document Word (.docx), puis apportez celui-ci.",
)
_IN_WORD = Said(
    "Open it in Word, save it as .docx, and bring that.",
    "Ouvrez-le dans Word, enregistrez-le en .docx, puis apportez celui-ci.",
)
_ITSELF = Said("Bring the letter itself, as .docx.", "Apportez la lettre elle-même, en .docx.")
_REFUSED = {
    ".doc": (Said("is an old Word document (.doc)", "c’est un ancien document Word (.doc)"), _IN_WORD),
    ".docm": (
        Said("is a Word document with macros (.docm)", "c’est un document Word avec macros (.docm)"),
        Said(
            "Save it as .docx, which has none, and bring that.",
            "Enregistrez-le en .docx, qui n’en a pas, puis apportez celui-ci.",
        ),
    ),
    ".dot": (Said("is a Word template", "c’est un modèle Word"), _IN_WORD),
    ".dotx": (Said("is a Word template", "c’est un modèle Word"), _IN_WORD),
    ".odt": (Said("is an OpenDocument text (.odt)", "c’est un texte OpenDocument (.odt)"), _AS_WORD),
    ".pages": (
        Said("is a Pages document", "c’est un document Pages"),
        Said(
            "Export it from Pages as a Word document (.docx), and bring that.",
            "Exportez-le de Pages comme document Word (.docx), puis apportez celui-ci.",
        ),
    ),
    ".pdf": (
        Said("is a PDF", "c’est un PDF"),
        Said(
            "A PDF has no paragraphs. Ask for the document that it was made from, and bring that as .docx.",
            "Un PDF n’a pas de paragraphes. Demandez le document d’où il vient, et apportez celui-ci en .docx.",
        ),
    ),
    ".rtf": (Said("is rich text (.rtf)", "c’est du texte enrichi (.rtf)"), _AS_WORD),
    ".msg": (
        Said("is an Outlook message (.msg)", "c’est un message Outlook (.msg)"),
        Said(
            "Save it from Outlook as HTML (.html), and bring that.",
            "Enregistrez-le d’Outlook en HTML (.html), puis apportez celui-ci.",
        ),
    ),
    ".eml": (
        Said("is an e-mail (.eml)", "c’est un courriel (.eml)"),
        Said(
            "Save it from your mail program as HTML (.html), and bring that.",
            "Enregistrez-le de votre programme de courriel en HTML (.html), puis apportez celui-ci.",
        ),
    ),
    ".xlsx": (Said("is a workbook", "c’est un classeur"), _ITSELF),
    ".pptx": (Said("is a presentation", "c’est une présentation"), _ITSELF),
    ".zip": (
        Said("is a ZIP file", "c’est un fichier ZIP"),
        Said("Unpack it, and bring the letter itself.", "Décompressez-le, et apportez la lettre elle-même."),
    ),
}


def kind_of(name: str, data: bytes) -> str:
    """The kind of a letter. Raises AuthorError with the next step for what is not taken."""
    if len(data) > LARGEST:
        raise AuthorError(
            Said(f"is larger than {LARGEST >> 20} MB", f"le document dépasse {LARGEST >> 20}\u00a0Mo"),
            code="letter-too-large",
            place=Place(name),
            hint=Said(
                "Scale its pictures down in Word (Picture Format > Compress Pictures).",
                "Réduisez ses images dans Word (Format de l’image > Compresser les images).",
            ),
        )
    ending = PurePath(name).suffix.lower()
    found = _by_content(data) or ending
    if found in {".docx", ""} and not data.startswith(b"PK"):
        raise _refusal(
            name,
            Said(
                "is no Word document, whatever its name says",
                "ce n’est pas un document Word, quoi que dise son nom",
            ),
            Said("Open it in Word and save it again.", "Ouvrez-le dans Word et enregistrez-le de nouveau."),
        )
    if found in _REFUSED:
        raise _refusal(name, *_REFUSED[found])
    if found == ".encrypted":
        raise _refusal(
            name,
            Said("is protected by a password", "le document est protégé par un mot de passe"),
            Said(
                "Take the password off in Word (File > Info > Protect Document), save it, and bring it again.",
                "Retirez le mot de passe dans Word (Fichier > Informations > Protéger le document), enregistrez, puis apportez-le de nouveau.",
            ),
        )
    if found not in _ENDINGS:
        raise _refusal(
            name,
            Said(
                f"is of a kind that is not read ({found[:12]})",
                f"ce type de document n’est pas lu ({found[:12]})",
            ),
            Said("Bring .docx, .html, .txt or .md.", "Apportez un fichier .docx, .html, .txt ou .md."),
        )
    kind = _ENDINGS[found]
    if len(data) > MOST_TEXT.get(kind, LARGEST):
        raise AuthorError(
            Said(
                f"holds more than {MOST_TEXT[kind] >> 10:,} KB of text",
                f"le document contient plus de {whole(MOST_TEXT[kind] >> 10).fr}\u00a0Ko de texte",
            ),
            code="letter-too-large",
            place=Place(name),
            hint=Said(
                "This is no common letter. Cut it down, or copy its text into a Word document.",
                "Ce n’est pas une lettre ordinaire. Raccourcissez-la, ou copiez son texte dans un document Word.",
            ),
        )
    return kind


def _refusal(name: str, message: Said, hint: Said) -> AuthorError:
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
