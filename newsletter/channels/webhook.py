"""Notices by a webhook of Teams or Slack.

In: a URL, a message. Out: it was taken, or Undelivered. Called by pipeline.notices through the registry.

Titles and names come from elsewhere, so they stand only where neither product reads markup: Teams' TextRun (Adaptive Cards 1.2,
which reads no Markdown), Slack's plain_text. No redirects, no proxy of the environment; the URL is a secret and stands in no error.
"""

from __future__ import annotations

import logging
import re
import ssl
from dataclasses import dataclass
from typing import Any

import httpx

from newsletter.channels.contract import Undelivered
from newsletter.model.notice import Message

#: seconds
TIMEOUT = httpx.Timeout(10.0)
MOST = 3000  #: characters of one text: Slack's limit for a section
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """One channel of Teams or Slack. `trust` replaces the usual certificates (for tests)."""

    kind: str
    url: str
    languages: tuple[str, ...]
    trust: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"Webhook({self.kind})"

    @property
    def name(self) -> str:
        """Whose it is."""
        return self.kind

    def post(self, messages: tuple[Message, ...]) -> None:
        """Post once; any 2xx is a yes. Raises Undelivered."""
        body = slack(messages) if self.kind == "slack" else teams(messages)
        what = ""
        try:
            status = self._status(body)
        except _FAILURES as error:
            what = f"no answer from {self.kind} ({type(error).__name__})"
        else:
            what = "" if 200 <= status < 300 else f"{self.kind} answered {status}"
        if what:  # raised here, not in the handler: the library's error names the URL
            raise Undelivered(what)

    def _status(self, body: dict[str, Any]) -> int:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below it they write the URL
        verify: ssl.SSLContext | bool = True if self.trust is None else self.trust
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=TIMEOUT, verify=verify) as client,
            client.stream("POST", self.url, json=body) as response,  # the answer's body is never read
        ):
            return response.status_code


def teams(messages: tuple[Message, ...]) -> dict[str, Any]:
    """An Adaptive Card in the envelope of a Teams workflow."""
    body: list[dict[str, Any]] = []
    for message in messages:
        body.append(_rich(message.subject, size="Large", weight="Bolder", spaced=bool(body)))
        body += [_rich(paragraph) for paragraph in message.paragraphs]
    links = {message.url: message.action for message in messages if message.url}
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [
            {"type": "Action.OpenUrl", "title": clean(action), "url": url} for url, action in links.items()
        ],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _rich(
    text: str, *, size: str = "Default", weight: str = "Default", spaced: bool = False
) -> dict[str, Any]:
    run = {"type": "TextRun", "text": clean(text), "size": size, "weight": weight}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "ExtraLarge" if spaced else "Medium"}


def slack(messages: tuple[Message, ...]) -> dict[str, Any]:
    """Blocks of plain text; `text` is what a phone shows before they are opened."""
    blocks: list[dict[str, Any]] = []
    for message in messages:
        blocks.append({"type": "header", "text": _plain(message.subject, 150)})
        blocks += [{"type": "section", "text": _plain(paragraph, MOST)} for paragraph in message.paragraphs]
        if message.url:
            button = {"type": "button", "text": _plain(message.action, 75), "url": message.url}
            blocks.append({"type": "actions", "elements": [button]})
    return {"text": _escaped(" | ".join(message.subject for message in messages)), "blocks": blocks[:50]}


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": clean(text)[:most] or " ", "emoji": False}


def _escaped(text: str) -> str:
    """Slack reads `<!channel>` and links in this one (docs.slack.dev, Formatting message text)."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """One line, and none of the `{{DATE(…)}}` that cards fill in."""
    return _CONTROLS.sub(" ", text).replace("{{", "{ {").strip()[:MOST]
