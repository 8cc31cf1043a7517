"""The preview's answers: only to this machine, never a script in a mail, the last good state while a file is broken."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from newsletter.model.errors import ConfigurationError
from newsletter.model.finding import Finding, Severity
from newsletter.model.member import Member
from newsletter.model.place import Place
from newsletter.pipeline.authoring import Desk
from newsletter.renderer import Renderer
from newsletter.web.preview import words
from newsletter.web.preview.app import Preview, create
from newsletter.web.preview.live import Live
from newsletter.web.showing import choice, frame, inbox
from newsletter.web.showing.remarks import excerpt, remarks
from newsletter.web.showing.shelf import Shelf
from tests.corpora import naughty_strings
from tests.writing import GREETING, Writing, writing

URL = f"/issues/{GREETING}"
LOOK = Path(words.__file__).parent / "look"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


class Client:
    """A browser of the simplest kind: one request, one answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8027") as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)


def nothing(stop: threading.Event) -> Iterator[frozenset[str]]:
    """A watch that sees nothing."""
    stop.wait()
    yield from ()


def opened(
    at: Writing,
    *,
    named: str = "",
    members: tuple[Member, ...] | None = None,
    renew: Callable[[Desk], Desk] = lambda desk: desk,
) -> tuple[Client, Shelf]:
    """A client of a preview, and its shelf."""
    shelf = Shelf(at.desk, renew)
    find = None if members is None else lambda email: next((m for m in members if m.email == email), None)
    app = create(Preview(shelf, Live(shelf, nothing), named=named, find=find))
    return Client(app), shelf


@pytest.fixture
def client(at: Writing) -> Client:
    return opened(at)[0]


def frames(page: str) -> list[str]:
    return [unescape(source) for source in re.findall(r'<iframe[^>]* src="([^"]+)"', page)]


# --- who is answered ---


@pytest.mark.parametrize("host", ["127.0.0.1:8027", "localhost", "LOCALHOST:1", "[::1]:8027"])
def test_this_machine_is_answered(host: str, client: Client) -> None:
    assert client.get("/look/preview.css", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8027",
        "127.0.0.1.evil.example",
        "127.0.0.2",
        "",
        "localhost@evil.example",
        "[::2]",
        "localhost:x",
    ],
)
def test_another_name_for_this_machine_is_not(host: str, client: Client) -> None:
    for path in ("/", URL, "/events", "/look/preview.css"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert GREETING not in answer.text


def test_two_hosts_are_no_host(client: Client) -> None:
    assert client.get(URL, headers=[("Host", "localhost"), ("Host", "evil.example")]).status_code == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(method: str, client: Client) -> None:
    for path in ("/", "/issues", URL, "/look/preview.css"):
        assert client.request(method, path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/issues", URL, "/look/preview.js", f"/mail/{GREETING}/x", "/nothing"])
@pytest.mark.ci
def test_every_answer_is_guarded(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers


def test_pages_allow_only_their_own_script_and_style(client: Client) -> None:
    answer = client.get(URL)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r"<script(?![^>]*src=\"/look/preview\.js\")|<style|\sstyle=|\son\w+=|https?://(?!www\.ngen\.ca)",
        _ours(answer.text),
    )


def _ours(page: str) -> str:
    """The page without the mail's own text and source, which are shown as text."""
    return re.sub(r'<pre class="(?:sheet|excerpt).*?</pre>|placeholder="[^"]*"', "", page, flags=re.DOTALL)


# --- mails in frames ---


def test_a_mail_runs_nothing(client: Client) -> None:
    page = client.get(URL).text
    assert all('sandbox="allow-same-origin"' in tag for tag in re.findall(r"<iframe[^>]*>", page))
    assert all(
        "allow-scripts" not in tag for tag in re.findall(r"<iframe[^>]*>", client.get("/issues").text + page)
    )
    answer = client.get(frames(page)[0])
    policy = answer.headers["content-security-policy"]
    for part in (
        "default-src 'none'",
        "script-src 'none'",
        "form-action 'none'",
        "sandbox allow-same-origin",
        "frame-ancestors 'self'",
    ):
        assert part in policy
    assert "img-src http://127.0.0.1:8027" in policy
    assert "allow-scripts" not in policy


def test_a_mail_in_a_frame_is_the_mail(client: Client) -> None:
    html = client.get(frames(client.get(URL).text)[0]).text
    assert "Dear Alex," in html
    assert "/i/" in html
    assert "8025/i/" not in html
    assert "prefers-color-scheme" not in html
    picture = re.search(r'src="(/i/[^"]+)"', html)
    assert picture is not None
    answer = client.get(picture.group(1))
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "name", ["x.png", "../newsletter.toml", "..%2f..%2fnewsletter.toml", "0" * 24 + ".png", "logo.png"]
)
def test_images_are_served_by_digest_only(name: str, client: Client) -> None:
    client.get(URL)
    assert client.get(f"/i/{name}").status_code == 404


def test_a_hosted_file_is_served_beside_the_mail(at: Writing) -> None:
    (at.root / "issues" / GREETING / "plan.pdf").write_bytes(b"%PDF-1.7 the plan")
    at.change(at.issue(), lambda text: f"{text}\n\n[The plan](plan.pdf)\n")
    client, _ = opened(at, members=())
    html = client.get(frames(client.get(URL).text)[0]).text
    (address,) = re.findall(r'href="(/f/[0-9a-f]{24}/plan\.pdf)"', html)
    answer = client.get(address)
    assert (answer.headers["content-type"], answer.content) == ("application/pdf", b"%PDF-1.7 the plan")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(address.replace("plan.pdf", "other.pdf")).status_code == 404


@pytest.mark.parametrize("name", ["base.html", "../app.py", "%2e%2e/app.py", "preview.css/..", "PREVIEW.CSS"])
def test_only_named_assets_are_served(name: str, client: Client) -> None:
    assert client.get(f"/look/{name}").status_code == 404


def test_dark_and_without_images(client: Client) -> None:
    light, dark = (client.get(frames(client.get(URL, params={"dark": on}).text)[0]).text for on in ("", "1"))
    assert light != dark
    assert "only dark" in dark
    source = frames(client.get(URL, params={"images": "off"}).text)[0]
    assert "img-src 'none'" in client.get(source).headers["content-security-policy"]


def test_a_frames_address_is_kept_only_while_it_is_true(client: Client) -> None:
    source = frames(client.get(URL).text)[0]
    assert "immutable" in client.get(source).headers["cache-control"]
    assert client.get(f"/mail/{GREETING}/000000000000").headers["cache-control"] == "no-store"


def test_media_queries_are_answered_for_the_frame() -> None:
    html = '<head><meta name="color-scheme" content="light dark"></head>@media (prefers-color-scheme: dark) and (max-width:9px){} @media (Prefers-Color-Scheme:LIGHT){}'
    dark = frame.framed(html, dark=True, images_from="http://x")
    assert "@media (min-width:0px) and (max-width:9px){} @media (max-width:0px){}" in dark
    assert 'content="only dark"' in dark
    assert '<head><base target="_blank">' in dark


# --- languages, views, readers ---


@pytest.mark.parametrize("ui", words.LANGUAGES)
@pytest.mark.parametrize("view", choice.VIEWS)
@pytest.mark.ci
def test_every_view_in_both_interface_languages(view: str, ui: str, client: Client) -> None:
    for lang in ("en", "fr", "en+fr", "nonsense"):
        answer = client.get(URL, params={"view": view, "ui": ui, "lang": lang})
        assert answer.status_code == 200
        assert f'<html lang="{ui}"' in answer.text
        assert len(frames(answer.text)) == {"both": 2, "desktop": 1, "phone": 1}.get(view, 0)


def test_the_interface_speaks_the_browsers_language(client: Client) -> None:
    assert "Remarques" in client.get(URL, headers={"Accept-Language": "de;q=1, fr-CA;q=0.9, en;q=0.8"}).text
    assert "Remarks" in client.get(URL, headers={"Accept-Language": "*"}).text
    assert "Remarks" in client.get(URL, params={"ui": "en"}, headers={"Accept-Language": "fr"}).text


def test_remarks_and_what_is_accepted_are_told_in_the_interfaces_language(at: Writing) -> None:
    accept = "accept:\n  - subject-length: The members know it by <b>this</b> word."
    at.edit("subject: A year of making it work\n", f"subject: News\n{accept}\n")
    at.edit("Warmly,", "[Click here](https://www.ngen.ca/x)\n\nWarmly,")
    page = unescape(opened(at)[0].get(URL, params={"ui": "fr"}).text)
    assert "le lien «\u00a0Click here\u00a0» ne dit pas où il mène" in page
    assert "l’objet n’a que 4 caractères" in page
    assert "Accepté" in page
    assert "by <b>this</b> word" in page
    assert "by <b>" not in opened(at)[0].get(URL, params={"ui": "fr"}).text


def test_every_word_stands_in_both_languages_and_is_used() -> None:
    english, french = (words.words(language) for language in words.LANGUAGES)
    assert english.keys() == french.keys()
    assert all(english.values())
    assert all(french.values())
    for name in english:  # the same blanks to fill in
        assert re.findall(r"\{\w+\}", english[name]) == re.findall(r"\{\w+\}", french[name]), name
    templates = "".join(path.read_text(encoding="utf-8") for path in LOOK.glob("*.html"))
    composed = ("view_", "reader_", "blocks_", "error", "warning", "info", "desktop_frame", "phone_frame")
    for name in english:
        assert f"w.{name}" in templates or name.startswith(composed), name


def test_the_reader_is_chosen(client: Client) -> None:
    page = client.get(URL, params={"reader": "nameless", "view": "text"}).text
    assert "Dear friend," in page
    hostile = client.get(frames(client.get(URL, params={"reader": "markup"}).text)[0]).text
    assert "&lt;b onmouseover=" in hostile
    assert "<b onmouseover" not in hostile


def test_a_member_is_shown_where_there_are_members(at: Writing, client: Client) -> None:
    assert "reader_member" not in client.get(URL).text
    assert '<option value="member"' not in client.get(URL).text
    known = Member("zoe@reader.example", first_name="Zoé")
    with_members, _ = opened(at, members=(known,))
    page = with_members.get(
        URL, params={"reader": "member", "member": "zoe@reader.example", "view": "text"}
    ).text
    assert "Dear Zoé," in page
    page = with_members.get(
        URL, params={"reader": "member", "member": "x@reader.example", "view": "text"}
    ).text
    assert "No member has this address." in page
    assert "Dear Alex," in page


def the_text(page: str) -> str:
    """The plain text that a page shows, without the remarks beside it."""
    return page.partition("<pre")[2].partition("</pre>")[0]


def test_conditional_blocks_are_shown_at_will(at: Writing) -> None:
    at.edit("Warmly,", '::: when province == "QC"\nOnly in Quebec.\n:::\n\nWarmly,')
    client, _ = opened(at)
    for blocks, shown in (("reader", False), ("all", True), ("none", False)):
        page = client.get(URL, params={"blocks": blocks, "view": "text"}).text
        assert ("Only in Quebec." in the_text(page)) is shown
    page = client.get(URL, params={"reader": "french", "view": "text"}).text
    assert "Only in Quebec." in the_text(page)


@pytest.mark.parametrize("name", ["lang", "view", "dark", "images", "reader", "member", "blocks", "ui"])
@pytest.mark.ci
def test_naughty_choices_are_as_usual(name: str, at: Writing) -> None:
    client, _ = opened(at, members=())
    for text in naughty_strings()[::4]:
        answer = client.get(URL, params={name: text})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_naughty_paths_are_not_found(client: Client) -> None:
    for text in naughty_strings()[::6]:
        for path in ("/issues/", "/mail/x/", "/i/"):
            plain = re.sub(r"[^ -~]|[#?%\\/]", "", text).strip(". ")
            if plain:
                answer = client.get(path + plain)
                assert answer.status_code == 404, (path, plain)
                assert "<script>alert" not in answer.text
    for path in (
        "/issues/..%2f..%2fetc%2fpasswd",
        "/issues/../../newsletter.toml",
        "/mail/..%2fx/y",
        "/issues/%00",
    ):
        assert client.get(path).status_code == 404


# --- what is broken ---


def test_the_last_good_state_is_kept_while_a_file_is_broken(at: Writing) -> None:
    client, shelf = opened(at)
    good = frames(client.get(URL).text)
    at.edit("template: greeting", "template: greting")
    assert shelf.changed({f"issues/{GREETING}.en.md"}) == {GREETING}
    page = client.get(URL).text
    assert "This cannot be shown yet" in page
    assert "template: greting" in page  # the author's line
    assert f"issues/{GREETING}.en.md:5:1" in page
    assert frames(page) == good
    assert client.get(good[0]).status_code == 200
    at.edit("template: greting", "template: greeting")
    shelf.changed({f"issues/{GREETING}.en.md"})
    assert "This cannot be shown yet" not in client.get(URL).text


def test_an_issue_that_never_was_good(at: Writing) -> None:
    at.edit("template: greeting", "template: greting")
    client, _ = opened(at)
    page = client.get(URL).text
    assert "It appears here as soon as the file is mended." in page
    assert frames(page) == []
    assert client.get(f"/mail/{GREETING}/x").status_code == 404
    assert "cannot be shown yet" in client.get("/issues").text


def test_a_fault_of_the_settings_is_told(at: Writing) -> None:
    def renew(desk: Desk) -> Desk:
        raise ConfigurationError("is not well-formed", code="toml-form", place=Place("newsletter.toml", 3))

    client, shelf = opened(at, renew=renew)
    good = frames(client.get(URL).text)
    assert shelf.changed({"newsletter.toml"}) == {GREETING}
    page = client.get(URL).text
    assert "newsletter.toml:3" in page
    assert frames(page) == good


def test_renewed_settings_are_used(at: Writing) -> None:
    def renew(desk: Desk) -> Desk:
        return replace(desk, publication=replace(desk.publication, name={"en": "Other", "fr": "Autre"}))

    client, shelf = opened(at, renew=renew)
    client.get(URL)
    shelf.changed({"newsletter.toml"})
    assert ">Other</a>" in client.get(URL).text


@pytest.mark.parametrize(
    ("path", "touched"),
    [
        (f"issues/{GREETING}.fr.md", True),
        (f"issues/{GREETING}/jay-myers.png", True),
        ("templates/parts/footer.mjml", True),
        ("segments.toml", True),
        ("sponsors.toml", True),
        ("issues/another.en.md", False),
        (f"issues/{GREETING}-2.en.md", False),
    ],
)
def test_a_save_touches_what_it_goes_into(path: str, touched: bool, at: Writing) -> None:
    client, shelf = opened(at)
    client.get(URL)
    assert (shelf.changed({path}) == {GREETING}) is touched


@pytest.mark.ci
def test_the_list(at: Writing) -> None:
    client, _ = opened(at)
    page = client.get("/issues").text
    assert GREETING in page
    assert page.index("2021-01-27") < page.index(GREETING)
    assert client.get("/").headers["location"] == "/issues"
    named, _ = opened(at, named=GREETING)
    assert named.get("/").headers["location"] == URL
    for path in (at.root / "issues").glob("*.md"):
        path.unlink()
    assert "newsletter new my-first-issue" in opened(at)[0].get("/issues").text


# --- small parts ---


def test_inbox_rows_are_cut_where_programs_cut() -> None:
    gmail, outlook, iphone = inbox.rows("NGen", "s" * 60, "p" * 200, "text")
    assert (outlook.cut, len(outlook.subject), len(outlook.snippet)) == (54, 55, 80)
    assert (len(gmail.subject), len(gmail.subject) + len(gmail.snippet), gmail.cut) == (60, 110, 0)
    assert (len(iphone.subject), len(iphone.snippet), iphone.cut) == (41, 90, 40)
    assert inbox.rows("NGen", "s", "", "First\nwords")[0].snippet == "First words"


def test_excerpts_show_the_line_and_its_neighbours() -> None:
    sources = {"a.md": "one\ntwo\nthree\nfour\nfive"}
    assert [(line.number, line.here) for line in excerpt(Place("a.md", 1), sources)] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert [line.number for line in excerpt(Place("a.md", 5), sources)] == [3, 4, 5]
    for place in (None, Place("a.md"), Place("b.md", 2), Place("a.md", 99)):
        assert not any(line.here for line in excerpt(place, sources))


def test_the_worst_remarks_come_first() -> None:
    found = [
        Finding(severity.value, severity, "m")
        for severity in (Severity.INFO, Severity.WARNING, Severity.ERROR)
    ]
    assert [remark.finding.severity for remark in remarks(found, {})] == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.INFO,
    ]


def test_a_choice_survives_its_address() -> None:
    chosen = choice.read(
        {"lang": "fr", "view": "phone", "dark": "1", "images": "off", "reader": "rtl", "ui": "fr"}
    )
    url = chosen.url("/issues/x")
    assert choice.read(dict(pair.split("=") for pair in url.split("?")[1].split("&"))) == chosen
    assert choice.Choice().url("/issues/x") == "/issues/x"


# --- the live line ---


@pytest.mark.ci
def test_a_change_is_told_and_what_is_looked_at_is_built_first(at: Writing) -> None:
    shelf = Shelf(at.desk, lambda desk: desk)
    saves: SimpleQueue[frozenset[str]] = SimpleQueue()

    def watch(stop: threading.Event) -> Iterator[frozenset[str]]:
        while not stop.is_set():
            try:
                yield saves.get(timeout=0.05)
            except Empty:
                continue

    other = next(slug for slug in shelf.slugs() if slug != GREETING)
    before = {slug: shelf.get(slug) for slug in (GREETING, other)}

    async def listen() -> list[bytes]:
        live = Live(shelf, watch)
        live.start(asyncio.get_running_loop())
        lines = live.events(GREETING)
        heard = [await anext(lines)]
        saves.put(frozenset({"templates/words.toml"}))
        heard.append(await anext(lines))
        live.stop.set()
        heard += [line async for line in lines]
        live.end()
        return heard

    assert asyncio.run(listen()) == [b"retry: 500\nevent: hello\ndata: 0\n\n", b"event: changed\ndata: 1\n\n"]
    assert shelf._shown[GREETING] is not before[GREETING]
    assert shelf._shown[other] is before[other]  # nobody looks at it: built when somebody asks
    assert shelf.get(other) is not before[other]
