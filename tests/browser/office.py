"""An office that works with the program as it is installed: `newsletter init` and `newsletter serve` in processes of their own.

In: a folder, an emulator, a mail server. Out: an Office that is served from an instant on, and whose people have browsers. Called by
the whole story.

Nothing here looks into the database: what went out is told by the emulator's log alone.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page

from tests import databases
from tests.browser.studio import PASSWORD
from tests.emulated import KEY, Emulated
from tests.mail_server import MailServer


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Office:
    """`url`: the studio; `complaints`: dialogs and whatever a browser complained of, by anybody."""

    root: Path
    environ: dict[str, str]
    browser: Browser
    port: int = field(default_factory=free_port)
    public_port: int = field(default_factory=free_port)
    first_link: str = ""
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The studio."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, cwd: Path | None = None) -> str:
        """A command that ends by itself; what it said."""
        command = [sys.executable, "-m", "newsletter", *arguments]
        done = subprocess.run(
            command,
            cwd=cwd or self.root,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    @contextmanager
    def served(self, instant: str) -> Iterator[None]:
        """`newsletter serve`, its clock set to an instant from which it runs on."""
        command = [sys.executable, "-m", "newsletter", "serve"]
        command += ["--port", str(self.public_port), "--staff-port", str(self.port)]
        log = self.root.parent / f"serve-{instant[:13]}.log"
        with log.open("w", encoding="utf-8") as said:
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self.environ | {"NEWSLETTER_CLOCK": instant},
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        assert process.stdout
        wanted = "Studio:" if self.first_link else "First account:"
        told = next((line for line in process.stdout if line.startswith(wanted)), "")
        reading = threading.Thread(target=process.stdout.read, daemon=True)
        reading.start()
        try:
            assert told, log.read_text(encoding="utf-8")
            self.first_link = self.first_link or told.split()[-1]
            yield
            for context in self.contexts:  # nobody looks at a page that is not answered any more
                for page in context.pages:
                    page.goto("about:blank")
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(30)
            reading.join(10)
            process.stdout.close()
        assert ended == 0, log.read_text(encoding="utf-8")

    def person(self, width: int = 1280, height: int = 900, language: str = "en") -> Page:
        """Somebody with a browser of their own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale=f"{language}-CA", has_touch=width < 600
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        self.contexts.append(context)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._console)
        return page

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url"))
        # A second click that is answered "done already", and a live line that ends with the program, are as they should be.
        expected = "status of 409" in message.text or "net::ERR" in message.text or "/look/htmx" in url
        if message.type == "error" and not expected:
            self.complaints.append(f"{url}: {message.text}")

    def sign_in(self, page: Page, email: str) -> None:
        """By the form, with the password."""
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.url}/")


@contextmanager
def office(folder: Path, browser: Browser, far: Emulated, post: MailServer) -> Iterator[Office]:
    """A fresh folder, made by `newsletter init`."""
    far.reset()
    root = folder / "our-news"
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "NEWSLETTER_PROVIDER": "sendgrid",
        "NEWSLETTER_SENDGRID_BASE_URL": far.url,
        "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": far.webhook_key,
        "SENDGRID_API_KEY": KEY,
        "NEWSLETTER_NOTICES_SMTP_HOST": "127.0.0.1",
        "NEWSLETTER_NOTICES_SMTP_PORT": str(post.port),
        "NEWSLETTER_NOTICES_SMTP_SECURITY": "none",
    }
    made = Office(root, environ, browser)
    environ["NEWSLETTER_WEB_BASE_URL"] = f"http://127.0.0.1:{made.public_port}"
    if databases.POSTGRES:
        environ["NEWSLETTER_DATABASE_URL"] = databases.url(root).render_as_string(hide_password=False)
    try:
        made.run("init", "our-news", cwd=folder)
        yield made
    finally:
        for context in made.contexts:
            context.close()


def messages(far: Emulated) -> list[dict[str, Any]]:
    """All mails that the emulator took, as their readers see them."""
    found: list[dict[str, Any]] = far.ask("GET", "/messages?size=1000&full=1")["messages"]
    return found
