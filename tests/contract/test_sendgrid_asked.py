"""SendGrid asked about what it took, on the emulator: Email Logs, batch ids, cancellations. And a key that may not ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.emulator.options import FULL_ACCESS
from newsletter.model.errors import ConfigurationError, Unavailable
from newsletter.model.inquiry import Reply, Revocable, Trace
from newsletter.model.outbound import OutboundBatch
from newsletter.providers.conformance import sample_batch
from newsletter.providers.http import pooled
from newsletter.providers.sendgrid.provider import Access, SendGrid
from newsletter.settings import Secret
from tests.emulated import KEY, Emulated, emulator


@pytest.fixture(scope="module")
def running() -> Iterator[Emulated]:
    with emulator("--journal", "sqlite") as made:
        yield made


@pytest.fixture
def far(running: Emulated) -> Emulated:
    running.reset()
    running.ask("PUT", "/account", {"key": KEY, "scopes": list(FULL_ACCESS)})
    running.ask("PUT", "/behaviour", "plain")
    return running


@pytest.fixture
def provider(far: Emulated) -> Iterator[SendGrid]:
    made = SendGrid(Access(Secret(KEY), far.url), pooled(far.url))
    yield made
    made.close()


def now(far: Emulated) -> datetime:
    return datetime.fromtimestamp(far.ask("GET", "/clock")["unix"], UTC)


def later(far: Emulated, minutes: float) -> None:
    far.ask("POST", "/clock/advance", {"seconds": minutes * 60})


def trace(batch: OutboundBatch, began_at: datetime, *, revoked: bool = False, attempt: int = 1) -> Trace:
    people = tuple((reader.delivery, reader.address) for reader in batch.recipients)
    return Trace(batch.instance, batch.batch, attempt, people, began_at, revoked)


def scheduled(far: Emulated, provider: SendGrid) -> OutboundBatch:
    """A batch that can be revoked, handed over."""
    due = now(far) + timedelta(minutes=20)
    batch = replace(sample_batch(), revocable=Revocable(provider.reserve(), due))
    provider.submit(provider.encode(batch))
    return batch


def handle(batch: OutboundBatch) -> str:
    assert batch.revocable is not None
    return batch.revocable.handle


def test_what_was_taken_is_found_by_our_ids(far: Emulated, provider: SendGrid) -> None:
    began, batch = now(far), sample_batch()
    provider.submit(provider.encode(batch))
    assert (
        provider.look_up(trace(batch, began)).reply is Reply.ABSENT
    )  # not indexed yet: so absent is no proof
    later(far, 3)
    found = provider.look_up(trace(batch, began))
    assert found.reply is Reply.ACCEPTED
    assert found.there is not None
    assert "@" not in found.detail


def test_another_attempt_or_batch_or_database_is_not_ours(far: Emulated, provider: SendGrid) -> None:
    began, batch = now(far), sample_batch()
    provider.submit(provider.encode(batch))
    later(far, 3)
    assert provider.look_up(trace(batch, began, attempt=2)).reply is Reply.ABSENT
    assert provider.look_up(trace(replace(batch, batch=13), began)).reply is Reply.ABSENT
    assert provider.look_up(trace(replace(batch, instance="another"), began)).reply is Reply.ABSENT


def test_an_address_that_cannot_be_asked_for_is_left_out(far: Emulated, provider: SendGrid) -> None:
    batch = sample_batch(1)
    odd = replace(batch, recipients=(replace(batch.recipients[0], address="o'neil@members.ngen.ca"),))
    assert provider.look_up(trace(odd, now(far))).reply is Reply.UNAVAILABLE


def test_what_was_revoked_is_discarded_and_found_so(far: Emulated, provider: SendGrid) -> None:
    began = now(far)
    batch = scheduled(far, provider)
    assert provider.revoke(handle(batch)).reply is Reply.REVOKED
    later(far, 5)
    assert provider.look_up(trace(batch, began, revoked=True)).reply is Reply.TAKEN
    later(far, 20)
    assert [each["fate"] for each in far.ask("GET", "/deliveries")["deliveries"]] == ["cancelled"] * 2
    assert provider.confirm(handle(batch)).reply is Reply.REVOKED
    assert provider.look_up(trace(batch, began, revoked=True)).reply is Reply.REVOKED


def test_what_leaves_in_spite_of_a_revocation_is_found_so(far: Emulated, provider: SendGrid) -> None:
    far.ask("PUT", "/behaviour", {"shares": {}})
    began = now(far)
    batch = scheduled(far, provider)
    later(far, 11)
    provider.revoke(handle(batch))  # too late
    later(far, 15)
    assert provider.look_up(trace(batch, began, revoked=True)).reply is Reply.ACCEPTED


def test_ten_stand_at_one_time(far: Emulated, provider: SendGrid) -> None:
    handles = [provider.reserve() for _ in range(11)]
    assert {provider.revoke(each).reply for each in handles[:10]} == {Reply.REVOKED}
    assert provider.revoke(handles[10]).reply is Reply.FULL
    provider.release(handles[0])
    assert provider.revoke(handles[10]).reply is Reply.REVOKED


def test_a_key_that_may_only_send_is_told_so(far: Emulated, provider: SendGrid) -> None:
    far.ask("PUT", "/account", {"scopes": ["mail.send"]})
    with pytest.raises(ConfigurationError) as refused:
        provider.reserve()
    assert refused.value.code == "revocable-refused"
    found = [provider.look_up(trace(sample_batch(), now(far)))]
    found += [ask("handle") for ask in (provider.revoke, provider.confirm, provider.release)]
    assert {one.reply for one in found} == {Reply.UNAVAILABLE}
    assert {one.detail for one in found} == {"403: the key may not ask this"}


def test_without_an_answer_nothing_is_known(far: Emulated, provider: SendGrid) -> None:
    rules = [
        {"action": "reset", "path": path, "method": method}
        for path in ("/v3/mail/batch", "/v3/logs", "/v3/user/scheduled_sends*")
        for method in ("GET", "POST", "DELETE")
    ]
    far.ask("PUT", "/faults", {"rules": rules})
    with pytest.raises(Unavailable):
        provider.reserve()
    assert provider.look_up(trace(sample_batch(), now(far))).reply is Reply.UNAVAILABLE
    assert provider.revoke("handle").reply is Reply.UNAVAILABLE
    assert provider.confirm("handle").reply is Reply.UNAVAILABLE
    far.ask("DELETE", "/faults")


@pytest.mark.parametrize("body", ["json", "html"])
def test_an_error_of_theirs_is_no_answer(far: Emulated, provider: SendGrid, body: str) -> None:
    rules = [
        {"action": "status", "status": 503, "body": body, "path": "/v3/*", "method": method}
        for method in ("GET", "POST", "DELETE")
    ]
    far.ask("PUT", "/faults", {"rules": rules})
    assert provider.revoke("handle").reply is Reply.UNAVAILABLE
    assert provider.look_up(trace(sample_batch(), now(far))).reply is Reply.UNAVAILABLE
    with pytest.raises(Unavailable):
        provider.reserve()
    far.ask("DELETE", "/faults")


@pytest.mark.parametrize("path", ["/v3/logs", "/v3/logs/*"])
def test_what_could_not_be_read_is_not_absent(far: Emulated, provider: SendGrid, path: str) -> None:
    """The list is torn, or a message of it is not shown: neither says that nobody is in it."""
    began, batch = now(far), sample_batch()
    provider.submit(provider.encode(batch))
    later(far, 3)
    listed = path == "/v3/logs"
    rule = {"path": path, "method": "POST" if listed else "GET", "action": "status"}
    far.ask("PUT", "/faults", {"rules": [rule | {"status": 200 if listed else 429, "body": "html"}]})
    assert provider.look_up(trace(batch, began)).reply is Reply.UNAVAILABLE


@pytest.mark.parametrize(("status", "answer"), [(404, ConfigurationError), (405, ConfigurationError), (429, Unavailable), (503, Unavailable)])  # fmt: skip
def test_no_batch_id(far: Emulated, provider: SendGrid, status: int, answer: type[Exception]) -> None:
    """What will be refused the next time, too, is a fault of the set-up; the rest is tried again, when SendGrid says."""
    rule = {"path": "/v3/mail/batch", "action": "status", "status": status, "headers": {"Retry-After": "7"}}
    far.ask("PUT", "/faults", {"rules": [rule]})
    with pytest.raises(answer) as raised:
        provider.reserve()
    if isinstance(raised.value, Unavailable):
        assert raised.value.retry_after == 7
