"""Files that somebody made to do harm, or that are no letters: refused with a next step, and nothing of theirs takes effect."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.compose.body.fences import Lines, cut
from newsletter.compose.body.slots import _OPEN
from newsletter.letters import Choices, Letter, read
from newsletter.letters import packed as packed_parts
from newsletter.letters.packed import DEEPEST, MOST_ELEMENTS
from newsletter.model.errors import AuthorError
from tests import worded

CHOICES = Choices(("en", "fr"))


def refused(name: str, data: bytes) -> AuthorError:
    with pytest.raises(AuthorError) as caught:
        read(name, data, CHOICES)
    assert caught.value.hint, "it names the next step"
    assert str(caught.value.place) == name
    return caught.value


def body(name: str, text: str | bytes) -> str:
    return letter(name, text).texts[0].body


def letter(name: str, text: str | bytes) -> Letter:
    return read(name, text if isinstance(text, bytes) else text.encode(), CHOICES)


def packed(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), text)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "old Word document"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.docx", OLE + "WordDocument".encode("utf-16-le"), "old Word document"),
        ("a.msg", OLE + "__substg1.0_".encode("utf-16-le"), "Outlook"),
        ("a.pdf", b"%PDF-1.7\n", "is a PDF"),
        ("a.docx", b"%PDF-1.7\n", "is a PDF"),
        ("a.rtf", b"{\\rtf1 x}", "rich text"),
        ("a.txt", b"{\\rtf1 x}", "rich text"),
        (
            "a.odt",
            packed(mimetype="application/vnd.oasis.opendocument.text", content_xml="<x/>"),
            "OpenDocument",
        ),
        ("a.docm", packed(word__document_xml="<x/>", word__vbaProject_bin="x"), "macros"),
        ("a.docx", packed(word__document_xml="<x/>", word__vbaProject_bin="x"), "macros"),
        ("a.xlsx", packed(xl__workbook_xml="<x/>"), "workbook"),
        ("a.zip", packed(some="x"), "ZIP"),
        ("a.docx", b"no zip at all", "no Word document"),
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("a.docx", packed(word__document_xml="<x/>"), "no Word document"),
        ("a.docx", worded.saved(worded.document("x"))[:-600], "damaged"),
        ("a.exe", b"MZ", "not read"),
        ("noending", b"hello", "no Word document"),
        ("a.txt", b" \n\n ", "no text"),
        ("a.html", b"<script>x</script>", "no text"),
        ("a.md", b"", "no text"),
    ],
)
def test_what_is_no_letter_is_refused_with_a_next_step(name: str, data: bytes, said: str) -> None:
    assert said in str(refused(name, data))


def edited(old: str, new: str, part: str = "word/document.xml") -> bytes:
    data = worded.saved(worded.document("Hello to all of you in the west."))
    return worded.rewritten(data, lambda name, text: text.replace(old, new, 1) if name == part else text)


def test_entities_are_never_expanded() -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document '
    assert "document type" in str(refused("a.docx", edited("<w:document ", bomb)))
    file = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document '
    assert "document type" in str(refused("a.docx", edited("<w:document ", file)))


def test_a_document_type_in_utf_16_hides_nothing() -> None:
    data = worded.saved(worded.document("x"))
    part = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'.encode("utf-16")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for one in before.infolist():
            after.writestr(one.filename, part if one.filename == "word/document.xml" else before.read(one))
    assert "document type" in str(refused("a.docx", out.getvalue()))


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_parts, "MOST_UNPACKED", 3 << 20)
    small = worded.saved(worded.document("x"))
    zeros = worded.rewritten(small, lambda _, text: text, {"word/media/a.png": bytes(4 << 20)})
    assert len(zeros) < 1 << 18
    assert "more than 3 MB once it is unpacked" in str(refused("a.docx", zeros))
    parts = worded.rewritten(
        small, lambda _, text: text, {f"word/{number}.xml": "<x/>" for number in range(3100)}
    )
    assert "parts" in str(refused("a.docx", parts))
    wide = edited("<w:sectPr", "<w:p/>" * MOST_ELEMENTS + "<w:sectPr")
    assert "elements" in str(refused("a.docx", wide))
    deep = edited("<w:sectPr", "<w:sdt>" * DEEPEST + "</w:sdt>" * DEEPEST + "<w:sectPr")
    assert "deeper" in str(refused("a.docx", deep))


def test_names_of_parts_lead_nowhere() -> None:
    names = ("../../evil.png", "/etc/evil.png", "word/media/../../../evil.png", "word\\media\\evil.png")
    data = worded.rewritten(
        worded.saved(worded.greeting(change=False)), lambda _, text: text, dict.fromkeys(names, "x")
    )
    found = read("a.docx", data, CHOICES)
    assert {one.name for one in found.pictures} == {"a-robot-arm-at-work-on-a-part.png", "jay-myers.png"}


def test_a_picture_may_not_lie_on_the_disk() -> None:
    data = worded.saved(worded.greeting(change=False))
    data = worded.rewritten(
        data,
        lambda name, text: (
            text.replace('Target="media/image1.png"', 'Target="file:///etc/passwd" TargetMode="External"')
            if name.endswith("document.xml.rels")
            else text
        ),
    )
    found = read("a.docx", data, CHOICES)
    assert {one.name for one in found.pictures} == {"jay-myers.png"}
    assert any("a picture that only a link leads to" in one.what for one in found.remarks)


def test_a_page_is_only_its_text() -> None:
    page = (
        "<html><head><title>News of the year</title><style>p{color:red}</style></head><body>"
        "<p>• There are no suggestions because the search field is empty.</p><a href='#main'>Skip to content</a>"
        "<nav><a href='/'>Home</a></nav><div class='cookie-banner'>We use cookies to know all of you.</div>"
        "<script>alert('the script')</script><p onclick='x()'>This is the letter for <b>all</b> of you.</p>"
        "<p style='display:none'>hidden from you</p><img src='https://tracker.example/pixel.gif' alt='Pixel'>"
        "<a href='javascript:alert(1)'>Press here</a> and <a href='https://www.ngen.ca/a b'>here</a>"
        "<iframe src='https://evil.example'></iframe><form><input value='x'>Subscribe</form></body></html>"
    )
    found = letter("a.html", page)
    text = found.texts[0].body
    assert (
        text == "This is the letter for **all** of you.\n\nPress here and [here](https://www.ngen.ca/a%20b)\n"
    )
    account = "\n".join(f"{one.said}: {one.what}: {one.text}" for one in found.remarks)
    for lost in (
        "no suggestions because",
        "Skip to content",
        "navigation: Home",
        "We use cookies",
        "1 script",
        "hidden from you",
    ):
        assert lost in account
    for lost in ("tracker.example", "javascript:alert(1)", "evil.example", "a form"):
        assert lost in account
    assert found.texts[0].title == "News of the year"


def test_pages_too_deep_or_too_long_are_refused() -> None:
    assert "deeper" in str(refused("a.html", b"<div>" * 150 + b"text" + b"</div>" * 150))
    assert "elements" in str(refused("a.html", b"<i>x</i>" * 21_000))
    assert "characters" in str(refused("a.html", b"<p>" + b"word " * 100_000))
    assert "KB of text" in str(refused("a.txt", b"word " * 60_000))


@pytest.mark.ci
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "- a\n" * 15_000),
        ("a.md", "[" * 30_000),
        ("a.md", "![" * 10_000),
        ("a.html", "<p>" + "- a<br>" * 9_000),
        ("a.txt", "www." * 8_000),
        ("a.txt", "_" * 40_000 + "a"),
    ],
)
def test_what_is_made_to_take_long_does_not(name: str, text: str) -> None:
    begun = time.process_time()
    assert body(name, text)
    assert time.process_time() - begun < 10


def test_pictures_inside_a_page_are_taken_and_bad_ones_told() -> None:
    import base64

    carried = base64.b64encode(worded.picture()).decode()
    page = f"<p>Here for all of you.</p><img alt='Gears' src='data:image/png;base64,{carried}'><img src='data:image/png;base64,AAAA'>"
    found = letter("a.html", page)
    assert "![Gears](gears.png)" in found.texts[0].body
    assert [one.name for one in found.pictures] == ["gears.png"]
    assert any("a picture of a kind that no mail shows" in one.what for one in found.remarks)


def test_pixels_have_a_limit() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (7000, 7000)).save(out, "PNG")
    word = worded.document("Hello to all of you.")
    word.add_paragraph().add_run().add_picture(io.BytesIO(out.getvalue()))
    found = read("a.docx", worded.saved(word), CHOICES)
    assert not found.pictures
    assert any("7000 × 7000" in one.what for one in found.remarks)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("::: button href=x", "\\::: button href=x"),
        (":::", "\\:::"),
        ("Hi {{ member.email }}", "Hi \\{{ member.email }}"),
        ("---", "::: divider :::"),
        ("--- x: y", "\\--- x: y"),
        ("# no heading", "\\# no heading"),
        ("> no quote", "\\> no quote"),
        ("12. of March", "12\\. of March"),
        ("a <script>x</script>", "a \\<script>x\\</script>"),
        ("&copy; 2020 *x* `y` _z_", "\\&copy; 2020 \\*x\\* \\`y\\` \\_z\\_"),
        ("[a](http://b.example)", None),
        ("[a]: http://b.example", None),
        ("snake_case and 3 * 4 < 5 & 6", "snake_case and 3 \\* 4 < 5 & 6"),
    ],
)
def test_words_that_look_like_our_own_syntax_stay_words(text: str, kept: str | None) -> None:
    word = worded.document("Hello to all of you.", text, "The end of it is here.")
    made = read("a.docx", worded.saved(word), CHOICES).texts[0].body.split("\n\n")
    assert len(made) == 3
    assert kept is None or made[1] == kept


SIGNS = st.text(
    alphabet=st.sampled_from("ab Z1.)(*_`~<>&;#[]!:|{}\\-+=%\"'/@é«»\u00a0"), min_size=1, max_size=30
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(SIGNS, st.sampled_from(["", "b", "i", "s", "sup", "code"])), min_size=1, max_size=4)
)
def test_every_word_comes_back_whatever_its_signs_and_marks(parts: list[tuple[str, str]]) -> None:
    from lxml import html

    from newsletter.letters.escaping import bare, read_back
    from newsletter.letters.inline import InlineReader

    paragraph = html.Element("p")
    for text, mark in parts:
        child = html.Element(mark or "span")
        child.text = text
        paragraph.append(child)
    found = InlineReader(lambda _: "").read([paragraph])
    assert read_back(found.markdown) == bare("".join(text for text, _ in parts))
    for line in found.markdown.split("\n"):
        assert not line.lstrip().startswith((":::", "---", "# "))
    items, stray = cut(found.markdown.split("\n"))
    assert not stray
    assert all(isinstance(item, Lines) for item in items)
    assert all(len(one[1]) % 2 for one in _OPEN.finditer(found.markdown) if "`" not in found.markdown)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_texts_are_read_whatever_program_saved_them(encoding: str, name: str) -> None:
    text = "Chers membres de l’équipe,\r\n\r\nNous avons œuvré à « l’été » avec vous : merci à tous.\r\n"
    found = letter(name, text.encode(encoding))
    assert "Nous avons œuvré à «" in found.texts[0].body
    assert found.texts[0].language == "fr"
    assert any("Windows-1252" in one.what for one in found.remarks) == (encoding == "cp1252")


def test_a_page_is_read_in_the_encoding_that_it_names() -> None:
    page = '<meta charset="iso-8859-1"><p>Vous êtes à l’été de la vie avec nous.</p>'.encode("cp1252")
    assert "Vous êtes à l’été" in body("a.html", page)


def test_front_matter_of_a_file_decides_neither_audience_nor_time() -> None:
    text = "---\nsubject: Ours {{ member.email }}\naudience: everyone\nschedule: 2020-12-16 09:00\ndate: 2020-12-16\n---\n\nThe text of the letter.\n\n::: button href=x\nGo\n:::\n"
    found = letter("a.md", text)
    assert str(found.day) == "2020-12-16"
    assert dict(found.texts[0].own) == {"subject": "Ours {{ member.email }}"}
    assert "\\::: button" in found.texts[0].body
    lost = "\n".join(one.text for one in found.remarks if one.said == "left out")
    assert "audience: everyone" in lost
    assert "schedule: 2020-12-16 09:00" in lost
