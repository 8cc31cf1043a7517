"""`newsletter teaser` against real servers: a block a language, the picture beside the issue, and nothing that could go out unread."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from newsletter import app, cli
from newsletter.fetching.contract import Limits
from newsletter.fetching.fetcher import Fetcher
from newsletter.model.errors import NewsletterError
from newsletter.pipeline import build
from newsletter.pipeline.teaser import teasers
from newsletter.renderer import Renderer
from tests.web_server import WebServer, moved, page, web_server
from tests.writing import GREETING, Writing, writing

pytestmark = pytest.mark.enable_socket

HERE = Fetcher(Limits(seconds=2.0, octets=200_000), loopback=True)


def picture(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 630), "teal").save(out, kind)
    return out.getvalue()


def html(lang: str, title: str, summary: str, more: str = "") -> bytes:
    return page(
        f'<html lang="{lang}"><head><meta property="og:title" content="{title}"><meta property="og:description" content="{summary}">'
        f'<meta property="og:image" content="/a.jpg">{more}</head></html>'.encode()
    )


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


@pytest.fixture
def served() -> Iterator[WebServer]:
    pages = {
        "/en/story": html("en", "A robot that listens", "It hears what a bearing says.", '<link rel="alternate" hreflang="fr" href="/fr/article">'),
        "/fr/article": html("fr-CA", "Un robot qui écoute", "Il entend ce que dit un roulement."),
        "/a.jpg": page(picture(), kind="image/jpeg"),
    }  # fmt: skip
    with web_server(pages) as server:
        yield server


@pytest.fixture
def both(at: Writing, served: WebServer) -> list[str]:
    served.pages["/en/story?id=3&utm_source=x"] = served.pages["/en/story"]
    made = teasers(at.desk, served.url("/en/story?id=3&utm_source=x"), GREETING, fetcher=HERE)
    return [one.markdown for one in made]


def test_a_block_for_each_language(both: list[str], served: WebServer, at: Writing) -> None:
    english, french = both
    assert english == (
        f'::: teaser title="A robot that listens" href="{served.url("/en/story?id=3")}" link="Read the story" '
        f'image="{_name(at)}" alt="[Check me: what does the picture show?]"\n'
        "[Check me: from 127.0.0.1] It hears what a bearing says.\n:::\n"
    )
    assert 'title="Un robot qui écoute"' in french
    assert f'href="{served.url("/fr/article")}"' in french
    assert "[À vérifier, tiré de 127.0.0.1] Il entend" in french
    assert sum("/a.jpg" in line for line in served.lines) == 1


def _name(at: Writing) -> str:
    (path,) = (at.root / "issues" / GREETING).glob("a-robot-that-listens-*.jpg")
    assert path.read_bytes() == picture()
    return path.name


def test_it_is_flagged_until_a_person_has_read_it(both: list[str], at: Writing) -> None:
    """The block goes into an issue as it was printed: sound but for the marks, and sound without them."""
    at.change(at.root / "issues/2021-01-20-january-digest.en.md", lambda text: f"{text}\n{both[0]}")
    name = _name(at)
    (at.root / "issues/2021-01-20-january-digest" / name).write_bytes(picture())
    path = at.root / "issues/2021-01-20-january-digest.en.md"

    def remarks() -> list[str]:
        found = build.build(at.desk, "2021-01-20-january-digest").findings
        return [
            one.message
            for one in found
            if one.place
            and one.place.file == path.relative_to(at.root).as_posix()
            and one.check == "leftover-text"
        ]

    assert len(remarks()) == 2
    at.change(
        path,
        lambda text: text.replace("[Check me: from 127.0.0.1] ", "").replace(
            "[Check me: what does the picture show?]", "A robot arm."
        ),
    )
    assert remarks() == []


def test_without_an_issue_nothing_is_written(at: Writing, served: WebServer) -> None:
    made = teasers(at.desk, served.url("/en/story"), fetcher=HERE)
    assert [one.picture for one in made] == ["", ""]
    assert not any("/a.jpg" in line for line in served.lines)


def test_a_page_in_one_language_says_so_in_the_other(at: Writing, served: WebServer) -> None:
    served.pages["/fr/article"] = page(status="404 Not Found")
    english, french = teasers(at.desk, served.url("/en/story"), fetcher=HERE)
    assert english.found
    assert not french.found
    assert "aucune page en français" in french.markdown
    served.pages["/only"] = html("fr", "Seul", "Rien d’autre.")
    english, french = teasers(at.desk, served.url("/only"), fetcher=HERE)
    assert not english.found
    assert french.found


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"MZ\x90", "image/png"),
        (b"", "image/jpeg"),
        (b"x" * 8_100_000, "image/png"),
    ],
    ids=["svg", "program", "empty", "large"],
)
def test_what_is_no_picture_is_left_out(at: Writing, served: WebServer, content: bytes, kind: str) -> None:
    served.pages["/a.jpg"] = page(content, kind=kind)
    before = sorted(at.root.rglob("*"))
    made = teasers(at.desk, served.url("/en/story"), GREETING, fetcher=HERE)
    assert [one.picture for one in made] == ["", ""]
    assert made[0].remark is not None
    assert sorted(at.root.rglob("*")) == before


def test_a_page_cannot_choose_where_its_picture_is_written(at: Writing, served: WebServer) -> None:
    served.pages["/x"] = html("en", "../../../etc/CON .. \\ x", "s").replace(b"/a.jpg", b"/../../b.jpg?/etc")
    served.pages["/b.jpg?/etc"] = page(picture("PNG"), kind="text/html")
    before = set(at.root.rglob("*"))
    teasers(at.desk, served.url("/x"), GREETING, fetcher=HERE)
    (made,) = set(at.root.rglob("*")) - before
    assert made.parent == at.root / "issues" / GREETING
    assert made.name.startswith("etc-con-x-")
    assert made.suffix == ".png"


def test_the_picture_is_asked_as_safely_as_the_page(at: Writing, served: WebServer) -> None:
    with web_server({"*": page(picture())}) as inner:
        served.pages["/x"] = html("en", "T", "s").replace(
            b"/a.jpg", f"http://localhost.:{inner.port}/".encode()
        )
        made = teasers(
            at.desk,
            served.url("/x"),
            GREETING,
            fetcher=Fetcher(HERE.limits, resolve=lambda _: ("10.0.0.1",), loopback=True),
        )
        assert made[0].picture == ""
        assert inner.asked == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (page(status="404 Not Found"), "404"),
        (page(b"%PDF", kind="application/pdf"), "no web page (application/pdf)"),
        (moved("http://169.254.169.254/"), "public Internet"),
        (page(b"x" * 300_000), "too large"),
    ],
)
def test_why_there_is_none(at: Writing, served: WebServer, said: bytes, told: str) -> None:
    served.pages["/x"] = said
    with pytest.raises(NewsletterError) as error:
        teasers(at.desk, served.url("/x"), fetcher=HERE)
    assert told in error.value.message
    assert error.value.code == "fetch"


def test_the_command(
    at: Writing, served: WebServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(at.root)
    monkeypatch.setattr(app, "_renderer", lambda *_: at.desk.renderer)
    assert cli.main(["teaser", served.url("/en/story"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "fetch"
    monkeypatch.setenv("NEWSLETTER_LINKS_LOOPBACK", "yes")
    assert cli.main(["teaser", served.url("/en/story"), GREETING, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["title"] for one in told["teasers"]] == ["A robot that listens", "Un robot qui écoute"]
    assert cli.main(["teaser", served.url("/en/story")]) == 0
    assert capsys.readouterr().out.startswith("::: teaser title=")
