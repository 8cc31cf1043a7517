"""Paper as a Word document: headings, lists and tables with Word's own styles, links that work and are written out.

In: a Paper. Out: the bytes of a .docx. Called by pipeline.paper.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_BREAK
from docx.image.exceptions import UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Inches, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from newsletter.letters.paper import Paper

if TYPE_CHECKING:
    from docx.document import Document as Word
    from markdown_it.token import Token

_INK, _QUIET, _ACCENT = RGBColor(0x1F, 0x2A, 0x30), RGBColor(0x5A, 0x66, 0x6D), RGBColor(0x0B, 0x5D, 0x5B)
_SIZES = {"Title": 24, "Heading 1": 20, "Heading 2": 15, "Heading 3": 13, "Heading 4": 11}
_WIDEST = Inches(5.5)
_LISTS = {"bullet_list_open": "List Bullet", "ordered_list_open": "List Number"}


def word_of(paper: Paper) -> bytes:
    """The document."""
    writer = _Writer(Document(), paper)
    writer.document()
    out = io.BytesIO()
    writer.word.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, word: Word, paper: Paper) -> None:
        self.word = word
        self.paper = paper
        self._lists: list[str] = []
        self._quoted = 0

    def document(self) -> None:
        self._styles()
        properties = self.word.core_properties
        properties.title, properties.author, properties.comments = self.paper.title, "", self.paper.mark
        self.word.add_paragraph(self.paper.title, style="Title")
        self._facts(self.paper.head)
        for place, sheet in enumerate(self.paper.sheets):
            if place:
                self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            self._facts(sheet.facts)
            self._tokens(list(sheet.tokens))
        self._signing()

    def _styles(self) -> None:
        styles = self.word.styles
        styles["Normal"].font.name = "Calibri"
        styles["Normal"].font.size = Pt(11)
        styles["Normal"].font.color.rgb = _INK
        for name, size in _SIZES.items():
            font = styles[name].font
            font.name, font.size, font.color.rgb, font.bold = "Georgia", Pt(size), _INK, name != "Title"
            fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
            for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{key}"), None)
        footer = self.word.sections[0].footer.paragraphs[0]
        _quiet(footer.add_run(f"{self.paper.title} · {self.paper.mark}"))

    def _facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        table = self.word.add_table(0, 2)
        table.autofit = False
        for name, value in facts:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Inches(1.7), Inches(4.4)
            _quiet(cells[0].paragraphs[0].add_run(name))
            cells[1].paragraphs[0].add_run(value)
            for cell in cells:
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        self.word.add_paragraph()

    def _signing(self) -> None:
        self.word.add_paragraph()
        table = self.word.add_table(2, 2)
        for place, name in enumerate(("Read and approved / Lu et approuvé", "Date")):
            table.cell(0, place).text = "______________________________"
            _quiet(table.cell(1, place).paragraphs[0].add_run(name))

    def _tokens(self, tokens: list[Token]) -> None:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "table_open":
                end = next(place for place in range(at, len(tokens)) if tokens[place].type == "table_close")
                self._table(tokens[at:end])
                at = end
            elif token.type == "inline":
                self._paragraph(tokens[at - 1], token)
            else:
                self._structure(token)
            at += 1

    def _structure(self, token: Token) -> None:
        if token.type in _LISTS:
            self._lists.append(_LISTS[token.type])
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self._lists.pop()
        elif token.type in {"blockquote_open", "blockquote_close"}:
            self._quoted += 1 if token.type == "blockquote_open" else -1
        elif token.type == "hr":
            self.word.add_paragraph("* * *")
        elif token.type in {"fence", "code_block"}:
            self.word.add_paragraph(token.content.rstrip("\n"))

    def _paragraph(self, opening: Token, inline: Token) -> None:
        if opening.type == "heading_open":
            style = f"Heading {opening.tag[1:]}"
        elif self._lists:
            depth = min(len(self._lists), 3)
            style = self._lists[-1] + (f" {depth}" if depth > 1 else "")
        else:
            style = "Quote" if self._quoted else "Normal"
        self._words(self.word.add_paragraph(style=style), inline.children or [])

    def _table(self, tokens: list[Token]) -> None:
        rows = list(_rows(tokens))
        table = self.word.add_table(len(rows), max(map(len, rows)), style="Table Grid")
        for row, cells in enumerate(rows):
            for column, inline in enumerate(cells):
                self._words(table.cell(row, column).paragraphs[0], inline.children or [])
        self.word.add_paragraph()

    def _words(self, paragraph: Paragraph, children: list[Token]) -> None:
        looks: list[str] = []
        href, linked = "", ""
        for child in children:
            if child.type == "link_open":
                href, linked = str(child.attrs.get("href", "")), ""
            elif child.type == "link_close":
                _address(paragraph, href, linked)
                href = ""
            elif child.type.endswith("_open"):
                looks.append(child.tag)
            elif child.type.endswith("_close"):
                looks.remove(child.tag)
            elif child.type == "image":
                self._picture(paragraph, child)
            elif child.type == "html_inline":
                _inline(paragraph, child.content, looks)
            else:
                text = "\n" if child.type in {"softbreak", "hardbreak"} else child.content
                linked += text
                run = _linked(paragraph, href) if href else paragraph.add_run()
                run.text = text
                _look(run, looks)

    def _picture(self, paragraph: Paragraph, child: Token) -> None:
        data = self.paper.pictures.get(str(child.attrs.get("src", "")), b"")
        try:
            shown = paragraph.add_run().add_picture(io.BytesIO(data))
        except (UnrecognizedImageError, ValueError, KeyError):
            paragraph.add_run("[picture] ")
        else:
            if shown.width > _WIDEST:
                shown.height, shown.width = Emu(int(shown.height * _WIDEST / shown.width)), _WIDEST
        if child.content:
            _quiet(paragraph.add_run(f"\n[{child.content}]"))


def _rows(tokens: list[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            yield row
            row = []


def _inline(paragraph: Paragraph, content: str, looks: list[str]) -> None:
    tag = content.strip("</> ").lower()
    if tag == "br":
        paragraph.add_run("\n")
    elif content.startswith("</") and tag in looks:
        looks.remove(tag)
    elif not content.startswith("</"):
        looks.append(tag)


def _look(run: Run, looks: list[str]) -> None:
    font = run.font
    font.bold = "strong" in looks or None
    font.italic = "em" in looks or None
    font.strike = "s" in looks or None
    font.subscript = "sub" in looks or None
    font.superscript = "sup" in looks or None


def _quiet(run: Run) -> None:
    run.font.size, run.font.color.rgb = Pt(9), _QUIET


def _linked(paragraph: Paragraph, href: str) -> Run:
    """A run inside a link: python-docx reads these and makes none."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    made = OxmlElement("w:r")
    link.append(made)
    paragraph._p.append(link)  # noqa: SLF001 - its XML is the documented way to what it lacks
    run = Run(made, paragraph)
    run.font.color.rgb, run.font.underline = _ACCENT, True
    return run


def _address(paragraph: Paragraph, href: str, shown: str) -> None:
    plain = href.removeprefix("mailto:")
    if plain.removeprefix("https://").removeprefix("http://").rstrip("/") != shown.strip().rstrip("/"):
        _quiet(paragraph.add_run(f" ({plain})"))
