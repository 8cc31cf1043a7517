"""Words that would like to be scripts, in every text of the database, in files, names of files and user agents: no page runs them, and
none needs its policy for that.

One browser looks at every way of the studio's route table and every page of strangers.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Dialog, Error, Page

from newsletter.model.account import Role
from newsletter.web.studio import sections
from newsletter.web.studio.routing import Act, Stream
from tests.browser.eventful import NEW, SCRIPT, SET, Eventful, happened, poison
from tests.browser.studio import GREETING, Studio, served
from tests.corpora import naughty_strings
from tests.emulated import Emulated

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

#: what a word of somebody else's would have become in a page, had it been taken for HTML
RAN = (
    "() => (window.hacked ? 1 : 0) + [...document.scripts].filter((one) => /alert|hacked/.test(one.textContent)).length + "
    "document.querySelectorAll('[onerror], [onload], img[src=x], svg[onload], a[href^=\"javascript:\"]').length"
)


def written(studio: Studio, found: Eventful) -> None:
    """In the texts of an issue, too, and by a browser that calls itself so."""
    naughty = " ".join(one for one in naughty_strings() if "script" in one.lower())[:8000].replace("\0", "")
    for path in sorted(studio.root.glob(f"issues/{NEW}*.md")):
        said = f"\n\n{SCRIPT}\n\n[click](javascript:alert(5))\n\n::: quote who={SCRIPT!r}\n{SCRIPT}\n:::\n\n{naughty}\n"
        path.write_text(path.read_text(encoding="utf-8") + said, encoding="utf-8")
    agent = {"user-agent": SCRIPT, "referer": SCRIPT}
    for page in ("/u/{token}", "/v/{token}"):
        httpx.get(studio.public_url + found.strangers[page], headers=agent, trust_env=False, timeout=60)


def paths(found: Eventful) -> list[str]:
    """Every page of the studio, the issue in its other views, lists that search and filter."""
    known: dict[str, str] = {}
    for _, way in sections.every():
        if not isinstance(way, Act | Stream):
            plain = re.sub(r"\{\w+:int\}", "1", way.path).replace("{slug}", GREETING)
            known[way.path] = found.places.get(way.path) or re.sub(r"\{\w+(:path)?\}", "x", plain)
    word = httpx.QueryParams(
        {"search": SCRIPT, "who": SCRIPT, "next": SCRIPT, "q": SCRIPT, "address": SCRIPT}
    )
    views = [f"/issues/{NEW}?tab={tab}" for tab in ("inbox", "source", "languages")]
    asked = [
        f"{path}?{word}"
        for path in ("/recipients", "/settings/log", "/mailbox", "/sign-in", "/recipients/who", "/no/such")
    ]
    return [*known.values(), *views, *asked, "/recipients/1", "/recipients/1/edit", "/mailings/1/go"]


@pytest.mark.timeout(400)
def test_no_word_of_anybody_runs(tmp_path: Path, far: Emulated, page: Page) -> None:
    trouble: list[str] = []
    where = ""

    def asked(dialog: Dialog) -> None:
        trouble.append(f"{where}: a dialog says {dialog.message}")
        dialog.dismiss()

    def said(message: ConsoleMessage) -> None:
        styled = message.text.startswith("Applying inline style")  # the browser's own page around a picture
        if message.type == "error" and not styled and re.search("script|handler", message.text):
            trouble.append(f"{where}: {message.text[:300]}")

    page.on("dialog", asked)
    page.on("console", said)
    page.on("download", lambda one: one.cancel())
    with served(tmp_path, far, **SET) as studio:
        found = happened(studio, SCRIPT)
        written(studio, found)
        assert poison(studio) > 40
        studio.sign_in(page, Role.ADMIN)
        page.context.add_cookies([{"name": "newsletter-session", "value": found.session, "url": studio.url}])
        pages = [studio.url + path for path in paths(found)]
        pages += [studio.public_url + path for path in found.strangers.values()]
        shown = 0
        for where in pages:
            try:
                answer = page.goto(where, wait_until="load")
            except Error as error:
                if "Download is starting" not in error.message:
                    raise
                continue  # a file to be saved is no page
            assert answer is not None
            assert answer.status < 500, where
            frames = [frame for frame in page.frames if frame.url.startswith("http")]
            trouble += [f"{where}: HTML in {urlsplit(one.url).path}" for one in frames if one.evaluate(RAN)]
            shown += "window.hacked=1" in page.content()
    assert trouble == []
    assert shown > 25, "the words were there to be taken for scripts"
