"""Hooks over HTTP: 2xx when kept, 403 when not the provider's, never 500; limits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.pipeline import record
from newsletter.store import tables
from newsletter.web import hooks
from tests.corpora import naughty_strings
from tests.mailed import ANA, hand_over, world
from tests.unit.web.test_public import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with world(tmp_path) as mailed:
        yield Site(hand_over(mailed))


def post(site: Site, headers: dict[str, str], body: bytes, name: str = "sendgrid") -> int:
    return site.post(f"/hooks/{name}", headers=headers, content=body).status_code


def test_a_signed_hook_is_kept_and_applied_later(site: Site) -> None:
    headers, body = site.mailed.signer.hook([site.mailed.event("spamreport", ANA.email)])
    assert post(site, headers, body) == 200
    assert [row["body"] for row in site.mailed.rows(tables.hooks)] == [body]
    assert site.mailed.rows(tables.suppressions) == []
    record.apply_new(site.mailed.ctx)
    assert len(site.mailed.rows(tables.suppressions)) == 1


@pytest.mark.ci
def test_what_is_not_the_providers_is_403(site: Site) -> None:
    headers, body = site.mailed.signer.hook([site.mailed.event("spamreport", ANA.email)])
    signature, timestamp = "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"
    wrong: list[tuple[dict[str, str], bytes]] = [
        ({}, body),
        (headers, body + b" "),
        (headers, body[:-1]),
        (headers | {timestamp: "1608127201"}, body),
        (headers | {timestamp: "x"}, body),
        ({name: value for name, value in headers.items() if name != timestamp}, body),
    ]
    wrong += [
        (headers | {signature: text}, body)
        for text in ("", "=", "!!!!", "AAAA", "é" * 20, headers[signature][:-4], headers[signature][::-1])
    ]
    for given, content in wrong:
        encoded: Any = {name: value.encode("utf-8") for name, value in given.items()}
        assert post(site, encoded, content) == 403
    for text in naughty_strings():
        value: Any = (
            text.encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
        )
        assert post(site, headers | {signature: value}, body) == 403
    assert site.mailed.rows(tables.hooks) == []


@pytest.mark.parametrize("name", ["nobody", "SENDGRID", "..", "sendgrid/x", "%00"])
def test_no_such_provider(site: Site, name: str) -> None:
    headers, body = site.mailed.signer.hook([])
    assert post(site, headers, body, name) == 404


def test_a_provider_that_sends_no_events(site: Site) -> None:
    assert post(site, {}, b"[]", "outbox") == 403


def test_too_large(site: Site) -> None:
    assert post(site, {}, b"[" + b" " * hooks.BODY_BYTES + b"]") == 413


def test_only_post(site: Site) -> None:
    assert site.get("/hooks/sendgrid").status_code == 405


def test_a_backlog_asks_the_provider_to_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "BACKLOG", 1)
    headers, body = site.mailed.signer.hook([site.mailed.event("delivered", ANA.email)])
    assert post(site, headers, body) == 200
    other = Site(site.mailed)  # looks at the backlog with its first post
    answer = other.post("/hooks/sendgrid", headers=headers, content=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    record.apply_new(site.mailed.ctx)
    assert post(other, headers, body) == 200


def test_no_more_memory_than_there_is(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    headers, body = site.mailed.signer.hook([site.mailed.event("delivered", ANA.email)])
    monkeypatch.setattr(hooks, "HELD_BYTES", len(body) - 1)
    answer = site.post("/hooks/sendgrid", headers=headers, content=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    monkeypatch.setattr(hooks, "HELD_BYTES", len(body))
    assert [post(site, headers, body) for _ in range(3)] == [200, 200, 200]  # given back each time


def test_a_store_that_fails_is_503_and_the_provider_posts_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    headers, body = site.mailed.signer.hook([site.mailed.event("delivered", ANA.email)])
    with monkeypatch.context() as patch:
        patch.setattr(hooks, "receive", full)
        assert post(site, headers, body) == 503
    assert post(site, headers, body) == 200


def test_a_body_that_does_not_end_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.web.bodies.SECONDS", 0.05)

    async def slow() -> Any:
        yield b"["
        await asyncio.sleep(5)
        yield b"]"

    assert site.post("/hooks/sendgrid", content=slow()).status_code == 408
