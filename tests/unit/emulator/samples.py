"""Requests that the service takes, ways to spoil them, a client, and a webhook that records: shared by these tests."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from newsletter.emulator import Options, Running, launch
from tests.no_tls import NO_TLS

KEY = "SG.unit-test.key"
NOW = 1_608_127_200.0
"""16 December 2020, 14:00 UTC."""

Body = dict[str, Any]

GOOD: Body = {
    "from": {"email": "news@ngen.example", "name": "NGen"},
    "reply_to": {"email": "hello@ngen.example"},
    "subject": "Hello %first%",
    "content": [
        {"type": "text/plain", "value": "Dear %first%, see https://www.ngen.ca/%token%"},
        {
            "type": "text/html",
            "value": '<html><body><p>Dear %first_html%</p><a href="https://www.ngen.ca/%token%">See</a></body></html>',
        },
    ],
    "personalizations": [
        {
            "to": [{"email": "ann@example.com", "name": "Ann"}],
            "substitutions": {"%first%": "Ann & Co", "%first_html%": "Ann &amp; Co", "%token%": "t1"},
            "custom_args": {"nl_d": "d1"},
            "headers": {
                "List-Unsubscribe": "<https://news.ngen.example/u/t1>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        }
    ],
    "categories": ["2020-12-holiday"],
    "custom_args": {"nl_b": "b1", "nl_i": "i1"},
    "tracking_settings": {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
        "subscription_tracking": {"enable": False},
    },
}


def good(**changes: Any) -> Body:
    """A request that is taken, with keys of the message replaced; None takes a key out."""
    body = {**copy.deepcopy(GOOD), **changes}
    return {key: value for key, value in body.items() if value is not None}


def first(**changes: Any) -> Body:
    """The same, with keys of the only personalization replaced; None takes a key out."""
    body = good()
    envelope = {**body["personalizations"][0], **changes}
    body["personalizations"] = [{key: value for key, value in envelope.items() if value is not None}]
    return body


def crowd(count: int, *, start: int = 0, batch: str = "b1", **changes: Any) -> Body:
    """A request to many people, each with a delivery id of its own."""
    envelope = GOOD["personalizations"][0]
    people = [
        {
            **envelope,
            "to": [{"email": f"reader{number}@example.com"}],
            "custom_args": {"nl_d": f"d{number}", "nl_b": batch},
        }
        for number in range(start, start + count)
    ]
    return good(personalizations=people, **changes)


class Client:
    """Talks to one emulator as a sender and as the harness."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.url = running.url
        self._send = httpx.Client(
            base_url=running.url,
            trust_env=False,
            verify=NO_TLS,
            timeout=20,
            headers={"Authorization": f"Bearer {KEY}"},
        )
        self._control = httpx.Client(
            base_url=running.control + "/_emulator", trust_env=False, verify=NO_TLS, timeout=60
        )

    def send(self, body: Any = None, **options: Any) -> httpx.Response:
        """POST a mail; the good one unless another is given."""
        return self._send.post("/v3/mail/send", json=good() if body is None else body, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """GET from the front door."""
        return self._send.get(path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Anything at the front door."""
        return self._send.request(method, path, **options)

    def ask(self, method: str, path: str, value: Any = None) -> Any:
        """One call of the control API that must succeed."""
        answer = self._control.request(method, path, **({} if value is None else {"json": value}))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, value: Any = None) -> str:
        """One call of the control API that must be refused; the reason."""
        answer = self._control.request(method, path, **({} if value is None else {"json": value}))
        assert answer.status_code in (400, 404, 405), answer.text
        return str(answer.json()["error"])

    def faults(self, *rules: Body, **more: Any) -> None:
        """Follow a script from now on."""
        self.ask("PUT", "/faults", {"rules": list(rules), **more})

    def log(self) -> list[Body]:
        """Mail send requests with their verdicts."""
        return [each for each in self.ask("GET", "/requests")["requests"] if each["path"] == "/v3/mail/send"]

    def events(self, name: str = "") -> list[Body]:
        """Events made so far."""
        return list(self.ask("GET", f"/events?event={name}")["events"])

    def to_the_end(self) -> None:
        """Let emulated time run until nothing is planned."""
        self.ask("POST", "/clock/advance", {"until_idle": True})

    def close(self) -> None:
        """Let go of connections."""
        self._send.close()
        self._control.close()


@contextmanager
def emulator(**options: Any) -> Iterator[Client]:
    """An emulator in a thread, frozen at no time, on free ports."""
    with launch(Options(**{"port": 0, "key": KEY, **options})) as running:
        client = Client(running)
        try:
            yield client
        finally:
            client.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Five, the default, drops connections of eight readers at once, and each drop costs a second.
    request_queue_size = 128


class Hook:
    """A server that records what is posted to it and answers as told."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Callable[[str, str], int] = lambda _method, _path: 200
        self.redirect = ""
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                hook.posts.append((self.command, self.path, dict(self.headers.items()), body))
                self.send_response(hook.answer(self.command, self.path))
                if hook.redirect:
                    self.send_header("Location", hook.redirect)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = do_HEAD = _take  # noqa: N815 - names of the base class

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def events(self) -> list[Body]:
        """Every event posted, in order of arrival."""
        return [event for *_, body in self.posts for event in json.loads(body)]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def hook() -> Iterator[Hook]:
    """A recording server for the length of a `with` block."""
    made = Hook()
    try:
        yield made
    finally:
        made.close()
