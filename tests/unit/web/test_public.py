"""The public listener: what readers, mail programs and strangers get, and that looking changes nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from newsletter.model.token import sign
from newsletter.store import tables
from newsletter.web.public.app import Public
from newsletter.web.public.hot import PIXEL
from tests.corpora import naughty_strings
from tests.mailed import ANA, BEN, CLO, GIF, KEYS, Mailed, hand_over, world

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
TEST = sign(KEYS.signing, KEYS.current, 0)
LOST = sign(KEYS.signing, KEYS.current, 424242)
BROWSER = {"user-agent": CHROME, "accept-language": "en"}


class Site:
    """The public application, asked without a socket. Each call is one visit: its hits are flushed at the end."""

    def __init__(self, mailed: Mailed) -> None:
        self.mailed = mailed
        self.app = Public(mailed.ctx)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        options["headers"] = BROWSER | dict(options.get("headers", {}))

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("8.8.8.8", 4711), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://news.test") as client:
                return await client.request(method, path, **options)

        answer = asyncio.run(call())
        self.app.hits.flush()
        return answer

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("POST", path, **options)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with world(tmp_path) as mailed:
        yield Site(hand_over(mailed))


def own(site: Site, email: str = ANA.email) -> str:
    return site.mailed.tokens(email).own


def left(site: Site) -> list[str]:
    return [row["address"] for row in site.mailed.rows(tables.suppressions)]


# ── one click (RFC 8058) ──


@pytest.mark.parametrize(
    "body",
    [
        {"data": ONE_CLICK},
        {"data": {"List-Unsubscribe": "one-click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b"List-Unsubscribe=One-Click"},
        {"content": b"List-Unsubscribe=One-Click\r\n", "headers": {"content-type": "text/plain"}},
        {
            "content": b"List-Unsubscribe=One-Click&more=1",
            "headers": {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"},
        },
    ],
)
def test_one_click_in_every_form_it_comes(site: Site, body: dict[str, Any]) -> None:
    answer = site.post(f"/u/{own(site)}", **body)
    assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    assert "set-cookie" not in answer.headers
    assert left(site) == [ANA.email]
    assert site.mailed.rows(tables.suppressions)[0]["source"] == "one-click"


def test_one_click_twice_is_once(site: Site) -> None:
    path = f"/u/{own(site)}"
    site.post(path, data=ONE_CLICK)
    before = site.mailed.everything()
    assert site.post(path, data=ONE_CLICK).status_code == 200
    assert site.mailed.everything() == before


def test_a_test_message_unsubscribes_nobody(site: Site) -> None:
    before = site.mailed.everything()
    answer = site.post(f"/u/{TEST.own}", data=ONE_CLICK)
    assert (answer.status_code, "nobody was unsubscribed" in answer.text) == (200, True)
    for path in ("/u/", "/p/", "/v/"):
        page = site.get(path + TEST.own)
        assert (page.status_code, "This was a test message" in page.text) == (200, True)
    assert "Nobody was unsubscribed" in site.post(f"/u/{TEST.own}", data={"confirm": "yes"}).text
    assert site.mailed.everything() == before


def test_a_mailing_that_is_not_in_the_books(site: Site) -> None:
    for path in ("/u/", "/p/", "/v/"):
        page = site.get(path + LOST.own)
        assert (page.status_code, "news@ngen.example" in page.text) == (404, True)
    assert site.post(f"/u/{LOST.own}", data=ONE_CLICK).status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"List-Unsubscribe=No", b"confirm=no", b"{}", b"&" * 100, b"\xff\xfe", b"a=1&" * 40]
)
def test_a_post_that_does_not_say_so_does_nothing(site: Site, body: bytes) -> None:
    before = site.mailed.everything()
    answer = site.post(f"/u/{own(site)}", content=body)
    assert (answer.status_code, "<form" in answer.text) == (400, True)
    assert site.mailed.everything() == before


def test_bodies_have_a_limit(site: Site) -> None:
    for path in (f"/u/{own(site)}", f"/p/{own(site)}"):
        assert site.post(path, content=b"x" * 20_000).status_code == 413

        async def endless() -> Any:
            for _ in range(100):
                yield b"x" * 1000

        assert site.post(path, content=endless()).status_code == 413
        assert site.post(path, content=b"x", headers={"content-length": "-1"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"content-disposition: name=" * 600,
        b"--b\r\n" * 3000,
        b"--b\r\nContent-Disposition: form-data; name*=utf-8''%ff\r\n\r\nx\r\n--b--",
    ],
)
def test_a_broken_multipart_is_an_empty_form(site: Site, body: bytes) -> None:
    answer = site.post(
        f"/u/{own(site)}", content=body, headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 400
    assert left(site) == []


# ── the pages ──


def test_the_page_asks_and_changes_nothing(site: Site) -> None:
    before = site.mailed.everything()
    page = site.get(f"/u/{own(site)}")
    assert page.status_code == 200
    assert "Leave NGen News?" in page.text
    assert "a•••@e•••.org" in page.text
    assert ANA.email not in page.text
    assert f'action="{own(site)}"' in page.text
    assert site.mailed.everything() == before


def test_the_pages_form_unsubscribes(site: Site) -> None:
    page = site.post(f"/u/{own(site)}", data={"confirm": "yes", "lang": "fr"})
    assert (page.status_code, 'lang="fr"' in page.text, "Désabonnement confirmé" in page.text) == (
        200,
        True,
        True,
    )
    assert left(site) == [ANA.email]
    assert "You are unsubscribed" in site.get(f"/u/{own(site)}").text


@pytest.mark.parametrize(
    ("email", "query", "accept", "language"),
    [
        (ANA.email, "", "fr", "en"),
        (BEN.email, "", "en", "fr"),
        (CLO.email, "", "fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        (CLO.email, "", "de,en;q=0.2,fr;q=0.1", "en"),
        (CLO.email, "", "*", "en"),
        (CLO.email, "", "fr;q=x, en;q=2", "en"),
        (BEN.email, "?lang=en", "fr", "en"),
        (BEN.email, "?lang=<script>", "fr", "fr"),
    ],
)
def test_whose_language_a_page_speaks(site: Site, email: str, query: str, accept: str, language: str) -> None:
    page = site.get(f"/u/{own(site, email)}{query}", headers={"accept-language": accept})
    assert f'<html lang="{language}"' in page.text
    assert page.headers["content-language"] == language
    other = {"en": "fr", "fr": "en"}[language]
    assert f'href="?lang={other}"' in page.text


def test_preferences_are_shown_and_kept(site: Site) -> None:
    path = f"/p/{own(site)}"
    page = site.get(path).text
    assert re.search(r'value="en" checked', page)
    assert 'name="confirm" value="yes"' in page
    answer = site.post(path, data={"confirm": "yes", "language": "fr", "quiet": "yes", "lang": "en"})
    assert (answer.status_code, 'role="status">Saved.' in answer.text) == (200, True)
    member = site.mailed.rows(tables.members)[0]
    assert (member["language"], member["tracking_consent"]) == ("fr", "refused")
    page = site.get(path).text
    assert re.search(r'value="fr" checked', page)
    assert re.search(r'name="quiet" value="yes" checked', page)
    site.post(path, data={"confirm": "yes", "language": "both"})
    member = site.mailed.rows(tables.members)[0]
    assert (member["language"], member["tracking_consent"]) == ("", "unknown")


@pytest.mark.parametrize(
    "body", [b"", b"List-Unsubscribe=One-Click", b"a=b&" * 60, b"language=fr", b"\xff\x00"]
)
def test_a_post_that_is_not_the_pages_form_takes_no_wish_back(site: Site, body: bytes) -> None:
    path = f"/p/{own(site)}"
    site.post(path, data={"confirm": "yes", "quiet": "yes"})
    before = site.mailed.everything()
    answer = site.post(path, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, "Saved." in answer.text, "Nothing was changed" in answer.text) == (
        400,
        False,
        True,
    )
    assert site.mailed.everything() == before


def test_preferences_of_somebody_who_is_gone(site: Site) -> None:
    with site.mailed.ctx.store.write() as db:
        db.execute(tables.members.delete())
    assert "no longer hold anything" in site.get(f"/p/{own(site)}").text
    assert site.post(f"/p/{own(site)}", data={"confirm": "yes", "language": "fr"}).status_code == 200
    assert site.post(f"/u/{own(site)}", data=ONE_CLICK).status_code == 200
    assert left(site) == [ANA.email]


def test_the_mail_in_the_browser_is_the_mail(site: Site) -> None:
    page = site.get(f"/v/{own(site)}")
    assert page.status_code == 200
    assert "Dear Ana" in page.text
    short, track = site.mailed.edition.short, site.mailed.variant_track()
    assert f'href="http://127.0.0.1:8025/c/{short}-0/{track}"' in page.text
    assert f"/i/{site.mailed.edition.artwork.images[0].file_name}" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy.replace("allow-scripts", "script")
    with site.mailed.ctx.store.write() as db:
        db.execute(tables.members.delete())
        db.execute(tables.deliveries.update().values(merge="[]", address=""))
    assert "Dear friend" in site.get(f"/v/{own(site)}").text


def test_the_mail_in_the_browser_measures_what_its_reader_allows_today(site: Site) -> None:
    assert "/o/" in site.get(f"/v/{own(site)}").text
    site.post(f"/p/{own(site)}", data={"confirm": "yes", "quiet": "yes"})
    page = site.get(f"/v/{own(site)}").text
    assert "/o/" not in page
    assert "/c/" not in page
    assert 'href="https://www.ngen.ca/impact?a=1&amp;b=2#top"' in page
    assert f"/u/{own(site)}" in page


def test_the_mail_in_the_browser_in_the_other_language(site: Site) -> None:
    assert '<html lang="fr">' in site.get(f"/v/{own(site)}?lang=fr").text
    for unknown in ("", "de", "%00", "../en"):
        assert '<html lang="en">' in site.get(f"/v/{own(site)}?lang={unknown}").text


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "zq0000"]
)
def test_a_hostile_name_stays_text(tmp_path: Path, hostile: str) -> None:
    from tests.mailed import Person

    with world(tmp_path) as mailed:
        site = Site(hand_over(mailed, [Person("eve@example.org", hostile)]))
        page = site.get(f"/v/{own(site, 'eve@example.org')}").text
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "49" not in page.split("</p>")[0]


# ── clicks, opens, images ──


def clicks(site: Site) -> list[tuple[Any, ...]]:
    return [(row["kind"], row["link"], row["reader"], row["rule"]) for row in site.mailed.rows(tables.hits)]


def test_a_click_leads_where_the_mail_says(site: Site) -> None:
    short, track = site.mailed.edition.short, site.mailed.variant_track()
    answer = site.get(f"/c/{short}-0/{track}")
    assert (answer.status_code, answer.headers["location"]) == (302, "https://www.ngen.ca/impact?a=1&b=2#top")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert clicks(site) == [("click", 0, "human", "")]
    assert site.ask("HEAD", f"/c/{short}-2/{track}").headers["location"] == "https://www.ngen.ca"
    assert site.get(f"/c/{short}-1/{track}", headers={"sec-purpose": "prefetch;prerender"}).status_code == 302
    assert clicks(site)[1:] == [("click", 2, "machine", "head"), ("click", 1, "machine", "prefetch")]


def test_a_test_messages_links_lead_on_and_count_nothing(site: Site) -> None:
    assert site.get(f"/c/{site.mailed.edition.short}-0/{TEST.track}").status_code == 302
    assert site.get(f"/o/{TEST.track}.gif").content == PIXEL
    assert clicks(site) == []


@pytest.mark.parametrize(
    "name",
    [
        "{short}-4",
        "{short}-99",
        "{short}-00",
        "{short}--1",
        "{short}-",
        "{short}",
        "-0",
        "ffffffffffff-0",
        "x-0",
        "{short}-٣",
        "{short}-0/extra",
        "../{short}-0",
    ],
)
def test_no_such_link(site: Site, name: str) -> None:
    path = f"/c/{name.format(short=site.mailed.edition.short)}/{site.mailed.variant_track()}"
    answer = site.get(path)
    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert clicks(site) == []


def altered(token: str) -> Iterator[str]:
    """Each character replaced, cut off, doubled; each in its own way."""
    for place, character in enumerate(token):
        yield token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        yield token[:place] + token[place + 1 :]
        yield token[:place] + character + token[place:]
    yield from ("", "A" * 35, token + "=", token.swapcase(), token[::-1], "!" * 32 + token[:3], "~" * 35)


def test_an_altered_token_opens_nothing(site: Site) -> None:
    tokens = site.mailed.tokens(ANA.email)
    short = site.mailed.edition.short
    for token in altered(site.mailed.variant_track()):
        answer = site.get(f"/c/{short}-0/{token}")
        assert (answer.status_code, "location" in answer.headers) == (404, False)
        picture = site.get(f"/o/{token}.gif")
        assert (picture.status_code, picture.content) == (200, PIXEL)
    for token in altered(tokens.own):
        for path in ("/u/", "/p/", "/v/"):
            assert site.get(path + token).status_code == 404
        assert site.post(f"/u/{token}", data=ONE_CLICK).status_code in {404, 405}
    assert clicks(site) == []
    assert left(site) == []


def test_a_token_is_good_for_one_purpose(site: Site) -> None:
    tokens = site.mailed.tokens(ANA.email)
    for path in ("/u/", "/p/", "/v/"):
        assert site.get(path + tokens.track).status_code == 404
        assert site.post(path + tokens.track, data=ONE_CLICK).status_code in {404, 405}
    assert site.get(f"/c/{site.mailed.edition.short}-0/{tokens.own}").status_code == 404
    assert site.get(f"/o/{tokens.own}.gif").content == PIXEL
    # A variant's token must not pass for the delivery of the same number, nor the other way round.
    assert site.get(f"/u/{site.mailed.variant_track()}").status_code == 404
    site.get(f"/o/{tokens.track}.gif")
    assert (clicks(site), left(site)) == ([], [])


def test_an_open_is_an_image(site: Site) -> None:
    answer = site.get(f"/o/{site.mailed.variant_track()}.gif")
    assert (answer.content, answer.headers["content-type"], answer.headers["cache-control"]) == (
        PIXEL,
        "image/gif",
        "no-store",
    )
    assert clicks(site) == [("open", None, "human", "")]
    assert site.ask("HEAD", f"/o/{site.mailed.variant_track()}.gif").content == b""
    assert site.get("/o/x.png").status_code == 404
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert site.ask(method, f"/o/{site.mailed.variant_track()}.gif").status_code == 405
        assert (
            site.ask(method, f"/c/{site.mailed.edition.short}-0/{site.mailed.variant_track()}").status_code
            == 405
        )


def test_images_never_change(site: Site) -> None:
    name = site.mailed.edition.artwork.images[0].file_name
    answer = site.get(f"/i/{name}")
    assert (answer.content, answer.headers["content-type"]) == (GIF, "image/gif")
    assert "immutable" in answer.headers["cache-control"]
    assert site.get(f"/i/{name}", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    for other in (
        "0" * 24 + ".gif",
        "x.gif",
        "..%2f..%2fsecrets%2finstance.key",
        name.replace(".gif", ".svg"),
    ):
        assert site.get(f"/i/{other}").status_code == 404


def test_the_probe_names_the_instance(site: Site) -> None:
    assert site.get("/.well-known/newsletter").json() == {"instance": site.mailed.ctx.instance}
    assert site.get("/healthz").text == "ok\n"
    assert "Disallow: /" in site.get("/robots.txt").text


# ── hostile input ──


@pytest.mark.ci
def test_naughty_strings_are_not_echoed_and_break_nothing(site: Site) -> None:
    short, track = site.mailed.edition.short, site.mailed.variant_track()
    for text in naughty_strings():
        raw = (
            text.encode("utf-8", "replace")
            .replace(b"\r", b" ")
            .replace(b"\n", b" ")
            .replace(b"\0", b"")[:400]
            .strip()
        )
        headers = {"user-agent": raw, "referer": raw, "accept-language": raw, "purpose": raw}
        answer = site.get(f"/c/{short}-0/{track}", headers=headers)
        assert answer.headers["location"] == "https://www.ngen.ca/impact?a=1&b=2#top"
        for path in (
            f"/c/{text}/{track}",
            f"/u/{text}",
            f"/o/{text}",
            f"/{text}",
            f"/i/{text}",
            f"/hooks/{text}",
            f"/u/{own(site)}?lang={text}",
        ):
            try:
                answer = site.get(path, headers=headers)
            except (httpx.InvalidURL, UnicodeEncodeError):
                continue
            assert answer.status_code < 500, (path, answer.status_code)
            if len(text) > 8 and "<" in text:
                assert text not in answer.text
    dump = repr(site.mailed.everything("editions", "images"))
    assert "<script>" not in dump


def every_get(site: Site) -> list[str]:
    tokens, short = site.mailed.tokens(ANA.email), site.mailed.edition.short
    paths = [
        f"/{letter}/{token}"
        for letter in "upv"
        for token in (tokens.own, tokens.track, TEST.own, LOST.own, "x")
    ]
    paths += [f"/c/{short}-{link}/{site.mailed.variant_track()}" for link in range(6)]
    paths += [
        f"/o/{tokens.track}.gif",
        "/o/x.gif",
        "/healthz",
        "/robots.txt",
        "/.well-known/newsletter",
        "/",
        "/hooks/sendgrid",
    ]
    paths += [f"/i/{site.mailed.edition.artwork.images[0].file_name}"]
    paths += [
        f"{path}?{query}"
        for path in paths
        for query in ("confirm=yes", "List-Unsubscribe=One-Click", "language=fr&quiet=yes")
    ]
    return paths


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing_but_hits(site: Site, method: str) -> None:
    before = site.mailed.everything("hits")
    for path in every_get(site):
        assert site.ask(method, path).status_code < 500
    assert site.mailed.everything("hits") == before


def test_every_answer_is_safe(site: Site) -> None:
    for path in every_get(site):
        answer = site.get(path)
        if path.startswith(("/robots", "/i/")) and answer.status_code == 200:
            continue
        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["referrer-policy"] == "no-referrer", path
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "<script" not in answer.text


def test_a_fault_of_ours_is_a_page_and_not_a_riddle(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr("newsletter.web.public.reader.standing", broken)
    answer = site.get(f"/u/{own(site)}")
    assert (answer.status_code, "canary" in answer.text, "Not just now" in answer.text) == (503, False, True)


def test_a_store_that_fails_writes_nobody_into_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    headers, body = site.mailed.signer.hook([site.mailed.event("delivered", ANA.email)])
    with site.mailed.ctx.store.write() as db:
        for table in ("hooks", "suppressions"):
            db.exec_driver_sql(
                f"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
    assert site.post("/hooks/sendgrid", headers=headers, content=body).status_code == 503
    assert site.post(f"/u/{own(site)}", data=ONE_CLICK).status_code == 503
    assert "full" in caplog.text
    for secret in (ANA.email, own(site), headers["x-twilio-email-event-webhook-signature"]):
        assert secret not in caplog.text


def test_hits_that_found_no_room_are_told_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.app.hits.dropped = 3
    for _ in range(2):
        asyncio.run(site.app.flush())
    assert [one.getMessage() for one in caplog.records] == [
        "3 clicks and opens found no room, and are not counted"
    ]
