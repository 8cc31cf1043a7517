"""Every provider keeps the contract: the shipped suite, on the outbox and on SendGrid's emulator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import cast

import httpx
import pytest

from newsletter.providers.conformance import Conformance, Letter
from newsletter.providers.conformance_http import HttpConformance
from newsletter.providers.contract import Provider
from newsletter.providers.http import pooled
from newsletter.providers.outbox.provider import Outbox
from newsletter.providers.sendgrid.provider import Access, SendGrid
from newsletter.settings import Secret
from tests.emulated import KEY, Emulated, emulator

ENVELOPE = {"from", "to", "reply-to", "subject", "date", "mime-version", "content-type", "message-id"}
IMPATIENT = httpx.Timeout(connect=1, write=1, read=0.4, pool=1)


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulated]:
    with emulator("--journal", "sqlite") as running:
        yield running


def read_letter(path: Path) -> Letter:
    """An .eml file as Python's own modern reader sees it."""
    mail = cast(EmailMessage, BytesParser(policy=policy.default).parsebytes(path.read_bytes()))
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return Letter(
        address=mail["To"].addresses[0].addr_spec,
        sender_name=mail["From"].addresses[0].display_name,
        subject=str(mail["Subject"]),
        text=plain.get_content(),
        html=html.get_content(),
        headers={name: str(value) for name, value in mail.items() if name.lower() not in ENVELOPE},
    )


class TestOutbox(Conformance):
    @pytest.fixture(autouse=True)
    def _root(self, tmp_path: Path) -> None:
        self.root = tmp_path

    def provider(self) -> Provider:
        return Outbox(self.root)

    def letters(self) -> Sequence[Letter]:
        return [read_letter(path) for path in sorted(self.root.glob("var/outbox/*/*/*.eml"))]


class TestSendGrid(Conformance):
    secrets = (KEY,)

    @pytest.fixture(autouse=True)
    def _far_end(self, emulated: Emulated) -> Iterator[None]:
        emulated.reset()
        self.emulated = emulated
        self.made = SendGrid(Access(Secret(KEY), emulated.url, (emulated.webhook_key,)))
        yield
        self.made.close()

    def provider(self) -> Provider:
        return self.made

    def letters(self) -> Sequence[Letter]:
        found = self.emulated.ask("GET", "/messages?full=1&size=5000")["messages"]
        return [
            Letter(
                address=one["address"],
                sender_name=one["sender"].get("name", ""),
                subject=one["subject"],
                text=one["text"],
                html=one["html"],
                headers=one["headers"],
            )
            for one in found
        ]


class TestSendGridOverHttp(HttpConformance):
    def at(self, url: str) -> Provider:
        return SendGrid(Access(Secret(KEY), url), pooled(url, timeout=IMPATIENT))
