"""A served studio for tests: a workspace with the sample issues, members, an emulator as far end, an account of every role.

In: a folder. Out: a Studio, whose pages a browser or an HTTP client asks. Called by the studio's tests; `tests/browser/conftest.py`
and `tests/unit/web/conftest.py` give its fixtures: `studio`, `browser`, `checked`.

The clock stands at START until it is moved (`studio.clock.forward(60)`). No runner is at work: what is due goes out when a test says so
(`studio.work()`).
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import httpx
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from newsletter import app
from newsletter.cli.demo_people import members_csv
from newsletter.model.account import Account, Role
from newsletter.pipeline import due, signing_in, start
from newsletter.pipeline.context import Context
from newsletter.pipeline.importing import Options, import_members
from newsletter.store import accounts as people
from newsletter.store import sessions, tables
from newsletter.web.serving import Listeners, listen, serve
from newsletter.worker.embedded import Runner
from tests import databases
from tests.browser.chromium import chromium, installed
from tests.emulated import KEY, Emulated, emulator
from tests.mailed import Clock
from tests.no_tls import NO_TLS

START = datetime(2020, 12, 14, 15, 0, tzinfo=UTC)
GREETING = "2020-12-16-holiday-greeting"
MEMBERS = 40
PASSWORD = "correct horse battery staple"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
#: each language is loaded once; every width with every language and every scheme
_BY_LANGUAGE = (("en", ((375, "light"), (1280, "light"))), ("fr", ((375, "dark"), (1280, "dark"))))
LOOKS = tuple((width, scheme, language) for language, ways in _BY_LANGUAGE for width, scheme in ways)
#: colours that fade into one another are where they end
_STILL = "() => Promise.all(document.getAnimations().filter(one => one.constructor.name === 'CSSTransition').map(one => one.finished.catch(() => 0)))"
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
_FIELD = re.compile(r'name="(form-[a-z]+)" value="([^"]*)"')


@dataclass
class Studio:
    """`url`: the studio; `public_url`: where readers, reviewers and approvers are answered; `root`: the workspace."""

    ctx: Context
    clock: Clock
    emulated: Emulated
    listeners: Listeners
    url: str
    public_url: str
    accounts: dict[Role, Account] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.ctx.root

    def session(self, role: Role | str) -> str:
        """A session's cookie for the account of a role, as signing in gives it (without hashing a password)."""
        return signed_in(self.ctx, self.accounts[Role(role)].id)

    def sign_in(self, page: Page, role: Role | str, language: str = "en") -> Page:
        """Sign a browser's page in as the account of a role, in a language."""
        cookie = {"name": "newsletter-session", "value": self.session(role), "url": self.url}
        page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])  # type: ignore[list-item]
        self.roles[id(page.context)] = Role(role)
        self.speak(role, language)
        return page

    def speak(self, role: Role | str, language: str) -> None:
        """The language of the account of a role."""
        with self.ctx.store.write() as db:
            people.change(db, replace(self.accounts[Role(role)], language=language))

    @contextmanager
    def client(self, role: Role | str | None) -> Iterator[Client]:
        """An HTTP client, signed in as the account of a role (or not at all)."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30, verify=NO_TLS) as http:
            if role is not None:
                http.cookies.set("newsletter-session", self.session(role), domain="127.0.0.1")
            yield Client(http, self.url)

    def work(self) -> None:
        """Send what is due now, until nothing is."""
        runner = Runner(self.ctx)
        try:
            if runner.start():
                runner.run(lambda: not due.busy(self.ctx))
        finally:
            runner.close()

    def rows(self, table: Any) -> list[dict[str, Any]]:
        """All rows of a table, in order."""
        with self.ctx.store.read() as db:
            found = db.execute(select(table).order_by(*table.primary_key.columns))
            return [dict(row._mapping) for row in found]

    def everything(self, *without: str) -> dict[str, list[dict[str, Any]]]:
        """The whole database, but the named tables."""
        known = tables.metadata.tables.items()
        return {name: self.rows(table) for name, table in known if name not in without}


@dataclass
class Client:
    """A browser without a browser: gets pages, sends their forms."""

    http: httpx.Client
    origin: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return self.http.get(path, headers=headers)

    def form(self, page: str) -> dict[str, str]:
        """The hidden fields of a form on a page, as fresh as the page."""
        return dict(_FIELD.findall(self.http.get(page).text))

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, on: str = "/account", **more: Any
    ) -> httpx.Response:
        """Send a form with its proofs, taken from the page that it stands on."""
        hidden = self.form(on)
        headers = {"origin": self.origin} | more.pop("headers", {})
        return self.http.post(path, data=hidden | (data or {}), headers=headers, **more)


def signed_in(ctx: Context, account: int) -> str:
    """The cookie of a new session of an account."""
    from starlette.responses import Response

    from newsletter.web.studio.cookies import Cookies

    token, now = os.urandom(16).hex(), ctx.now()
    with ctx.store.write() as db:
        sessions.begin(db, account, signing_in.digest(token), now, now + signing_in.LASTS, "test")
    answer = Response()
    Cookies(ctx.keys.studio, secure=False, idle=3600).give_session(answer, token, now)
    return answer.headers["set-cookie"].split(";")[0].partition("=")[2]


@contextmanager
def far_end() -> Iterator[Emulated]:
    """An emulator that answers many tests, one after the other."""
    with emulator() as running:
        yield running


@contextmanager
def served(folder: Path, far: Emulated, members: int = MEMBERS, **environ: str) -> Iterator[Studio]:
    """A studio that answers. Further settings as NEWSLETTER_… variables."""
    far.reset()
    root = folder / "workspace"
    start.init(root)
    clock = Clock(START)
    environment = {
        "NEWSLETTER_PROVIDER": "sendgrid",
        "NEWSLETTER_SENDGRID_BASE_URL": far.url,
        "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": far.webhook_key,
        "SENDGRID_API_KEY": KEY,
        "NEWSLETTER_STATE_DIR": str(folder / "state"),
        **environ,
    }
    listeners = listen("127.0.0.1", 0, 0)
    environment.setdefault("NEWSLETTER_WEB_BASE_URL", listeners.public_url)
    if databases.POSTGRES:
        url = databases.url(root).render_as_string(hide_password=False)
        environment["NEWSLETTER_DATABASE_URL"] = url
    else:
        databases.laid(root / "var" / "newsletter.db")
    with ExitStack() as stack:
        built = app.build(app.locate(root, environment), stack)
        ctx = replace(built, actor="tester", now=clock, sleep=lambda _: None)
        made = Studio(ctx, clock, far, listeners, listeners.staff_url, listeners.public_url)
        _fill(made, folder, members)
        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(ctx, listeners, stop))
        thread.start()
        try:
            yield made
        finally:
            stop.set()
            thread.join(30)
            assert not thread.is_alive()


def _fill(made: Studio, folder: Path, members: int) -> None:
    """Members and accounts."""
    file = folder / "members.csv"
    file.write_text(members_csv(members), encoding="utf-8")
    with import_members(made.ctx, file, Options(None, "", dry_run=False), lambda *_: None):
        pass
    now = made.clock()
    with made.ctx.store.write() as db:
        for role in Role:
            fresh = Account(0, role.value.title(), f"{role.value}@ngen.example", frozenset({role}))
            number = people.put(db, fresh, now, "tester")
            people.set_password(db, number, _hash())
            made.accounts[role] = replace(fresh, id=number)


@cache
def _hash() -> str:
    from newsletter.pipeline import passwords

    return passwords.hashed(PASSWORD)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """The system's Chromium; the test is skipped, or in CI fails, without one."""
    if installed() is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with chromium() as running:
        yield running


Checked = Callable[[Page, str], None]


def check(made: Studio, page: Page, url: str) -> None:
    """A page in both widths, schemes and languages: nothing wider than the screen, no fault in the console; nothing that axe-core
    objects to, in one look of each language (with EVERY_LOOK=1, in all)."""
    address = url if urlsplit(url).scheme else made.url + url
    judged = _judged(urlsplit(url).path)
    role = made.roles.get(id(page.context))
    faults: list[str] = []

    def note(message: Any) -> None:
        if message.type == "error":
            faults.append(message.text)

    page.on("console", note)
    for language, ways in _BY_LANGUAGE:
        if role is not None:
            made.speak(role, language)
        page.set_extra_http_headers({"Accept-Language": language})
        answer = None
        for width, scheme in ways:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            seen = (address, width, scheme, language)
            if answer is None:
                answer = page.goto(address, wait_until="load")
                assert answer is not None
                assert (answer.status, page.url) == (200, address), seen
                assert page.locator("html").get_attribute("lang") == language, seen
            assert not page.evaluate(WIDE), seen
            found = objections(page) if (width, scheme, language) in judged else []
            assert found == [], (seen, json.dumps(found, indent=1)[:4000])
            assert faults == [], seen
    page.remove_listener("console", note)
    if role is not None:
        made.speak(role, "en")


def _judged(path: str) -> tuple[tuple[int, str, str], ...]:
    if os.environ.get("EVERY_LOOK"):
        return LOOKS
    one = crc32(path.encode()) % 2
    return LOOKS[one], LOOKS[3 - one]  # both widths, schemes and languages either way


def objections(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds on a page, with the places."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";void 0")
    page.evaluate(_STILL)
    found = page.evaluate(
        "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], "
        "iframes: false})).violations"
    )
    return [
        {"rule": one["id"], "help": one["help"], "at": [node["html"][:300] for node in one["nodes"]][:5]}
        for one in found
    ]
