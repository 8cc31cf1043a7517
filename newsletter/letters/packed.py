"""A Word document taken apart within limits: only parts that are known, every one of them parsed here and written anew.

In: the bytes of a .docx. Out: a Package of XML trees and pictures; clean bytes for mammoth. Called by letters.word.

Limits are enough, and no process of its own is needed: what an attacker can make grow (parts, bytes unpacked, elements, depth) is
bounded before anything walks it; entities are never expanded, for a document with a DTD is refused (ECMA-376 part 2, 8.1.4 forbids
it); and what mammoth reads is written by us, so that no part is read twice in two ways.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.said import Said, whole

MOST_PARTS = 3_000
MOST_UNPACKED = 120 << 20  #: bytes of all parts that are read
MOST_XML = 24 << 20  #: bytes of one XML part
MOST_ELEMENTS = 120_000
DEEPEST = 150

_TELLING = ("styles", "numbering", "footnotes", "endnotes")
_TYPES = "[Content_Types].xml"
_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: ISO 29500 strict → transitional, which every program writes unless it is told otherwise
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    b"http://purl.oclc.org/ooxml/drawingml/picture": b"http://schemas.openxmlformats.org/drawingml/2006/picture",
}


@dataclass(slots=True)
class Package:
    """The parts of a Word document: trees by name, and the bytes of pictures. `main` is the name of its text."""

    name: str
    main: str
    trees: dict[str, Any] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)

    def related(self, ending: str) -> dict[str, Any]:
        """The trees of the parts that the text names by a kind of relationship: `footnotes`, `header` …"""
        found: dict[str, Any] = {}
        for relation in self.relations():
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(self.main), relation.get("Target", ""))
            )
            target = (
                relation.get("Target", "").lstrip("/")
                if relation.get("Target", "").startswith("/")
                else target
            )
            if relation.get("Type", "").endswith(f"/{ending}") and target in self.trees:
                found[target] = self.trees[target]
        return found

    def relations(self) -> list[Any]:
        """The relationships of the text."""
        tree = self.trees.get(rels_of(self.main))
        return [] if tree is None else list(tree.iter(_RELS))

    def written(self) -> bytes:
        """The document again, of nothing but what was read and says something of the text."""
        out = io.BytesIO()
        for tree in self.related("styles").values():
            _slimmed(tree)
        parts = {
            _TYPES,
            "_rels/.rels",
            self.main,
            *(name for kind in _TELLING for name in self.related(kind)),
        }
        parts |= {rels_of(name) for name in parts}
        with zipfile.ZipFile(out, "w") as archive:
            for name, tree in self.trees.items():
                if name not in parts:
                    continue
                archive.writestr(
                    name, etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
                )
            for name, data in self.media.items():
                archive.writestr(name, data)
        return out.getvalue()


def _slimmed(styles: Any) -> None:
    """Of a style, its name, what it rests on and its numbering matter; all else is most of the work of reading a letter."""
    for one in list(styles):
        if not str(one.tag).endswith("}style"):
            styles.remove(one)
            continue
        for part in list(one):
            name = str(part.tag).rpartition("}")[2]
            if name == "pPr":
                part[:] = [inner for inner in part if str(inner.tag).endswith("}numPr")]
            elif name not in {"name", "basedOn"}:
                one.remove(part)


def rels_of(part: str) -> str:
    """Where the relationships of a part stand."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def unpack(name: str, data: bytes) -> Package:
    """A Word document as its parts. Raises AuthorError for one that is damaged, too large, or holds what no letter holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _judge(name, archive.infolist())
            return _read(name, archive)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        etree.XMLSyntaxError,
        EOFError,
        OSError,
        NotImplementedError,
    ) as error:
        raise _fault(
            name,
            Said(
                f"is damaged ({type(error).__name__})", f"le document est endommagé ({type(error).__name__})"
            ),
            Said("Open it in Word and save it again.", "Ouvrez-le dans Word et enregistrez-le de nouveau."),
        ) from None
    except (RuntimeError, ValueError, KeyError) as error:
        if isinstance(error, AuthorError):
            raise
        raise _fault(
            name,
            Said("cannot be read", "le document ne peut pas être lu"),
            Said("Open it in Word and save it again.", "Ouvrez-le dans Word et enregistrez-le de nouveau."),
        ) from None


def _fault(name: str, message: Said, hint: Said) -> AuthorError:
    return AuthorError(message, code="letter-unreadable", place=Place(name), hint=hint)


def _too_large(name: str, what: Said) -> AuthorError:
    hint = Said(
        "This is no common letter. Copy its text into a new document, save that, and bring it.",
        "Ce n’est pas une lettre ordinaire. Copiez son texte dans un nouveau document, enregistrez celui-ci, puis apportez-le.",
    )
    return AuthorError(
        Said(f"holds {what.en}", f"le document contient {what.fr}"),
        code="letter-too-large",
        place=Place(name),
        hint=hint,
    )


def _judge(name: str, parts: list[zipfile.ZipInfo]) -> None:
    """What the archive says of itself: `zipfile` never reads more of a part than it says."""
    if len(parts) > MOST_PARTS:
        raise _too_large(name, Said(f"{len(parts):,} parts", f"{whole(len(parts)).fr} parties"))
    if any(part.flag_bits & 1 for part in parts):
        raise _fault(
            name,
            Said("is protected by a password", "le document est protégé par un mot de passe"),
            Said(
                "Take the password off in Word, and bring it again.",
                "Retirez le mot de passe dans Word, puis apportez-le de nouveau.",
            ),
        )
    if sum(part.file_size for part in parts if _wanted(part.filename)) > MOST_UNPACKED:
        raise _too_large(
            name,
            Said(
                f"more than {MOST_UNPACKED >> 20} MB once it is unpacked",
                f"plus de {MOST_UNPACKED >> 20}\u00a0Mo une fois décomprimé",
            ),
        )
    if any(part.file_size > MOST_XML for part in parts if _is_xml(part.filename)):
        raise _too_large(
            name,
            Said(
                f"a part of more than {MOST_XML >> 20} MB", f"une partie de plus de {MOST_XML >> 20}\u00a0Mo"
            ),
        )


def _is_xml(part: str) -> bool:
    return part == _TYPES or part.endswith((".xml", ".rels"))


def _wanted(part: str) -> bool:
    safe = not part.startswith("/") and ".." not in part.split("/") and "\\" not in part
    return (
        safe
        and (part in {_TYPES, "_rels/.rels", "docProps/core.xml"} or part.startswith("word/"))
        and (_is_xml(part) or part.startswith("word/media/"))
    )


def _read(name: str, archive: zipfile.ZipFile) -> Package:
    package = Package(name, "")
    counted = 0
    for part in archive.infolist():
        if not _wanted(part.filename) or part.is_dir():
            continue
        data = archive.read(part)
        if _is_xml(part.filename):
            tree = parsed(name, data)
            counted += _counted(name, tree)
            package.trees[part.filename] = tree
        else:
            package.media[part.filename] = data
        if counted > MOST_ELEMENTS:
            raise _too_large(
                name,
                Said(f"more than {MOST_ELEMENTS:,} elements", f"plus de {whole(MOST_ELEMENTS).fr} éléments"),
            )
    _no_macros(name, package)
    package.main = _main(name, package)
    return package


def parsed(name: str, data: bytes) -> Any:
    """One XML part. Raises AuthorError for a DTD, XMLSyntaxError."""
    for strict, common in _STRICT.items():
        data = data.replace(strict, common)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    tree = etree.fromstring(data, parser)
    if tree.getroottree().docinfo.doctype or tree.getroottree().docinfo.internalDTD is not None:
        raise _fault(
            name,
            Said(
                "holds a document type, as no Word document does",
                "le document contient un type de document, ce qu’aucun document Word n’a",
            ),
            Said("Open it in Word and save it again.", "Ouvrez-le dans Word et enregistrez-le de nouveau."),
        )
    return tree


def _counted(name: str, tree: Any) -> int:
    count = depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > DEEPEST:
            raise _too_large(
                name,
                Said(
                    f"elements nested deeper than {DEEPEST}",
                    f"des éléments imbriqués à plus de {DEEPEST} niveaux",
                ),
            )
    return count


def _no_macros(name: str, package: Package) -> None:
    types = package.trees.get(_TYPES)
    if types is None:
        raise _fault(
            name,
            Said("is no Word document", "ce n’est pas un document Word"),
            Said("Open it in Word and save it again.", "Ouvrez-le dans Word et enregistrez-le de nouveau."),
        )
    if any("macroEnabled" in (one.get("ContentType") or "") for one in types):
        raise AuthorError(
            Said("is a Word document with macros", "c’est un document Word avec macros"),
            code="letter-kind",
            place=Place(name),
            hint=Said(
                "Save it as .docx, which has none, and bring that.",
                "Enregistrez-le en .docx, qui n’en a pas, puis apportez-le.",
            ),
        )


def _main(name: str, package: Package) -> str:
    tree = package.trees.get("_rels/.rels")
    for relation in () if tree is None else tree.iter(_RELS):
        target = relation.get("Target", "").lstrip("/")
        if relation.get("Type", "").endswith("/officeDocument") and target in package.trees:
            return str(target)
    raise _fault(
        name,
        Said("holds no text", "le document ne contient aucun texte"),
        Said("Open it in Word and save it again.", "Ouvrez-le dans Word et enregistrez-le de nouveau."),
    )
