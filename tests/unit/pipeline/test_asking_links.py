"""`check --links` against real servers: what is asked, how many at once, what is kept, and what is told of it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter import app, cli
from newsletter.fetching.contract import Limits, Unfetched
from newsletter.fetching.fetcher import Fetcher
from newsletter.model.artwork import Link
from newsletter.model.finding import Severity
from newsletter.model.link_result import LinkResult
from newsletter.model.place import Place
from newsletter.pipeline import build
from newsletter.pipeline.asking_links import MOST, ask, fetcher_of
from newsletter.renderer import Renderer
from newsletter.settings import resolve
from newsletter.workspace import link_results
from tests.corpora import shared
from tests.web_server import WebServer, moved, page, web_server
from tests.writing import GREETING, NOW, Writing, writing

pytestmark = pytest.mark.enable_socket

HERE = Fetcher(Limits(seconds=2.0), loopback=True)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


@pytest.fixture
def served() -> Iterator[WebServer]:
    with web_server({"*": page(b"x")}) as server:
        yield server


def asked(at: Writing, *urls: str, refresh: bool = False) -> dict[str, LinkResult]:
    return ask(at.desk, [Link(url) for url in urls], refresh=refresh, fetcher=HERE)


def test_head_is_asked_first_and_get_where_it_is_not_answered_well(at: Writing, served: WebServer) -> None:
    served.pages |= {"HEAD /picky": page(status="405 Method Not Allowed"), "GET /picky": page(b"x")}
    found = asked(at, served.url("/a"), served.url("/picky"))
    assert [result.status for result in found.values()] == [200, 200]
    assert sorted(line.removesuffix(" HTTP/1.1") for line in served.lines) == [
        "GET /picky",
        "HEAD /a",
        "HEAD /picky",
    ]


def test_an_address_is_asked_once_whatever_stands_behind_the_sign(at: Writing, served: WebServer) -> None:
    asked(at, served.url("/a#one"), served.url("/a#two"), served.url("/a"))
    assert len(served.asked) == 1


def test_answers_are_kept_and_bad_ones_not_for_long(at: Writing, served: WebServer) -> None:
    served.pages["/gone"] = page(status="404 Not Found")
    urls = served.url("/a"), served.url("/gone")
    first = asked(at, *urls)
    count = len(served.asked)
    assert asked(at, *urls) == first
    assert len(served.asked) == count
    at.desk = replace(at.desk, now=lambda: NOW + timedelta(minutes=11))
    asked(at, *urls)
    assert [line.split()[1] for line in served.lines[count:]] == ["/gone", "/gone"]
    count = len(served.asked)
    at.desk = replace(at.desk, now=lambda: NOW + timedelta(hours=25))
    asked(at, *urls)
    assert len(served.asked) == count + 3
    asked(at, served.url("/a"), refresh=True)
    assert len(served.asked) == count + 4
    assert json.loads((at.root / "var/links.json").read_text(encoding="utf-8"))[0]["at"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'[{"url": "x"}]', b'[{"url":"u","at":"2020-01-01T00:00:00"}]', b"\xff"]
)
def test_a_damaged_file_of_answers_is_an_empty_one(at: Writing, served: WebServer, content: bytes) -> None:
    (at.root / "var").mkdir()
    (at.root / "var/links.json").write_bytes(content)
    assert link_results.read(at.root) == {}
    assert asked(at, served.url("/a"))[served.url("/a")].well


def test_what_is_never_asked(at: Writing, served: WebServer) -> None:
    ours = at.desk.settings.text("web.base_url") + "/c/1/abc"
    links = [
        Link(ours),
        Link(served.url("/list/unsubscribe?u=1")),
        Link(served.url("/optout")),
        Link(served.url("/d%C3%A9sabonnement")),
        Link(served.url("/who?x=slot"), personal=True),
    ]
    found = ask(at.desk, links, fetcher=HERE)
    assert served.asked == []
    assert sorted(result.skip for result in found.values()) == ["leaving"] * 3 + ["ours", "personal"]
    assert not (at.root / "var").exists()


def test_of_one_host_no_more_than_so_many_at_once(at: Writing, served: WebServer) -> None:
    """All that may be under way are: each waits for the second, and a third never comes before one has its answer."""
    together, counted = threading.Barrier(2, timeout=5), threading.Barrier(2, timeout=5)
    lock = threading.Lock()
    waiting: list[object] = []
    seen: list[int] = []

    def say(line: object, _closing: threading.Event) -> None:
        with lock:
            waiting.append(line)
            seen.append(len(waiting))
        together.wait()
        with lock:
            waiting.remove(line)
        counted.wait()
        line.sendall(page())  # type: ignore[attr-defined]

    served.pages = {"*": say}
    found = asked(at, *(served.url(f"/{number}") for number in range(6)))
    assert all(result.well for result in found.values())
    assert max(seen) == 2


def test_there_is_an_end_to_how_many_are_asked(at: Writing) -> None:
    links = [Link(f"http://10.0.0.1/{number}") for number in range(MOST + 3)]
    found = ask(at.desk, links)
    assert sum(result.skip == "many" for result in found.values()) == 3
    assert {result.why for result in found.values() if not result.skip} == {"refused"}


def test_no_address_of_the_corpus_ends_in_anything_but_a_result(at: Writing) -> None:
    """Every WHATWG case, absolute or not, is refused, unknown, or malformed: nothing else is raised, and nothing is connected to."""
    cases = json.loads(shared("corpora/whatwg-url/urltestdata.json").read_text(encoding="utf-8"))
    urls = list(dict.fromkeys(case["input"] for case in cases if isinstance(case, dict)))

    def nobody(_host: str) -> tuple[str, ...]:
        raise OSError

    fetcher = Fetcher(Limits(seconds=2.0), resolve=nobody)
    whys: set[str] = set()
    for url in urls:
        try:
            fetcher.head(url)
        except Unfetched as error:
            whys.add(error.why.value)
        except Exception as error:  # noqa: BLE001 - the test says which
            pytest.fail(f"{url!r}: {error!r}")
    # three cases are spellings of addresses that are public: they are connected to, and the tests' network refuses
    assert whys <= {"refused", "name", "connect"}
    found = ask(at.desk, [Link(url) for url in urls if url.startswith("http")][:200], fetcher=fetcher)
    assert not any(result.well for result in found.values())


def test_check_names_the_authors_line(at: Writing, served: WebServer) -> None:
    served.pages |= {
        "/gone": page(status="404 Not Found"),
        "/busy": page(status="500 Oops"),
        "/moved": moved("/a", "301 Moved Permanently"),
        "/for-now": moved("/a"),
        "/old/story": moved("/"),
        "/people-only": page(status="403 Forbidden"),
    }
    for language, sentence in (("en", "Warmly,\n"), ("fr", "Chaleureusement,\n")):
        links = "\n\n".join(f"[{name}]({served.url(name)})" for name in served.pages if name.startswith("/"))
        at.edit(sentence, f"{links}\n\n{sentence}", language)
    settings = {"NEWSLETTER_LINKS_LOOPBACK": "yes"}
    at.desk = replace(at.desk, settings=resolve({}, settings, {}))
    own = {served.url(name) for name in served.pages}

    def only_ours(links: object) -> dict[str, LinkResult]:
        return ask(at.desk, [link for link in links if link.url in own])  # type: ignore[attr-defined]

    built = build.build(at.desk, GREETING, ask=only_ours)
    lines = at.issue().read_text(encoding="utf-8").split("\n")
    found = {
        lines[one.place.line - 1].partition("]")[0][2:]: one
        for one in built.findings
        if one.check == "link-status" and one.place and one.place.file.endswith(".en.md")
    }
    assert {name: one.severity for name, one in found.items()} == {
        "gone": Severity.WARNING,
        "busy": Severity.WARNING,
        "moved": Severity.INFO,
        "old/story": Severity.INFO,
        "people-only": Severity.INFO,
    }
    assert found["moved"].message.endswith(f"moved for good to {served.url('/a')}")
    assert "déménagé pour de bon" in found["moved"].told("fr")[0]
    assert len([one for one in built.findings if one.check == "link-status"]) == 2 * len(found)
    assert isinstance(found["gone"].place, Place)


def test_the_command(
    at: Writing, served: WebServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No name leads anywhere in this world: only the server on this machine answers."""

    real = socket.getaddrinfo

    def nobody(host: str, *rest: int, **named: int) -> list[object]:
        if not host.startswith("127."):
            raise socket.gaierror(-2, "Name or service not known")
        return list(real(host, *rest, **named))

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    monkeypatch.setattr(app, "_renderer", lambda *_: at.desk.renderer)
    monkeypatch.setenv("NEWSLETTER_LINKS_LOOPBACK", "yes")
    monkeypatch.chdir(at.root)
    at.edit("Warmly,\n", f"[More]({served.url('/more')})\n\nWarmly,\n")
    assert (
        cli.main(["check", GREETING, "--links", "--json"]) == 1
    )  # a link to this machine is an error of its own
    told = json.loads(capsys.readouterr().out)
    links = {one["url"]: one for one in told["links"]}
    assert links.pop(served.url("/more"))["status"] == 200
    assert links
    assert {one["why"] for one in links.values()} == {"name"}
    assert {one["check"] for one in told["findings"] if one["line"]} >= {"link-status"}
    assert "n’existe pas" in next(
        one["message_fr"] for one in told["findings"] if one["check"] == "link-status"
    )
    assert cli.main(["check", GREETING, "--links", "--language", "fr"]) == 1
    said = capsys.readouterr().err
    assert f"liens vérifiés\u00a0: {len(links) + 1}, dont 1 sans problème" in said
    assert len(served.asked) == 1, "the second time it was kept"
    assert cli.main(["check", GREETING, "--refresh"]) == 2


@pytest.mark.parametrize(
    "target", ["/u/token", "/p/token", "/u/token/one-click", "https://news.other.example/unsubscribe?u=1"]
)
def test_no_redirect_is_followed_to_where_a_visit_may_sign_somebody_off(
    at: Writing, served: WebServer, target: str
) -> None:
    ours = web_server({"*": page(b"gone")})
    with ours as own:
        to = own.url(target) if target.startswith("/") else target
        served.pages["*"] = moved(to, "302 Found")
        settings = resolve(
            {"web": {"base_url": own.url("").rstrip("/")}, "links": {"loopback": "yes"}}, {}, {}
        )
        desk = replace(at.desk, settings=settings)
        found = ask(desk, [Link(served.url("/campaign"))], fetcher=fetcher_of(settings))[
            served.url("/campaign")
        ]
        assert own.asked == []
    assert found.skip == ("ours" if target.startswith("/") else "leaving")
    assert [step.url for step in found.steps] == [to]
    assert {line.split()[1] for line in served.lines} == {"/campaign"}
