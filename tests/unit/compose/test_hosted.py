"""Hosted files in composing: found by name, judged by content, counted, and what is refused with the next step."""

from __future__ import annotations

import pytest

from newsletter.compose.findings import Findings
from newsletter.compose.frame.files import size_in_words
from newsletter.compose.images import Images
from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Tokens
from newsletter.model.artwork import Mark, MarkKind
from newsletter.model.hosted import KINDS, FileFact, key
from newsletter.model.place import Place
from tests.unit.compose.kit import complaints, framed, preview_text, tiny, told

PDF = b"%PDF-1.7\n1 0 obj"
DOCX = b"PK\x03\x04" + b"\0" * 40


def test_a_link_by_name_a_button_and_a_template_reach_the_same_file() -> None:
    templates = framed(
        '<mj-text>{{ content }}</mj-text><mj-text><a href="{{ file("plan.pdf") }}">{{ file_kind("plan.pdf") }}, {{ file_size("plan.pdf") }}</a></mj-text>'
    )
    body = '[The plan](plan.pdf)\n\n::: button href="plan.pdf"\nGet it\n:::'
    rendering = compose(tiny(body, templates=templates, files={"issues/x/plan.pdf": PDF}))
    assert rendering.artwork is not None
    assert not rendering.findings, told(rendering)
    (file,) = rendering.artwork.hosted
    assert (file.name, file.media_type, file.size, file.source) == (
        "plan.pdf",
        "application/pdf",
        len(PDF),
        "issues/x/plan.pdf",
    )
    html = rendering.artwork.texts["en"].html
    assert sum(isinstance(piece, Mark) and piece.kind is MarkKind.FILE for piece in html) == 3
    assert "PDF, 1\u00a0KB" in "".join(piece for piece in html if isinstance(piece, str))
    assert f"/f/{file.address}" in preview_text(rendering, "en")
    assert rendering.files == {}, "its bytes are never handed to composing"


def test_a_name_with_spaces_and_accents_keeps_it() -> None:
    rendering = compose(
        tiny("[P](<Programme d'été.pdf>)", files={"issues/x/Programme d'été.pdf": b"\n%PDF-1.4"})
    )
    assert rendering.artwork is not None
    (file,) = rendering.artwork.hosted
    assert file.name == "Programme d'été.pdf"
    assert file.address == f"{key(file.digest, file.name)}/Programme%20d%27%C3%A9t%C3%A9.pdf"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"no archive", "issues/x.md:6: “a.docx” is not what its ending says"),
        ("a.pdf", b"MZ\x90\0", "issues/x.md:6: “a.pdf” is not what its ending says"),
        ("a.ics", b"<!DOCTYPE html><script>", "issues/x.md:6: “a.ics” is not what its ending says"),
        ("a.csv", b"a,b\n<svg onload=x>", "issues/x.md:6: “a.csv” is not what its ending says"),
        ("a.pdf", b"", "issues/x.md:6: “a.pdf” is empty"),
        ("a.html", b"<p>", "issues/x.md:6: “a.html” is of a kind that is not hosted"),
        ("a.svg", b"<svg>", "issues/x.md:6: “a.svg” is of a kind that is not hosted"),
        ("a.docm", DOCX, "issues/x.md:6: “a.docm” is of a kind that is not hosted"),
        ("a.exe", b"MZ", "issues/x.md:6: “a.exe” is of a kind that is not hosted"),
    ],
)
def test_what_is_refused(name: str, content: bytes, said: str) -> None:
    assert complaints(tiny(f"Hello\n\n[it]({name})", files={f"issues/x/{name}": content})) == [said]


def test_a_file_that_is_not_there_names_the_nearest() -> None:
    rendering = compose(tiny("[it](programe.pdf)", files={"issues/x/programme.pdf": PDF}))
    (finding,) = rendering.findings
    assert (finding.check, str(finding.place)) == ("file-missing", "issues/x.md:4")
    assert finding.hint == "Did you mean “programme.pdf”?"


def test_a_file_that_is_too_large_says_how_large_it_may_be() -> None:
    base = tiny("[it](a.pdf)")
    request = Request(
        base.slug,
        base.sources,
        base.templates,
        {},
        base.publication,
        files={"issues/x/a.pdf": FileFact("", 11 << 20, b"")},
    )
    (finding,) = compose(request).findings
    assert finding.message == "“a.pdf” has 11.0 MB, and 10 MB are allowed"
    assert "files.megabytes" in finding.hint


@pytest.mark.parametrize("target", ["www.example.org/a.pdf", "#a.pdf", "https://a.example/b.pdf", "page"])
def test_what_is_no_name_of_a_file_is_left_to_the_checks(target: str) -> None:
    assert complaints(tiny(f"[it]({target})")) == []


@pytest.mark.parametrize(
    "name", ["../../secrets/instance.key.pdf", "%2e%2e/%2e%2e/etc/passwd.pdf", "/etc/passwd.pdf"]
)
def test_nothing_outside_the_folder_is_reached(name: str) -> None:
    rendering = compose(tiny(f"[it]({name})", files={"issues/x/a.pdf": PDF}))
    assert rendering.artwork is not None
    assert rendering.artwork.hosted == ()


def test_a_file_that_the_program_makes_travels_with_its_bytes() -> None:
    request = tiny()
    tokens = Tokens([])
    findings = Findings()
    hosted = Images(request, tokens, findings).hosted
    url = hosted.made("webinar.ics", b"BEGIN:VCALENDAR\r\n", Place("issues/x.md", 4))
    assert url == hosted.made("webinar.ics", b"BEGIN:VCALENDAR\r\n")
    assert url.endswith(".invalid/")
    path = str(tokens.meaning(tokens.found(url)[0]).value)
    file = hosted.file(path)
    assert file is not None
    assert (file.media_type, file.source) == ("text/calendar", "")
    assert hosted.contents((file,)) == {file.digest: b"BEGIN:VCALENDAR\r\n"}
    with pytest.raises(ValueError, match="cannot be hosted"):
        hosted.made("page.html", b"<p>")
    with pytest.raises(ValueError, match="cannot be hosted"):
        hosted.made("large.ics", b"x" * ((1 << 20) + 1))


def test_no_kind_is_one_that_a_browser_runs() -> None:
    assert (
        not {"html", "htm", "xhtml", "svg", "xml", "js", "mjs", "swf", "exe", "docm", "xlsm", "pptm"}
        & KINDS.keys()
    )
    assert not any("html" in kind.media_type or "script" in kind.media_type for kind in KINDS.values())


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (1, "1 KB", "1 Ko"),
        (850_000, "850 KB", "850 Ko"),
        (999_600, "1 MB", "1 Mo"),
        (2_000_000, "2 MB", "2 Mo"),
        (2_449_000, "2.4 MB", "2,4 Mo"),
        (10_485_760, "10 MB", "10 Mo"),
    ],
)
def test_sizes_as_readers_read_them(size: int, english: str, french: str) -> None:
    assert size_in_words(size, "en").replace("\u00a0", " ") == english
    assert size_in_words(size, "fr").replace("\u00a0", " ") == french
