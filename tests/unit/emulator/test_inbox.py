"""The inbox: the pages as HTML, and as a person sees them in Chromium, light and dark, desktop and phone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.emulator.samples import Client, crowd, emulator, first, good

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
HOSTILE = '<script>document.title="owned"</script><img src=x onerror="document.title=1"><form action="/_emulator/reset" method="post"><input type=submit></form>'


def test_an_empty_inbox_says_what_to_do(client: Client) -> None:
    page = client.get("/inbox")
    assert page.status_code == 200
    assert client.url in page.text
    assert client.get("/").headers["location"] == "/inbox"


def test_list_search_and_pages(client: Client) -> None:
    client.send(crowd(60))
    page = client.get("/inbox").text
    assert page.count('href="/inbox/m/') == 50
    assert "1–50 of 60" in page
    assert client.get("/inbox?page=2").text.count('href="/inbox/m/') == 10
    found = client.get("/inbox?q=reader59").text
    assert found.count('href="/inbox/m/') == 1
    assert "No message to" in client.get("/inbox?q=%3Cscript%3E").text
    assert "<script>" not in client.get("/inbox?q=%3Cscript%3E").text.replace(
        '<script src="/inbox/live.js" defer></script>', ""
    )


def test_one_message_in_four_views(client: Client) -> None:
    client.send(first(to=[{"email": "ann@example.com", "name": "Élodie"}]))
    page = client.get("/inbox/m/1.0.0").text
    assert "Hello Ann &amp; Co" in page
    assert re.search(
        r'<iframe[^>]*src="/inbox/m/1\.0\.0/html"[^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"',
        page,
    )
    assert "Dear Ann &amp; Co, see https://www.ngen.ca/t1" in client.get("/inbox/m/1.0.0?view=text").text
    headers = client.get("/inbox/m/1.0.0?view=headers").text
    assert "List-Unsubscribe-Post" in headers
    assert "Élodie" in headers
    assert "custom arg nl_d" in headers
    assert "multipart/alternative" in client.get("/inbox/m/1.0.0?view=source").text
    assert (
        client.get("/inbox/m/1.0.0.eml").headers["content-disposition"]
        == 'attachment; filename="message-1.0.0.eml"'
    )
    for missing in ("/inbox/m/9.0.0", "/inbox/m/1.0.7", "/inbox/m/x", "/inbox/other", "/inbox/m/9.0.0/html"):
        assert client.get(missing).status_code == 404


def test_a_message_runs_nothing_and_fetches_nothing_from_elsewhere(client: Client) -> None:
    body = good()
    body["content"] = [
        {
            "type": "text/html",
            "value": f'<!DOCTYPE html><body>{HOSTILE}<img width="1" height="1" src="http://127.0.0.1:9/pixel"></body>',
        }
    ]
    client.send(body)
    letter = client.get("/inbox/m/1.0.0/html")
    policy = letter.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "/pixel" not in letter.text
    assert letter.text.startswith('<!DOCTYPE html><base target="_blank">')
    assert client.get("/inbox").headers["content-security-policy"].startswith("default-src 'none'")


def test_the_traffic_page(client: Client) -> None:
    assert "No request yet" in client.get("/inbox/traffic").text
    client.send(crowd(3))
    client.send(good(subject=""))
    client.send(crowd(3))
    page = client.get("/inbox/traffic").text
    assert "Delivery twice" in page
    assert "Rule violated" in page
    assert page.count('class="verdict accepted"') == 2


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if not CHROMIUM.exists():
        message = f"no Chromium at {CHROMIUM}"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=str(CHROMIUM))
        yield found
        found.close()


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two `rgb(r, g, b)` colours."""

    def light(colour: str) -> float:
        parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


COLOURS = """() => [...document.querySelectorAll('a, p, h1, h2, time, dt, dd, span, td, th, b, small, input')]
  .filter(each => each.offsetParent && each.textContent.trim())
  .map(each => { let ground = each; while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
    return [getComputedStyle(each).color, ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 255)', each.textContent.trim().slice(0, 30)] })"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(width, scheme, marks=[] if (width, scheme) == (375, "dark") else [pytest.mark.ci])
        for width in (375, 1280)
        for scheme in ("light", "dark")
    ],
)
@pytest.mark.ci
def test_as_a_person_sees_it(browser: Browser, width: int, scheme: str) -> None:
    with emulator(behaviour="lifelike") as client:
        body = crowd(60)
        body["personalizations"][0]["to"][0]["name"] = "Renée Bouchard-Lévesque de la Très-Longue-Adresse"
        body["content"] = [
            {"type": "text/plain", "value": "Dear reader"},
            {"type": "text/html", "value": f"<body><h1>Hello</h1>{HOSTILE}</body>"},
        ]
        client.send(body)
        client.send(good(subject=""))
        client.ask("POST", "/clock/advance", {"seconds": 60})
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in (
            "/inbox",
            "/inbox/m/1.0.0",
            "/inbox/m/1.0.0?view=headers",
            "/inbox/m/1.0.0?view=source",
            "/inbox/traffic",
        ):
            page.goto(client.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            faint = [each for each in page.evaluate(COLOURS) if contrast(each[0], each[1]) < 4.5]
            assert faint == [], path
        page.goto(client.url + "/inbox/m/1.0.0")
        frame = page.frame_locator("iframe.letter")
        assert frame.locator("h1").text_content() == "Hello"
        assert "owned" not in page.title()
        assert page.locator("section.list").is_visible() == (width > 760)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert {url for url in asked if not url.startswith((client.url, "data:"))} == set()
        context.close()


@pytest.mark.browser
@pytest.mark.ci
def test_new_mail_is_announced_without_moving_the_page(browser: Browser) -> None:
    with emulator() as client:
        client.send()
        page = browser.new_page()
        page.goto(client.url + "/inbox")
        assert page.locator(".news").is_hidden()
        client.send(crowd(1))
        page.locator(".news").wait_for(state="visible", timeout=10_000)
        page.close()
