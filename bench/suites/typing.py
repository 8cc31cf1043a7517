"""Typing: from a key of an author to the picture of the mail beside the editor, in Chromium.

In: the sample greeting, opened in the studio. Out: pictures a second; how long half of the keys, and 95 of 100, waited; the steps between.
Called by bench.child.

The picture is there when the frame that holds the new letter has loaded, and the browser has drawn it (the second animation frame after). "A
key by itself" comes after saving and remarks have ended; "the last key of a word" comes 120 ms after the one before, while all that goes
on. The ceiling shows the same mail, ready on a server that does nothing else, in the frame of an empty page.
"""

from __future__ import annotations

import re
import shutil
import statistics
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench import stage, world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from bench.servers import Server

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_MEMBERS = 3000
_WARM, _WORD = 5, 6  #: keys that are not counted; keys of a word
_BETWEEN = 120  #: milliseconds between the keys of a word: a quick typist
_AFTER = "This was a year like no other."
_MAIL, _IMAGE = "mail.html", re.compile(r'src="(/[^"]+)"')
_PUT = """words => { const view = issuePapers.get("en").view; const at = view.state.doc.toString().indexOf(words) + words.length;
  view.dispatch({selection: {anchor: at}, scrollIntoView: true}); view.focus(); }"""
_WATCH = """() => addEventListener("keydown", event => { window.keyed = event.timeStamp; }, true)"""
#: resolves once the words are in the picture
_AWAIT = """([selector, words]) => { performance.clearResourceTimings(); window.picture = new Promise(done => {
  const drawn = () => new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then)));
  const look = async () => {
    const frame = document.querySelector(selector);
    if (!frame?.contentDocument?.body?.textContent.includes(words)) return;
    watch.disconnect();
    const there = performance.now();
    await drawn();
    const asked = part => performance.getEntriesByType("resource").filter(one => one.name.includes(part)).pop();
    const [show, mail] = [asked("/show"), asked("/mail")];
    done({key: window.keyed, there, drawn: performance.now(), show: show && [show.startTime, show.responseEnd],
      mail: mail && [mail.startTime, mail.responseEnd]});
  };
  const watch = new MutationObserver(look);
  watch.observe(document.getElementById("pane"), {attributes: true, attributeFilter: ["data-pictured"]});
}); }"""
_BARE = """<!doctype html><div id="pane"><iframe width="600" height="900" src="/mail?0"></iframe></div><script>
  let n = 0; const frame = document.querySelector("iframe");
  addEventListener("keydown", () => { const next = frame.cloneNode(); next.src = "/mail?" + ++n;
    next.onload = () => { document.querySelector("iframe").remove(); document.getElementById("pane").dataset.pictured = n; };
    document.getElementById("pane").append(next); });
</script>"""


def _make(folder: Path, _size: int) -> None:
    stage.make(folder, _MEMBERS)
    world.restore(folder, stage.STAGED)
    with Server("studio", folder) as server:

        def get(path: str) -> bytes:
            url = f"http://127.0.0.1:{server.port}{path}"
            asked = urllib.request.Request(url, headers={"Cookie": stage.known(folder).cookie})
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
                return bytes(answer.read())

        mail = get(f"/issues/{world.SLUG}/mail/saved")
        (folder / _MAIL).write_bytes(mail)
        for path in _IMAGE.findall(mail.decode()):
            (folder / path.replace("/", "_")).write_bytes(get(path))


def _lacking() -> str:
    return "" if _browser() else "Chromium is not installed"


def _browser() -> str | None:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def _opened(cookie: str, url: str) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_browser())
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        if cookie:
            name, _, value = cookie.partition("=")
            page.context.add_cookies([{"name": name, "value": value, "url": url}])
        try:
            yield page
        finally:
            browser.close()


def _alone(page: Page) -> None:
    """Until what the key before caused has ended."""
    page.wait_for_function("document.querySelector('[data-status]').dataset.kind === 'good'")
    page.wait_for_function("Number(document.getElementById('remarks').dataset.remarked || 0) > window.keyed")


def _typed(page: Page, size: int, *, word: bool) -> Iterator[dict[str, Any]]:
    """One picture after the other."""
    letters, typed = cycle("abcdefghijklmnoprstu"), _AFTER
    for _ in range(size):
        for letter in [next(letters) for _ in range(_WORD - 1)] if word else []:
            page.keyboard.press(letter)
            typed += letter
            page.wait_for_timeout(_BETWEEN)
        letter = next(letters)
        typed += letter
        page.evaluate(_AWAIT, ["#pane iframe:not(.behind)", typed])
        page.keyboard.press(letter)
        yield page.evaluate("window.picture")
        _alone(page)
        if len(typed.rpartition(" ")[2]) > _WORD:
            page.keyboard.press(" ")
            _alone(page)
            typed += " "


def _studio(folder: Path, size: int, *, word: bool) -> Reading:
    world.restore(folder, stage.STAGED)
    path = folder / "issues" / f"{world.SLUG}.en.md"
    before = path.read_bytes()
    try:
        with Server("studio", folder) as server:
            url = f"http://127.0.0.1:{server.port}"
            with _opened(stage.known(folder).cookie, url) as page:
                page.goto(f"{url}/issues/{world.SLUG}")
                page.wait_for_selector("#issue[data-ready=yes]")
                page.evaluate(_WATCH)
                page.evaluate(_PUT, _AFTER)
                found = list(_typed(page, _WARM + size, word=word))[_WARM:]
    finally:
        path.write_bytes(before)
    return _reading(found, server.told, _steps)


def _reading(
    found: list[dict[str, Any]],
    told: dict[str, Any],
    steps: Callable[[dict[str, Any]], dict[str, float]] | None = None,
) -> Reading:
    waited = sorted(one["drawn"] - one["key"] for one in found)
    more = {
        "p50_ms": statistics.median(waited),
        "p95_ms": waited[min(len(waited) - 1, len(waited) * 95 // 100)],
    }
    if steps:
        each = [steps(one) for one in found]
        more |= {name: statistics.median(one[name] for one in each) for name in each[0]}
    return Reading(len(found), sum(waited) / 1e3, told["cpu"], told["peak_mb"], more)


def _steps(one: dict[str, Any]) -> dict[str, float]:
    (asked, answered), (opened, come) = one["show"], one["mail"]
    return {
        "step a pause in typing, the text is posted": asked - one["key"],
        "step the studio draws it and answers": answered - asked,
        "step the answer is put in its place": opened - answered,
        "step the frame's mail comes": come - opened,
        "step the frame is loaded": one["there"] - come,
        "step the browser draws": one["drawn"] - one["there"],
    }


class _Ready(BaseHTTPRequestHandler):
    """A page, a mail and its images, ready in memory."""

    protocol_version = "HTTP/1.1"
    files: dict[str, bytes]

    def do_GET(self) -> None:
        body = self.files.get(self.path.partition("?")[0], b"")
        self.send_response(200)
        kind = "image/png" if body[:4] == b"\x89PNG" else "text/html; charset=utf-8"
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _bare(folder: Path, size: int) -> Reading:
    mail = (folder / _MAIL).read_bytes()
    images = {path: (folder / path.replace("/", "_")).read_bytes() for path in _IMAGE.findall(mail.decode())}
    files = {"/": _BARE.encode(), "/mail": mail} | images
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Files", (_Ready,), {"files": files}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = []
    with _opened("", "") as page:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.evaluate(_WATCH)
        meter = Meter()
        for _ in range(_WARM + size):
            page.evaluate(_AWAIT, ["#pane iframe", _AFTER])
            page.keyboard.press("a")
            found.append(page.evaluate("window.picture"))
        used = meter.read(size)
    server.shutdown()
    return _reading(found[_WARM:], {"cpu": used.cpu, "peak_mb": used.peak_mb})


SUITE = Suite(
    name="typing",
    title="From key to picture, the sample greeting, in Chromium",
    unit="key",
    size=40,
    make=_make,
    candidates=(
        Candidate("the same mail, ready, in a frame", Role.CEILING, _bare, lacking=_lacking),
        Candidate("newsletter: a key by itself", Role.OURS, partial(_studio, word=False), lacking=_lacking),
        Candidate(
            "newsletter: the last key of a word", Role.OURS, partial(_studio, word=True), lacking=_lacking
        ),
    ),
    bound_ms=300,
)
