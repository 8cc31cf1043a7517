"""A Word document that came back, read with distrust: its table, and whatever in it must not be lost in silence.

In: bytes from elsewhere. Out: rows, or DocumentFault; findings for changes that nobody accepted. Called by pipeline.translating.

ECMA-376 part 1, 17.4 (tables), 17.13.5 (revisions). Read as XML, not through a library: those drop or accept tracked changes without a word.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsletter.compose.translation.document import HEADINGS, INTRODUCTION
from newsletter.compose.translation.exchange import Came
from newsletter.compose.translation.remarks import EXCHANGE, short
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.said import NBSP, Said

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST: Final = 10 << 20  #: bytes of a document
_LARGEST_PART: Final = 30 << 20  # of its text, unpacked: an honest one has a hundredth
_MOST_ROWS: Final = 3_000
_MOST_TOLD: Final = 20
_PART: Final = "word/document.xml"
_COMMENTS: Final = "word/comments.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_INSERTED: Final = frozenset({f"{_W}ins", f"{_W}moveTo"})
_DELETED: Final = frozenset({f"{_W}del", f"{_W}moveFrom"})
_BOXES: Final = frozenset(
    {
        f"{_W}{name}"
        for name in (
            "txbxContent",
            "footnoteReference",
            "endnoteReference",
            "object",
            "drawing",
            "sym",
            "altChunk",
        )
    }
    | {"{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"}
)


class DocumentFault(Exception):
    """What is wrong with a document as a whole."""

    def __init__(self, said: Said, hint: Said) -> None:
        super().__init__(said.en)
        self.said = said
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Returned:
    """The rows of a document, and what has to be settled in it first (errors) or is only told (information)."""

    rows: tuple[Came, ...]
    findings: tuple[Finding, ...]


def returned(data: bytes) -> Returned:
    """The table of a document that `document` made and somebody worked in. Raises DocumentFault."""
    root, comments = _opened(data)
    body = root.find(f"{_W}body")
    tables = [] if body is None else list(body.iter(f"{_W}tbl"))
    table = next((one for one in tables if _is_ours(one)), None)
    if table is None:
        raise DocumentFault(
            Said("this document does not hold the table", "ce document ne contient pas le tableau"),
            Said(
                "Make a new one with `newsletter translate ISSUE --out FILE.docx`.",
                "Faites-en un nouveau avec `newsletter translate NUMÉRO --out FICHIER.docx`.",
            ),
        )
    lines = [line for line in table.iter(f"{_W}tr") if next(line.iterancestors(f"{_W}tbl")) is table]
    if len(lines) > _MOST_ROWS:
        raise _unreadable()
    rows = tuple(_row(number, line) for number, line in enumerate(lines[1:], 1))
    return Returned(rows, (*_unsettled(root), *_commented(comments), *_outside(root, table)))


def _opened(data: bytes) -> tuple[_Element, _Element | None]:
    if len(data) > LARGEST:
        raise _unreadable()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            comments = _parsed(_content(archive, _COMMENTS)) if _COMMENTS in names else None
            return _parsed(_content(archive, _PART)), comments
    except (
        zipfile.BadZipFile,
        KeyError,
        RuntimeError,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
        zlib.error,
    ):
        raise _unreadable() from None


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        content = file.read(_LARGEST_PART + 1)
    if len(content) > _LARGEST_PART or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _unreadable()
    return content


def _parsed(content: bytes) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise _unreadable() from None


def _unreadable() -> DocumentFault:
    return DocumentFault(
        Said("this cannot be read as a Word document", "ce fichier ne se lit pas comme un document Word"),
        Said("Save it as .docx, and try again.", "Enregistrez-le en .docx, puis recommencez."),
    )


def _is_ours(table: _Element) -> bool:
    line = table.find(f"{_W}tr")
    cells = [] if line is None else line.findall(f"{_W}tc")
    return len(cells) == len(HEADINGS) and _text(cells[0]).strip() == HEADINGS[0]


def _row(number: int, line: _Element) -> Came:
    cells = [_text(cell) for cell in line.iter(f"{_W}tc")]
    key, source, target = [*cells, "", "", ""][:3]
    if len(cells) > len(HEADINGS):  # a cell was split, or another table put in: what it holds may not vanish
        target = "\n".join(cells[2:])
        key = ""
    return Came(number, key.split("\n", maxsplit=1)[0].strip(), source, target)


def _text(cell: _Element) -> str:
    """A cell as our source: paragraphs with an empty line between them, breaks as line ends."""
    return "\n\n".join(_line(paragraph) for paragraph in cell.iter(f"{_W}p")).strip("\n")


def _line(paragraph: _Element) -> str:
    signs = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "\u2011"}
    pieces = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
        elif element.tag in signs and element.getparent().tag == f"{_W}r":
            pieces.append(signs[element.tag])
    return "".join(pieces)


def _unsettled(root: _Element) -> Iterator[Finding]:
    """Tracked changes and boxes: each is named, for whoever reads it decides about it."""
    told = 0
    for element in root.iter():
        said = _revision(element)
        if said is None:
            continue
        told += 1
        if told <= _MOST_TOLD:
            yield finding(EXCHANGE, Severity.ERROR, said, hint=_SETTLE)
    if told > _MOST_TOLD:
        rest = told - _MOST_TOLD
        yield finding(
            EXCHANGE,
            Severity.ERROR,
            Said(f"and {rest} more like these", f"et {rest} autres semblables"),
            hint=_SETTLE,
        )


_SETTLE: Final = Said(
    "Settle it in Word (Review: Accept or Reject; put text into the cell), save, and bring the document in again.",
    f"Réglez-le dans Word (Révision{NBSP}: Accepter ou Refuser; mettez le texte dans la cellule), enregistrez, puis reprenez le document.",
)


def _revision(element: _Element) -> Said | None:
    tag = element.tag
    if tag in _INSERTED | _DELETED:
        words = "".join(one.text or "" for one in element.iter(f"{_W}t", f"{_W}delText"))
        who = element.get(f"{_W}author") or "?"
        told = f"“{short(words)}” ({who})"
        if tag in _DELETED:
            return Said(f"a tracked deletion: {told}", f"une suppression suivie{NBSP}: {told}")
        return Said(f"a tracked insertion: {told}", f"un ajout suivi{NBSP}: {told}")
    if tag in _BOXES:
        words = "".join(one.text or "" for one in element.iter(f"{_W}t"))
        told = f" “{short(words)}”" if words else ""
        return Said(
            f"a text box, note or picture that is not read:{told}",
            f"une zone de texte, une note ou une image qui n’est pas lue{NBSP}:{told}",
        )
    return None


def _commented(comments: _Element | None) -> Iterator[Finding]:
    found = [] if comments is None else list(comments.iter(f"{_W}comment"))
    for comment in found[:_MOST_TOLD]:
        words = short(" ".join(_line(paragraph) for paragraph in comment.iter(f"{_W}p")))
        who = comment.get(f"{_W}author") or "?"
        said = Said(f"a comment by {who}: “{words}”", f"un commentaire de {who}{NBSP}: «{NBSP}{words}{NBSP}»")
        hint = Said(
            "Answer it, delete it in Word, save, and bring the document in again.",
            "Répondez-y, supprimez-le dans Word, enregistrez, puis reprenez le document.",
        )
        yield finding(EXCHANGE, Severity.ERROR, said, hint=hint)


def _outside(root: _Element, table: _Element) -> Iterator[Finding]:
    """Words around the table, other than our own."""
    inside = set(table.iter(f"{_W}p"))
    lines = [_line(one).strip() for one in root.iter(f"{_W}p") if one not in inside]
    own = set(INTRODUCTION)
    for line in [line for line in lines[1:] if line and line not in own][:_MOST_TOLD]:
        said = Said(
            f"text outside the table is not read: “{short(line)}”",
            f"le texte hors du tableau n’est pas lu{NBSP}: «{NBSP}{short(line)}{NBSP}»",
        )
        yield finding(EXCHANGE, Severity.WARNING, said)
