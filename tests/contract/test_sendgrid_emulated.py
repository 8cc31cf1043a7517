"""The SendGrid provider against the emulator, which imports nothing of ours: verdicts, events, limits and faults over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from newsletter.model.errors import HookRejected, ProviderError, RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.event import EventKind, HookRequest
from newsletter.model.outbound import OutboundBatch, Receipt
from newsletter.providers.conformance import HOSTILE, sample_batch, sample_message, sample_recipient
from newsletter.providers.conformance_http import FaultServer, Visit, answer
from newsletter.providers.http import pooled
from newsletter.providers.sendgrid.provider import Access, SendGrid
from newsletter.settings import Secret
from tests.emulated import KEY, Emulated, emulator

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Hooks:
    """Where the emulator posts its events; they are kept as they came."""

    def __init__(self) -> None:
        self.requests: list[HookRequest] = []
        self._server = FaultServer(self._take)
        self.url = f"{self._server.url}/hooks/sendgrid"

    def _take(self, visit: Visit) -> None:
        visit.read_head()
        body = b""
        while len(body) < visit.length:
            body += visit._sock.recv(visit.length - len(body))
        lines = visit.head.decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        self.requests.append(HookRequest(headers, body, NOW))
        visit.send(answer(204, b"", "Connection: close"))

    def close(self) -> None:
        self._server.close()


@pytest.fixture(scope="module")
def hooks() -> Iterator[Hooks]:
    made = Hooks()
    yield made
    made.close()


@pytest.fixture(scope="module")
def running(hooks: Hooks) -> Iterator[Emulated]:
    with emulator("--journal", "sqlite", "--webhook", hooks.url, "--passes", "2") as made:
        yield made


@pytest.fixture
def far(running: Emulated, hooks: Hooks) -> Emulated:
    running.reset()
    hooks.requests.clear()
    running.ask("PUT", "/account", {"key": KEY, "substitution_limit": "10k", "errors": "full", "senders": []})
    return running


@pytest.fixture
def provider(far: Emulated) -> Iterator[SendGrid]:
    http = pooled(far.url, timeout=httpx.Timeout(connect=1, write=1, read=0.5, pool=1))
    made = SendGrid(Access(Secret(KEY), far.url, (far.webhook_key,)), http)
    yield made
    made.close()


def outcome(provider: SendGrid, batch: OutboundBatch) -> Receipt | ProviderError:
    try:
        return provider.submit(provider.encode(batch))
    except ProviderError as error:
        return error


def test_the_emulator_finds_nothing_to_say(far: Emulated, provider: SendGrid) -> None:
    """Its own rules, twice replaced tags, personal data in arguments, the key in bodies: nothing."""
    readers = [
        replace(sample_recipient(number), values=(value, "t")) for number, value in enumerate(HOSTILE, 1)
    ]
    hostile = replace(
        sample_batch(), message=replace(sample_message(), subject=("Vœux",)), recipients=tuple(readers)
    )
    more = tuple(sample_recipient(number) for number in range(100, 1100))
    for batch in (hostile, replace(sample_batch(), batch=13, recipients=more)):
        assert isinstance(outcome(provider, batch), Receipt)
    expected = [str(reader.delivery) for reader in (*readers, *more)]
    report = far.ask("POST", "/report", {"expected": expected, "key": KEY})
    assert report["findings"] == []
    assert report["ok"]
    assert not report.get("missing")
    assert not report.get("unexpected")


def test_its_events_come_back_proved_and_with_our_numbers(
    far: Emulated, hooks: Hooks, provider: SendGrid
) -> None:
    batch = sample_batch(3)
    receipt = outcome(provider, batch)
    assert isinstance(receipt, Receipt)
    far.ask("POST", "/clock/advance", {"seconds": 600})
    far.ask("POST", "/events/flush")
    assert hooks.requests
    events = [event for request in hooks.requests for event in provider.read_events(request)]
    assert {event.delivery for event in events} == {reader.delivery for reader in batch.recipients}
    assert {(event.instance, event.batch, event.attempt) for event in events} == {("4f2a9c1e", 12, 1)}
    assert {EventKind.PROCESSED, EventKind.DELIVERED} <= {event.kind for event in events}
    assert EventKind.OTHER not in {event.kind for event in events}
    assert len({event.id for event in events}) == len(events)
    assert {event.reference for event in events} == {receipt.reference}
    told = [item for request in hooks.requests for item in msgspec.json.decode(request.body)]
    assert all(item["category"] in (batch.message.category, [batch.message.category]) for item in told)


def test_its_forgeries_are_refused(far: Emulated, hooks: Hooks, provider: SendGrid) -> None:
    outcome(provider, sample_batch(1))
    far.ask("POST", "/clock/advance", {"seconds": 600})
    far.ask("POST", "/events/flush")
    (request, *_) = hooks.requests
    for altered in (
        replace(request, body=request.body.replace(b"7001", b"7002")),
        replace(request, body=request.body.rstrip()),
        replace(request, headers={name: v for name, v in request.headers.items() if "twilio" not in name}),
    ):
        with pytest.raises(HookRejected):
            provider.read_events(altered)


BATCH = sample_batch(10)
FAULTS: list[tuple[dict[str, Any], type, RefusalScope | None, tuple[int, ...]]] = [
    (
        {"action": "refuse_address", "address": "reader4@*"},
        Refused,
        RefusalScope.MEMBERS,
        (3,),
    ),
    ({"action": "bare_400"}, Refused, RefusalScope.REQUEST, ()),
    ({"action": "redirect"}, Refused, RefusalScope.ACCOUNT, ()),
    ({"action": "status", "status": 403}, Refused, RefusalScope.ACCOUNT, ()),
    ({"action": "status", "status": 500}, Uncertain, None, ()),
    ({"action": "status", "status": 502, "body": "html"}, Uncertain, None, ()),
    ({"action": "status", "status": 503, "accepted": True}, Uncertain, None, ()),
    ({"action": "reset"}, Uncertain, None, ()),
    ({"action": "reset", "accepted": True}, Uncertain, None, ()),
    ({"action": "truncate", "accepted": True}, Uncertain, None, ()),
    ({"action": "hang", "accepted": True}, Uncertain, None, ()),
    ({"action": "rate_limit"}, Unavailable, None, ()),
    ({"action": "too_large"}, Refused, RefusalScope.REQUEST, ()),
]


@pytest.mark.parametrize(
    ("rule", "kind", "scope", "members"), FAULTS, ids=[f"{r['action']}-{k.__name__}" for r, k, _, _ in FAULTS]
)
def test_its_faults_mean_what_they_should(
    far: Emulated,
    provider: SendGrid,
    rule: dict[str, Any],
    kind: type,
    scope: RefusalScope | None,
    members: tuple[int, ...],
) -> None:
    """And a no is never said of what the emulator did accept."""
    far.ask("PUT", "/faults", {"rules": [rule]})
    found = outcome(provider, BATCH)
    assert type(found) is kind, found
    if isinstance(found, Refused):
        assert (found.scope, found.members) == (scope, members)
    accepted = far.ask("GET", "/deliveries")["deliveries"]
    if not isinstance(found, Uncertain):
        assert accepted == []


def test_a_wait_is_as_long_as_it_says(far: Emulated, provider: SendGrid) -> None:
    far.ask("PUT", "/faults", {"rules": [{"action": "rate_limit", "reset": 17}]})
    found = outcome(provider, BATCH)
    assert isinstance(found, Unavailable)
    assert found.retry_after is not None
    assert 15 <= found.retry_after <= 18


def test_a_wrong_key_and_a_foreign_sender_are_about_the_account(far: Emulated, provider: SendGrid) -> None:
    far.ask("PUT", "/account", {"senders": ["@elsewhere.ca"]})
    found = outcome(provider, BATCH)
    assert isinstance(found, Refused)
    assert (found.status, found.scope) == (403, RefusalScope.ACCOUNT)
    far.ask("PUT", "/account", {"key": "SG.other", "senders": []})
    found = outcome(provider, BATCH)
    assert isinstance(found, Refused)
    assert (found.status, found.scope) == (401, RefusalScope.ACCOUNT)


def test_a_request_cut_to_its_weight_passes_the_limit_for_a_request(far: Emulated) -> None:
    """One published limit is for the whole request: refused without the setting, taken with it."""
    far.ask("PUT", "/account", {"substitution_limit": "50k-request"})
    values = ("x" * 500, "t")
    readers = tuple(replace(sample_recipient(number), values=values) for number in range(1, 121))
    whole = replace(sample_batch(), message=replace(sample_message(), subject=("V",)), recipients=readers)
    free = SendGrid(Access(Secret(KEY), far.url))
    found = outcome(free, whole)
    assert isinstance(found, Refused)
    assert "50000" in found.hint or found.scope is RefusalScope.MEMBERS
    free.close()
    bound = SendGrid(Access(Secret(KEY), far.url, max_weight=50_000))
    found = outcome(bound, whole)
    assert isinstance(found, Refused)
    assert (found.scope, found.status) == (RefusalScope.REQUEST, None)
    fits = 50_000 // bound.weigh(whole.message, readers[0])
    assert isinstance(outcome(bound, replace(whole, recipients=readers[:fits])), Receipt)
    bound.close()


def test_sandbox_is_judged_and_not_sent(far: Emulated) -> None:
    made = SendGrid(Access(Secret(KEY), far.url, sandbox=True))
    found = outcome(made, BATCH)
    made.close()
    assert isinstance(found, Receipt)
    assert found.status == 200
    assert far.ask("GET", "/deliveries")["deliveries"] == []
