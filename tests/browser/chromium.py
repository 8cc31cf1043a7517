"""The system's Chromium, without network: pages that are handed in as HTML.

In: HTML, a width, a colour scheme. Out: pages to measure and to picture. Called by the browser tests and the contact sheet.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page, Route, sync_playwright

Scheme = Literal["light", "dark"]
#: the first is the same engine without windows: it takes less than half the time
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")


def installed() -> str | None:
    """The path of Chromium, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium; raises when none is installed."""
    path = installed()
    if path is None:
        raise FileNotFoundError("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(
    browser: Browser, html: str, width: int, *, scheme: str = "light", images: bool = True
) -> Iterator[Page]:
    """A page of this width showing HTML. With `images=False` every picture is refused, as readers' programs do."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    try:
        page = context.new_page()
        address = "http://mail.invalid/"
        shown = html if images else html.replace('src="data:', 'src="http://blocked.invalid/')

        def answer(route: Route) -> None:
            if route.request.url == address:
                route.fulfill(body=shown, content_type="text/html; charset=utf-8")
            else:
                route.abort()

        page.route("**/*", answer)
        page.goto(address, wait_until="load")
        yield page
    finally:
        context.close()
