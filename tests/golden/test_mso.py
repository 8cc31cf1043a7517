"""What Outlook on Windows reads of each component: its conditional comments opened, what is not for it left out.

In: the forms of each component in the specimen. Out: tests/golden/mso/<component>.html, for the eye of a reviewer. Word reckons in whole
pixels and knows no max-width; at 120 and 144 DPI it enlarges what is given in CSS pixels, so that attributes must say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from newsletter.compose.components import CATALOGUE
from newsletter.compose.request import SourceText
from newsletter.compose.steps import compose
from newsletter.model.artwork import Mark
from tests.browser.mails import ALL, ISSUES, ROOT, Mail, rendered
from tests.unit.compose.kit import preview, request_from, told

HERE = Path(__file__).parent / "mso"
SPECIMEN = Path(__file__).parents[1] / "browser" / "specimen.en.md"
_BLOCK = re.compile(r"^::: (?P<name>[\w-]+)[^\n]*\n.*?^:::$", re.MULTILINE | re.DOTALL)
_OTHERS = re.compile(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", re.DOTALL)
_FOR_IT = re.compile(r"<!--\[if [^\]]*mso[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"(<(?:table|/table|/tr|/td|/div|/v:\w+|/p|/h\d)\b[^>]*>)(?=<)")
#: everything around the body is left away
_ALONE = '{% extends "base.mjml" %}' + "".join(
    f"{{% block {name} %}}{{% endblock %}}"
    for name in ("top", "masthead", "scene", "heading", "closing", "footer")
)


def outlook(html: str) -> str:
    """HTML as Word reads it."""
    opened = _FOR_IT.sub(lambda match: match[1], _OTHERS.sub("", html))
    return _COMMENT.sub("", opened)


@cache
def component(name: str) -> str:
    """The HTML of a mail that holds the forms of one component and nothing else."""
    request = request_from(ROOT, ISSUES["digest"])
    blocks = [
        match[0] for match in _BLOCK.finditer(SPECIMEN.read_text(encoding="utf-8")) if match["name"] == name
    ]
    assert blocks, f"the specimen shows no {name}"
    text = "---\nsubject: One component\ntemplate: alone\n---\n" + "\n\n".join(blocks)
    source = SourceText(SPECIMEN.name, "en", text)
    templates = {**request.templates, "alone.mjml": _ALONE}
    rendering = compose(replace(request, sources=(source,), templates=templates))
    assert rendering.artwork is not None, told(rendering)
    for image in rendering.artwork.images:  # a picture's bytes would fill the file
        rendering.files[image.digest] = image.name.encode()
    return preview(rendering, "en")


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_what_outlook_reads_of_a_component(name: str, golden: Callable[[Path, str], None]) -> None:
    body = outlook(component(name)).partition("<body")[2]
    golden(HERE / f"{name}.html", _BREAK.sub(r"\1\n", f"<body{body}\n"))


def html_of(mail: Mail) -> str:
    artwork = rendered(mail.template).artwork
    assert artwork is not None
    return "".join("#" if isinstance(piece, Mark) else piece for piece in artwork.texts[mail.language].html)


def attributes(tag: str) -> dict[str, str]:
    return {name.lower(): value for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}


def styles(tag: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in attributes(tag).get("style", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


@pytest.mark.parametrize("mail", ALL, ids=str)
def test_word_is_told_how_many_pixels_an_inch_has(mail: Mail) -> None:
    """Without this, Word at 120 and 144 DPI enlarges texts and not pictures (microsoft.com: OfficeDocumentSettings)."""
    html = html_of(mail)
    head = html.partition("</head>")[0]
    assert re.search(
        r"<!--\[if mso\]>\s*<noscript>\s*<xml>.*<o:PixelsPerInch>96</o:PixelsPerInch>.*</xml>",
        head,
        re.DOTALL,
    )
    assert "<o:AllowPNG/>" in head
    assert 'xmlns:o="urn:schemas-microsoft-com:office:office"' in html
    assert 'xmlns:v="urn:schemas-microsoft-com:vml"' in html


@pytest.mark.parametrize("mail", ALL, ids=str)
def test_what_word_reads_is_in_whole_pixels_at_every_density(mail: Mail) -> None:
    body = outlook(html_of(mail)).partition("<body")[2]
    assert not re.findall(r'\s(?:width|height)="\d*\.\d+', body)
    assert not re.findall(r"[;\"\s](?:width|height):\d*\.\d+px", body)
    for tag in re.findall(r"<(?:table|td|img)\b[^>]*>", body):
        said, drawn = attributes(tag).get("width", ""), styles(tag).get("width", "")
        if said.isdigit() and drawn.endswith("px"):
            assert f"{said}px" == drawn, f"at 120 DPI these two would differ by a quarter: {tag}"
    for picture in re.findall(r"<img\b[^>]*>", body):
        assert attributes(picture).get("width", "").isdigit(), picture
    for shape in re.findall(r"<v:(?:rect|roundrect|image)\b[^>]*>", body):
        assert re.fullmatch(r"\d+px", styles(shape).get("width", "0px")), shape


@pytest.mark.parametrize("mail", ALL, ids=str)
def test_what_only_outlook_reads_opens_and_closes_the_same(mail: Mail) -> None:
    body = outlook(html_of(mail)).partition("<body")[2]
    for tag in ("table", "tr", "td", "div", "a"):
        assert len(re.findall(rf"<{tag}[\s>]", body)) == len(re.findall(rf"</{tag}>", body)), tag
