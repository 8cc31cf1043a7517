"""Word documents for tests, made with python-docx and raw XML: what people really send, tracked changes and all.

In: what a test wants in its letter. Out: the bytes of a .docx. Called by the tests of letters, of `new --from` and of `letter update`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph
from PIL import Image, ImageDraw

AUTHOR = 'w:id="{id}" w:author="{who}" w:date="2020-12-14T10:00:00Z"'


def picture(width: int = 240, height: int = 90, kind: str = "PNG", shade: int = 30) -> bytes:
    """A small picture with a stroke through it."""
    made = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(made).line((4, height - 8, width - 4, 8), fill=(shade, 60, 160), width=4)
    out = io.BytesIO()
    made.save(out, kind)
    return out.getvalue()


def saved(word: Word) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def document(*paragraphs: str) -> Word:
    """A document of plain paragraphs."""
    word = Document()
    for text in paragraphs:
        word.add_paragraph(text)
    return word


def _mark(kind: str, text: str, who: str, number: int) -> str:
    tag = "w:delText" if kind in {"del", "moveFrom"} else "w:t"
    about = AUTHOR.format(id=number, who=who)
    return (
        f'<w:{kind} {nsdecls("w")} {about}><w:r><{tag} xml:space="preserve">{text}</{tag}></w:r></w:{kind}>'
    )


def inserted(paragraph: Paragraph, text: str, who: str = "Ana Roy", number: int = 901) -> None:
    """Words inserted under track changes."""
    paragraph._p.append(parse_xml(_mark("ins", text, who, number)))


def deleted(paragraph: Paragraph, text: str, who: str = "Ana Roy", number: int = 902) -> None:
    """Words deleted under track changes."""
    paragraph._p.append(parse_xml(_mark("del", text, who, number)))


def mark_deleted(paragraph: Paragraph, kind: str = "del", who: str = "Ana Roy") -> None:
    """The end of a paragraph deleted (or inserted) under track changes."""
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f"<w:rPr {nsdecls('w')}><w:{kind} {AUTHOR.format(id=903, who=who)}/></w:rPr>")
    )


def text_box(paragraph: Paragraph, text: str) -> None:
    """A text box as Word writes it: twice, in two languages of drawing."""
    inside = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    names = (
        f'{nsdecls("w", "wp", "a")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    newer = (
        '<w:drawing><wp:anchor><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )
    older = f"<w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"
    both = f'<mc:AlternateContent><mc:Choice Requires="wps">{newer}</mc:Choice><mc:Fallback>{older}</mc:Fallback></mc:AlternateContent>'
    paragraph._p.append(parse_xml(f"<w:r {names}>{both}</w:r>"))


def comment(word: Word, paragraph: Paragraph, text: str, who: str = "Luc Tremblay") -> None:
    """A comment on the whole of a paragraph."""
    word.add_comment(paragraph.runs, text=text, author=who)


def hidden(paragraph: Paragraph, text: str) -> None:
    """Hidden words."""
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t>{text}</w:t></w:r>"))


def with_notes(data: bytes, note: str, after: str) -> bytes:
    """The document with a footnote behind the words `after`, which must be a whole run."""
    reference = '</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t xml:space="preserve">'
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{note}</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"

    def edit(name: str, text: str) -> str:
        if name == "word/document.xml":
            assert after in text
            return text.replace(after, after + reference, 1)
        if name == "word/_rels/document.xml.rels":
            return text.replace(
                "</Relationships>",
                f'<Relationship Id="rId900" Type="{kind}" Target="footnotes.xml"/></Relationships>',
            )
        return text

    return rewritten(data, edit, {"word/footnotes.xml": notes})


def rewritten(
    data: bytes, edit: Callable[[str, str], str], added: dict[str, str | bytes] | None = None
) -> bytes:
    """A document with the text of its parts edited, and parts added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            content = before.read(part)
            if part.filename.endswith((".xml", ".rels")):
                content = edit(part.filename, content.decode()).encode()
            after.writestr(part.filename, content)
        for name, new in (added or {}).items():
            after.writestr(name, new)
    return out.getvalue()


ENGLISH = (
    "As we come to the end of an extraordinary year, we would like to thank you for the work that you have done.",
    "The pandemic has tested all of us, and it has shown what advanced manufacturing can do for the country.",
)
FRENCH = (
    "Alors que se termine une année hors du commun, nous tenons à vous remercier du travail que vous avez accompli.",
    "La pandémie nous a tous mis à l’épreuve, et elle a montré ce que la fabrication de pointe peut faire pour le pays.",
)


def greeting(*, change: bool = True) -> Word:
    """The letter of the issue: headings, lists, a table, a picture, a tracked change and a signature, in both languages."""
    word = Document()
    word.add_paragraph("December 16, 2020")
    word.add_heading("A year of making it work", 0)
    word.add_paragraph("Dear [Name],")
    first = word.add_paragraph(ENGLISH[0])
    if change:
        inserted(first, " You made it work.")
        deleted(first, " It was a hard year.")
    word.add_paragraph(ENGLISH[1])
    word.add_heading("What you set in motion", 1)
    word.add_paragraph("Together we have invested in the projects that our members lead:")
    word.add_paragraph("65 projects led by industry", style="List Bullet")
    word.add_paragraph("of which 20 are about health", style="List Bullet 2")
    word.add_paragraph("10,000 jobs over the next five years", style="List Bullet")
    _table(word, "What", "How much", "Invested", "$148 million")
    word.add_paragraph().add_run().add_picture(io.BytesIO(picture(600, 300)))
    _alt(word, "A robot arm at work on a part")
    word.add_paragraph("Warmly,")
    word.add_paragraph().add_run().add_picture(io.BytesIO(picture(shade=200)))
    word.add_paragraph("Jay Myers\nChief Executive Officer, NGen")
    word.add_paragraph("Le 16 décembre 2020")
    word.add_heading("Une année à se retrousser les manches", 0)
    word.add_paragraph("Bonjour [Prénom],")
    for text in FRENCH:
        word.add_paragraph(text)
    word.add_heading("Ce que vous avez mis en marche", 1)
    word.add_paragraph("Ensemble, nous avons investi dans les projets que mènent nos membres :")
    word.add_paragraph("65 projets menés par l’industrie", style="List Bullet")
    word.add_paragraph("dont 20 portent sur la santé", style="List Bullet 2")
    word.add_paragraph("10 000 emplois dans les cinq prochaines années", style="List Bullet")
    _table(word, "Quoi", "Combien", "Investis", "148 M$")
    word.add_paragraph().add_run().add_picture(io.BytesIO(picture(600, 300)))
    _alt(word, "Un bras robotisé au travail sur une pièce")
    word.add_paragraph("Cordialement,")
    word.add_paragraph().add_run().add_picture(io.BytesIO(picture(shade=200)))
    word.add_paragraph("Jay Myers\nChef de la direction, NGen")
    return word


def _table(word: Word, *cells: str) -> None:
    """A table of two columns."""
    table = word.add_table(len(cells) // 2, 2)
    for place, text in enumerate(cells):
        table.cell(place // 2, place % 2).text = text


def _alt(word: Word, text: str) -> None:
    """Words for the last picture."""
    shown = word.element.body.xpath(".//wp:docPr")[-1]
    shown.set("descr", text)
