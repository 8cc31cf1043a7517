"""Notices by webhook, to a real HTTP server on this machine: what Teams and Slack get, and what never happens."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.channels.bounded import bounded
from newsletter.channels.contract import Undelivered
from newsletter.channels.webhook import Webhook, slack, teams
from newsletter.model.notice import Message
from tests.corpora import naughty_strings

pytestmark = pytest.mark.enable_socket

HELD = Message("Held: Greetings", ("A mailing waits for you.",), "Hold this mailing", "https://n.example/h/x")
HOSTILE = (
    "[Approve](https://evil.example) **now** <!channel> <https://evil.example|here> {{DATE(2020-01-01)}} @here "
    '"}],"actions":[{"type":"Action.OpenUrl"\r\n\u202e'
)


@dataclass
class Hook:
    """A server that remembers what was posted."""

    url: str = ""
    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    drip: bool = False
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    closing: Event = field(default_factory=Event)


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.paths.append(self.path)
            made.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if made.drip:
                while not made.closing.wait(0.05):
                    self.wfile.write(b"H")
                return
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/T000/secret-path"
    yield made
    made.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", ["teams", "slack"])
def test_it_is_posted_once(hook: Hook, kind: str) -> None:
    Webhook(kind, hook.url, ("en",)).post((HELD,))
    (body,) = hook.bodies
    shown = json.dumps(body)
    assert "Held: Greetings" in shown
    assert "https://n.example/h/x" in shown


@pytest.mark.parametrize("status", [200, 202, 204])
def test_every_yes_is_a_yes(hook: Hook, status: int) -> None:
    hook.status = status
    Webhook("teams", hook.url, ("en",)).post((HELD,))


@pytest.mark.parametrize("status", [301, 302, 307, 400, 403, 404, 410, 429, 500, 503])
@pytest.mark.ci
def test_everything_else_is_not_delivered_and_no_redirect_is_followed(hook: Hook, status: int) -> None:
    hook.status = status
    hook.headers = {"Location": "/elsewhere"}
    with pytest.raises(Undelivered) as raised:
        Webhook("slack", hook.url, ("en",)).post((HELD,))
    assert raised.value.what == f"slack answered {status}"
    assert hook.paths == ["/T000/secret-path"]


def test_the_environments_proxy_is_not_asked(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    Webhook("teams", hook.url, ("en",)).post((HELD,))
    assert len(hook.bodies) == 1


def test_the_url_is_a_secret(hook: Hook) -> None:
    target = Webhook("teams", "http://127.0.0.1:9/T000/secret-path", ("en",))
    with pytest.raises(Undelivered) as raised:
        target.post((HELD,))
    assert raised.value.__cause__ is None
    assert "secret-path" not in f"{raised.value} {target!r} {target}"


def test_a_server_that_drips_holds_nobody_up(hook: Hook) -> None:
    hook.drip = True
    target, began = Webhook("teams", hook.url, ("en",)), time.monotonic()
    with pytest.raises(Undelivered, match="no end after"):
        bounded(lambda: target.post((HELD,)), 0.5)
    assert time.monotonic() - began < 5


# --- what the words can do ---


def elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a body."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner)


def test_teams_shows_hostile_words_as_words() -> None:
    body = teams((Message(HOSTILE, (HOSTILE,), "Hold", "https://n.example/h/x"),))
    kinds = {one.get("type") for one in elements(body)}
    assert "TextBlock" not in kinds  # it reads Markdown
    assert kinds == {"message", "AdaptiveCard", "RichTextBlock", "TextRun", "Action.OpenUrl", None}
    urls = [one["url"] for one in elements(body) if one.get("url")]
    assert urls == ["https://n.example/h/x"]
    texts = [one["text"] for one in elements(body) if "text" in one]
    assert all("{{" not in text and "\r" not in text and "\u202e" not in text for text in texts)


def test_slack_shows_hostile_words_as_words() -> None:
    body = slack((Message(HOSTILE, (HOSTILE,), "Hold", "https://n.example/h/x"),))
    assert "<" not in body["text"]
    assert ">" not in body["text"]
    texts = [one for one in elements(body["blocks"]) if isinstance(one.get("text"), str)]
    assert {one["type"] for one in texts} == {"plain_text"}
    assert [one["url"] for one in elements(body) if one.get("url")] == ["https://n.example/h/x"]


@given(st.text(min_size=0, max_size=5000))
def test_within_slacks_limits(text: str) -> None:
    body = slack((Message(text, (text,) * 60, text, "https://n.example"),))
    assert len(body["blocks"]) <= 50
    for one in elements(body["blocks"]):
        if isinstance(one.get("text"), str):
            assert 1 <= len(one["text"]) <= 3000
    assert all(len(one["text"]["text"]) <= 150 for one in body["blocks"] if one["type"] == "header")
    json.dumps(body).encode()
    json.dumps(teams((Message(text, (text,)),)), ensure_ascii=False).encode()


def test_the_strings_that_break_programs() -> None:
    for text in naughty_strings():
        json.dumps(teams((Message(text, (text,)),)), ensure_ascii=False).encode()
        json.dumps(slack((Message(text, (text,)),)), ensure_ascii=False).encode()
