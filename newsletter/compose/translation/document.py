"""The table as a Word document: the source on the left, the translation on the right, a row a text.

In: rows. Out: the bytes of a .docx. Called by pipeline.translating. Office Open XML (ECMA-376), written by python-docx.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from newsletter.compose.translation.exchange import Row
from newsletter.model.translation import State

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_WIDTHS: Final = (2.7, 11.2, 11.2)  # cm, of a landscape page
_INK, _MUTED, _ACCENT, _RULE = "1F2933", "6B7680", "9A3412", "C9CED3"
_MARKUP: Final = re.compile(
    r"(\{\{.*?\}\})"  # a personal field
    r"|(\]\([^)\n]*\)|^[ \t]*(?:#{1,6}|[-*+>]|\d+[.)])[ \t]+|\*\*|__|`|!?\[|\||^:{3,}.*$)",
    re.MULTILINE,
)
_FILLS: Final = {State.MISSING: "FBF3E6", State.STALE: "FBE9E4"}
#: the heading, and what stands above the table; whatever else stands outside of it when it comes back is not ours
HEADINGS: Final = ("No", "", "")
INTRODUCTION: Final = (
    "Write in the right-hand column only. Leave the first column and the rows as they are: by them each text finds its place again.",
    "{{ … }} is filled in for each reader: keep it, and translate only the words in quotes. Keep signs such as ##, **, - and "
    "[words](address) where they are; of a link only the words are translated. A new line within a cell is Shift + Enter.",
    "Traduisez dans la colonne de droite seulement. Ne touchez ni à la première colonne ni aux lignes\u00a0: c’est par elles que "
    "chaque texte retrouve sa place.",
    "{{ … }} sera rempli pour chaque lecteur\u00a0: gardez-le et ne traduisez que les mots entre guillemets. Gardez les signes ##, **, - "
    "et [mots](adresse) à leur place; d’un lien, on ne traduit que les mots. Dans une cellule, Maj + Entrée change de ligne.",
)
_STATES: Final = {
    State.MISSING: "to translate · à traduire",
    State.STALE: "left side changed · l’original a changé",
    State.DRAFT: "draft · ébauche",
    State.REVIEWED: "reviewed · révisé",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One language: its name, above the column, and its code, by which Word checks the spelling (`fr-CA`)."""

    name: str
    code: str


def document(slug: str, languages: tuple[Column, Column], rows: Sequence[Row], at: datetime) -> bytes:
    """The table of an issue, from the first language into the second."""
    import docx

    made = docx.Document()
    _page(made)
    _default_language(made, languages[1].code)
    _properties(made, slug, at)
    _introduction(made, slug, languages)
    _table(made, languages, rows)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def title(slug: str, languages: tuple[Column, Column]) -> str:
    """The first line of the document."""
    return f"{slug}: {languages[0].name} → {languages[1].name}"


def _page(made: Document) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(27.94), Cm(21.59)
    section.left_margin = section.right_margin = Cm(1.4)
    section.top_margin = section.bottom_margin = Cm(1.5)
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)


def _default_language(made: Document, code: str) -> None:
    """What is typed into an empty cell is in the language of the translation."""
    from docx.oxml.ns import qn

    for element in made.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), code)


def _properties(made: Document, slug: str, at: datetime) -> None:
    properties = made.core_properties
    properties.title, properties.author, properties.comments = slug, "", ""
    properties.created = properties.modified = at.replace(tzinfo=None)


def _introduction(made: Document, slug: str, languages: tuple[Column, Column]) -> None:
    from docx.shared import Pt

    head = made.add_paragraph()
    head.paragraph_format.space_after = Pt(6)
    _run(head, title(slug, languages), 17, _INK, bold=True)
    for line, code in zip(INTRODUCTION, ("en-CA", "en-CA", "fr-CA", "fr-CA"), strict=True):
        paragraph = made.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        _speaks(_run(paragraph, line, 9.5, _MUTED), code)


def _table(made: Document, languages: tuple[Column, Column], rows: Sequence[Row]) -> None:
    from docx.shared import Cm

    table = made.add_table(rows=1 + len(rows), cols=3)
    table.autofit = False
    names = [one.name for one in languages]
    _borders(table._tbl)  # noqa: SLF001 - python-docx has no words for borders
    grid = list(table.columns)
    for column, width in zip(grid, _WIDTHS, strict=True):
        column.width = Cm(width)
    lines = list(table.rows)
    _repeat(lines[0]._tr)  # noqa: SLF001 - nor for a heading that repeats
    for cell, text, width in zip(lines[0].cells, (HEADINGS[0], *names), _WIDTHS, strict=True):
        _run(cell.paragraphs[0], text, 9.5, _MUTED, bold=True)
        cell.width = Cm(width)
    for line, row in zip(lines[1:], rows, strict=True):
        key, source, target = line.cells
        _label(key, row)
        _fill(source, row.source, languages[0].code)
        _fill(target, row.target, languages[1].code)
        if row.state in _FILLS:
            _shade(target, _FILLS[row.state])
        for cell, width in zip((key, source, target), _WIDTHS, strict=True):
            cell.width = Cm(width)


def _label(cell: _Cell, row: Row) -> None:
    """The key, small: it is for the program; below it what the row is, for the reader."""
    _run(cell.paragraphs[0], row.key, 6, _MUTED)
    _run(cell.add_paragraph(), row.what, 9, _INK, bold=True)
    _run(cell.add_paragraph(), _STATES[row.state], 8, _MUTED)


def _fill(cell: _Cell, text: str, code: str) -> None:
    """A text as paragraphs; its single line ends stay line ends within one."""
    for index, block in enumerate(text.split("\n\n")):
        paragraph = cell.paragraphs[0] if not index else cell.add_paragraph()
        for piece, field, markup in _pieces(block):
            if field:
                _run(paragraph, field, 10, _ACCENT, mono=True)
            elif markup:
                _run(paragraph, markup, 9, _MUTED, mono=True)
            elif piece:
                _speaks(_run(paragraph, piece, 11, _INK), code)


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    end = 0
    for match in _MARKUP.finditer(text):
        yield text[end : match.start()], "", ""
        yield "", match[1] or "", match[2] or ""
        end = match.end()
    yield text[end:], "", ""


def _run(
    paragraph: Paragraph, text: str, size: float, colour: str, *, bold: bool = False, mono: bool = False
) -> Run:
    from docx.shared import Pt, RGBColor

    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold or None
    run.font.color.rgb = RGBColor.from_string(colour)
    if mono:
        run.font.name = "Consolas"
    return run


def _speaks(run: Run, code: str) -> None:
    """By which language Word checks the spelling."""
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx has no words for a language
    _insert(properties, f'<w:lang {{ns}} w:val="{code}"/>', ("w:eastAsianLayout", "w:specVanish", "w:oMath"))


def _borders(table: object) -> None:
    """In the order of the schema (CT_TblPr): Word takes a table whose properties stand otherwise for damaged."""
    line = f'w:val="single" w:color="{_RULE}"'
    properties = table.tblPr  # type: ignore[attr-defined]
    _insert(
        properties,
        f'<w:tblBorders {{ns}}><w:top w:sz="6" {line}/><w:bottom w:sz="6" {line}/><w:insideH w:sz="4" {line}/>'
        f'<w:insideV w:sz="4" {line}/></w:tblBorders>',
        ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
    )
    _insert(
        properties,
        '<w:tblCellMar {ns}><w:top w:w="70" w:type="dxa"/><w:left w:w="110" w:type="dxa"/>'
        '<w:bottom w:w="50" w:type="dxa"/><w:right w:w="110" w:type="dxa"/></w:tblCellMar>',
        ("w:tblLook",),
    )


def _insert(parent: object, xml: str, before: tuple[str, ...]) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    parent.insert_element_before(parse_xml(xml.replace("{ns}", nsdecls("w"))), *before)  # type: ignore[attr-defined]


def _repeat(row: object) -> None:
    _insert(row.get_or_add_trPr(), "<w:tblHeader {ns}/>", ())  # type: ignore[attr-defined]


def _shade(cell: _Cell, colour: str) -> None:
    _insert(
        cell._tc.get_or_add_tcPr(),  # noqa: SLF001
        f'<w:shd {{ns}} w:val="clear" w:color="auto" w:fill="{colour}"/>',
        ("w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark"),
    )
