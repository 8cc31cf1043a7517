"""What a Word document holds beside its text is listed, decided, and never lost in silence."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from newsletter.letters import Choices, Letter, Said, read
from tests import worded

CHOICES = Choices(("en", "fr"))


def brought(data: bytes, **decided: str) -> Letter:
    return read("letter.docx", data, Choices(("en", "fr"), **decided))


def told(letter: Letter, said: Said) -> str:
    return "\n".join(f"{one.what}: {one.text}" for one in letter.remarks if one.said is said)


def changed() -> bytes:
    word = worded.document(
        worded.ENGLISH[0], "The second paragraph that we have.", "The third of the paragraphs."
    )
    worded.inserted(word.paragraphs[0], " And this came.", "Ana Roy")
    worded.deleted(word.paragraphs[1], " And this went.", "Luc Tremblay")
    return worded.saved(word)


def test_open_points_are_listed_with_who_what_and_where_and_no_text_is_given() -> None:
    letter = brought(changed())
    assert letter.texts == ()
    assert [(one.kind, one.what, one.who, one.text, one.paragraph) for one in letter.points] == [
        ("change", "inserted", "Ana Roy", "And this came.", 1),
        ("change", "deleted", "Luc Tremblay", "And this went.", 2),
    ]
    assert letter.points[0].near.startswith("As we come to the end")


@pytest.mark.parametrize(("choice", "came", "went"), [("accept", True, False), ("reject", False, True)])
def test_changes_are_accepted_or_rejected_and_told(choice: str, came: bool, went: bool) -> None:
    letter = brought(changed(), changes=choice)
    body = letter.texts[0].body
    assert ("And this came." in body, "And this went." in body) == (came, went)
    account = told(letter, Said.CHANGED)
    assert f"Ana Roy was {choice}ed: inserted: And this came." in account
    assert f"Luc Tremblay was {choice}ed: deleted: And this went." in account


@pytest.mark.parametrize(("choice", "expected"), [("accept", 2), ("reject", 3)])
def test_the_end_of_a_paragraph_may_have_been_deleted(choice: str, expected: int) -> None:
    word = worded.document("The first half of the", "sentence that we wrote.", "Another of our paragraphs.")
    worded.mark_deleted(word.paragraphs[0])
    data = worded.saved(word)
    assert [one.what for one in brought(data).points] == ["deleted"]
    body = brought(data, changes=choice).texts[0].body
    assert len(body.strip().split("\n\n")) == expected
    assert ("first half of thesentence" in body) == (choice == "accept")


def test_rows_cells_and_forms_of_a_table_are_settled() -> None:
    word = worded.document(worded.ENGLISH[0])
    table = word.add_table(3, 2)
    for place in range(6):
        table.cell(place // 2, place % 2).text = f"cell {place}"
    for row, kind in ((1, "ins"), (2, "del")):
        properties = table.rows[row]._tr.get_or_add_trPr()
        properties.append(parse_xml(f"<w:{kind} {nsdecls('w')} {worded.AUTHOR.format(id=row, who='Ana')}/>"))
    run = word.paragraphs[0].runs[0]._r
    form = f"<w:rPrChange {nsdecls('w')} {worded.AUTHOR.format(id=9, who='Ana')}><w:rPr><w:b/></w:rPr></w:rPrChange>"
    run.get_or_add_rPr().append(parse_xml(form))
    data = worded.saved(word)
    assert sorted(one.what for one in brought(data).points) == [
        "format changed",
        "row deleted",
        "row inserted",
    ]
    accepted, rejected = (brought(data, changes=choice).texts[0].body for choice in ("accept", "reject"))
    assert "cell 2" in accepted
    assert "cell 4" not in accepted
    assert "cell 2" not in rejected
    assert "cell 4" in rejected
    assert "**As we come" not in accepted
    assert "As we come" in rejected


def test_changes_in_footnotes_count_too() -> None:
    data = worded.with_notes(
        worded.saved(worded.document("As we said to all of you before.")), "A note", "before."
    )
    change = f"<w:ins {worded.AUTHOR.format(id=5, who='Ana')}><w:r><w:t>late</w:t></w:r></w:ins></w:p></w:footnote>"
    data = worded.rewritten(
        data, lambda name, text: text.replace("</w:p></w:footnote>", change) if "footnotes" in name else text
    )
    assert [(one.what, one.text) for one in brought(data).points] == [("inserted, in the footnotes", "late")]


def test_comments_are_listed_and_dropped_by_a_word() -> None:
    word = worded.document(worded.ENGLISH[0])
    worded.comment(word, word.paragraphs[0], "Is that so?")
    data = worded.saved(word)
    (point,) = brought(data).points
    assert (point.kind, point.who, point.text) == ("comment", "Luc Tremblay", "Is that so?")
    letter = brought(data, comments="drop")
    assert "Is that so?" not in letter.texts[0].body
    assert "Luc Tremblay: Is that so?" in told(letter, Said.LEFT_OUT)


@pytest.mark.parametrize("choice", ["inline", "drop"])
def test_text_boxes_are_put_in_line_or_dropped_once(choice: str) -> None:
    word = worded.document(worded.ENGLISH[0], worded.ENGLISH[1])
    worded.text_box(word.paragraphs[0], "Save the date for all of us")
    data = worded.saved(word)
    (point,) = brought(data).points
    assert (point.kind, point.text, point.paragraph) == ("text box", "Save the date for all of us", 1)
    letter = brought(data, boxes=choice)
    assert letter.texts[0].body.count("Save the date") == (choice == "inline")
    account = told(letter, Said.CHANGED if choice == "inline" else Said.LEFT_OUT)
    assert "Save the date for all of us" in account


def test_what_was_never_meant_to_be_read_is_left_out_and_told() -> None:
    word = worded.document(worded.ENGLISH[0])
    worded.hidden(word.paragraphs[0], "secret of ours")
    word.sections[0].header.paragraphs[0].text = "Confidential draft of the board"
    word.sections[0].footer.paragraphs[0].text = "Page 1"
    letter = brought(worded.saved(word))
    assert "secret" not in letter.texts[0].body
    account = told(letter, Said.LEFT_OUT)
    assert "hidden text: secret of ours" in account
    assert "the header of its pages: Confidential draft of the board" in account
    assert "the footer of its pages: Page 1" in account


def test_charts_objects_and_linked_pictures_are_named() -> None:
    word = worded.document(worded.ENGLISH[0], worded.ENGLISH[1], "x")
    chart = (
        f"<w:r {nsdecls('w', 'wp', 'a')}><w:drawing><wp:inline><a:graphic><a:graphicData "
        'uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/></a:graphic></wp:inline></w:drawing></w:r>'
    )
    linked = (
        f'<w:r {nsdecls("w", "wp", "a", "r")}><w:drawing><wp:inline><a:graphic><a:graphicData uri="x"><a:blip r:link="rId77"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    for place, xml in enumerate((chart, linked, f"<w:r {nsdecls('w')}><w:object/></w:r>")):
        word.paragraphs[place]._p.append(parse_xml(xml))
    letter = brought(worded.saved(word))
    assert "a chart was left out" in told(letter, Said.TO_DO)
    assert "only a link leads to" in told(letter, Said.TO_DO)
    assert "an embedded object" in told(letter, Said.LEFT_OUT)


def test_colour_marks_machine_made_words_and_odd_pictures_are_left_for_the_author() -> None:
    word = worded.document(worded.ENGLISH[0])
    run = word.paragraphs[0].add_run(" to be checked")
    run._r.get_or_add_rPr().append(parse_xml(f'<w:highlight {nsdecls("w")} w:val="yellow"/>'))
    for content, alt in (
        (worded.picture(), "A dog\n\nDescription automatically generated"),
        (worded.picture(40, 40), ""),
        (worded.picture(30, 30, "BMP"), "Two gears"),
        (worded.picture(2, 2), ""),
    ):
        word.add_paragraph().add_run().add_picture(io.BytesIO(content))
        word.element.body.xpath(".//wp:docPr")[-1].set("descr", alt)
    letter = brought(worded.saved(word))
    body = letter.texts[0].body
    assert "![Two gears](two-gears.png)" in body
    assert body.count("![](picture-") == 2
    assert "marked with colour: is it finished?: to be checked" in told(letter, Said.TO_DO)
    assert told(letter, Said.TO_DO).count("a picture has no words") == 2
    assert "a machine made up: A dog" in told(letter, Said.LEFT_OUT)
    assert "2 × 2 pixels" in told(letter, Said.LEFT_OUT)
    assert {one.name for one in letter.pictures} == {"two-gears.png", "picture-1.png", "picture-2.png"}


def test_footnotes_stand_at_the_end() -> None:
    data = worded.with_notes(
        worded.saved(worded.document("It was the year of the ox.", worded.ENGLISH[0])),
        "By the moon.",
        "the ox",
    )
    secret = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p></w:footnote>"
    data = worded.rewritten(
        data, lambda name, text: text.replace("</w:p></w:footnote>", secret) if "footnotes" in name else text
    )
    body = brought(data).texts[0].body
    assert "hidden text: secret" in told(brought(data), Said.LEFT_OUT)
    assert "the ox<sup>" in body
    assert body.rstrip().endswith("::: divider :::\n\n<sup>1</sup> By the moon.")


def test_headings_lists_tables_and_quotes_keep_their_form() -> None:
    word = Document()
    word.add_heading("What we did in the year", 1)
    word.add_heading("And what it was for", 3)
    for text, style in (("one", "List Number"), ("two", "List Number"), ("We make it work.", "Quote")):
        word.add_paragraph(text, style=style)
    paragraph = word.add_paragraph("Some ")
    paragraph.add_run("bold ").bold = True
    paragraph.add_run("and italic").italic = True
    word.add_paragraph("Point of ours", style="List Bullet")
    word.add_paragraph("Below it", style="List Bullet 2")
    table = word.add_table(2, 2)
    for place, text in enumerate(("Who", "What | why", "We", "this\nthat")):
        table.cell(place // 2, place % 2).text = text
    body = brought(worded.saved(word)).texts[0].body
    assert "## And what it was for" in body
    assert "1. one\n2. two" in body
    assert "> We make it work." in body
    assert "Some **bold** *and italic*" in body
    assert "- Point of ours\n  - Below it" in body
    assert "| Who | What \\| why |\n| --- | --- |\n| We | this<br>that |" in body
