"""What doctor learns of the account, from answers in the official form and from none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from newsletter.model.examination import Circumstances, Examination, Health
from newsletter.providers.conformance_http import FaultServer, Visit, answer
from newsletter.providers.http import pooled
from newsletter.providers.sendgrid.provider import Access, SendGrid
from newsletter.providers.sendgrid.revoking import SCOPES as REVOKING
from newsletter.settings import Secret

KEY = "SG.canary-key-0123456789"
SENDER = "news@news.ngen.ca"
HOOK = "https://news.ngen.ca/hooks/sendgrid"
DATE = "Wed, 16 Dec 2020 14:00:00 GMT"
NOW = datetime(2020, 12, 16, 14, 0, tzinfo=UTC)
PUBLIC = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
SCOPES = "/v3/scopes"
LOGS = "/v3/logs"
SENDERS = "/v3/verified_senders"
DOMAINS = "/v3/whitelabel/domains"
HOOKS = "/v3/user/webhooks/event/settings/all"
SIGNED = "/v3/user/webhooks/event/settings/signed/77d4"
SEND = "/v3/mail/send"
ALL_EVENTS = dict.fromkeys(
    ("processed", "delivered", "deferred", "bounce", "dropped", "spam_report", "open", "click"), True
)
FORBIDDEN = answer(403, b'{"errors":[{"field":null,"message":"access forbidden"}]}')


def ok(value: object, *headers: str) -> bytes:
    return answer(200, json.dumps(value).encode(), f"Date: {DATE}", *headers)


def webhook(**changes: object) -> bytes:
    hook = {"enabled": True, "url": HOOK, "id": "77d4", "public_key": PUBLIC, **ALL_EVENTS} | changes
    other = {"enabled": True, "url": "https://elsewhere.ngen.ca", "id": "1", **ALL_EVENTS}
    return ok({"max_allowed": 5, "webhooks": [other, hook]})


GOOD = {
    SCOPES: ok({"scopes": ["mail.send", *REVOKING, "2fa_required"]}),
    LOGS: ok({"messages": []}),
    SENDERS: ok({"results": []}),
    DOMAINS: ok([{"domain": "news.ngen.ca", "valid": True}]),
    HOOKS: webhook(),
}


class Account:
    """A server that answers by path; an absent path is 404."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.asked: list[str] = []
        self._answers = answers
        self._server = FaultServer(self._talk)
        self.url = self._server.url

    def _talk(self, visit: Visit) -> None:
        while True:
            visit.head, visit.body = b"", 0
            visit.read_head()
            if not visit.head:
                return
            visit.read_body()
            method, target = visit.head.decode().split(" ")[:2]
            path = target.partition("?")[0]
            self.asked.append(f"{method} {path}")
            visit.send(self._answers.get(path, answer(404, b"{}")))

    def close(self) -> None:
        self._server.close()


Examine = Callable[..., dict[str, Examination]]


@pytest.fixture
def examine() -> Iterator[Examine]:
    opened: list[Account] = []

    def run(
        *, keys: tuple[str, ...] = (PUBLIC,), now: datetime | None = NOW, **changes: bytes
    ) -> dict[str, Examination]:
        names = {"scopes": SCOPES, "senders": SENDERS, "domains": DOMAINS, "hooks": HOOKS, "signed": SIGNED}
        names |= {"send": SEND, "logs": LOGS}
        account = Account(GOOD | {names[name]: value for name, value in changes.items()})
        opened.append(account)
        http = pooled(account.url, timeout=httpx.Timeout(0.5))
        provider = SendGrid(Access(Secret(KEY), account.url, keys), http)
        found = provider.examine(Circumstances(SENDER, HOOK, now))
        provider.close()
        assert len({one.name for one in found}) == len(found)
        return {one.name: one for one in found}

    yield run
    for account in opened:
        account.close()


def test_all_is_well(examine: Examine) -> None:
    found = examine()
    assert set(found) == {"access", "sender", "webhook", "look-up", "revocable", "clock"}
    assert {one.state for one in found.values()} == {Health.OK}
    assert not any(one.next_step for one in found.values())


class TestAccess:
    @pytest.mark.parametrize(
        ("data", "word"),
        [
            (answer(401, b"{}"), "401"),
            (answer(500), "500"),
            (ok({"scopes": ["alerts.read"]}), "mail.send"),
            (ok({"scopes": 3}), "mail.send"),
            (ok([1]), "mail.send"),
            (answer(200, b"<html>"), "mail.send"),
            (b"garbage", "does not answer"),
        ],
    )
    def test_what_is_wrong_is_said_with_a_next_step(self, examine: Examine, data: bytes, word: str) -> None:
        access = examine(scopes=data)["access"]
        assert access.state is Health.ERROR
        assert word in access.sentence
        assert access.next_step

    def test_without_access_nothing_else_is_asked(self, examine: Examine) -> None:
        assert set(examine(scopes=answer(401))) == {"access"}


class TestAbilities:
    def test_a_key_with_mail_send_alone_is_fine(self, examine: Examine) -> None:
        found = examine(scopes=ok({"scopes": ["mail.send"]}), logs=answer(403, b"{}"))
        assert (found["look-up"].state, found["revocable"].state) == (Health.SKIPPED, Health.SKIPPED)
        assert "403" in found["look-up"].sentence
        assert "mail.batch.create" in found["revocable"].sentence

    def test_logs_that_do_not_answer(self, examine: Examine) -> None:
        assert examine(logs=b"garbage")["look-up"].state is Health.SKIPPED


class TestSender:
    def test_a_domain_in_its_other_form(self, examine: Examine) -> None:
        listed = ok({"result": [{"domain": "news.ngen.ca", "valid": True}]})
        assert examine(domains=listed)["sender"].state is Health.OK

    def test_a_verified_address_alone(self, examine: Examine) -> None:
        senders = ok({"results": [{"from_email": SENDER.upper(), "verified": True}]})
        found = examine(domains=ok([]), senders=senders)["sender"]
        assert found.state is Health.WARNING

    @pytest.mark.parametrize(
        ("domains", "senders"),
        [
            ([], []),
            ([{"domain": "news.ngen.ca", "valid": False}], []),
            ([{"domain": "ngen.ca", "valid": True}], [{"from_email": "x@news.ngen.ca", "verified": True}]),
            ([3, None], [{"from_email": SENDER, "verified": False}]),
        ],
    )
    def test_neither(self, examine: Examine, domains: list[object], senders: list[object]) -> None:
        found = examine(domains=ok(domains), senders=ok({"results": senders}))["sender"]
        assert found.state is Health.ERROR
        assert "Authenticate the domain news.ngen.ca" in found.next_step

    @pytest.mark.parametrize(
        ("send", "state"),
        [
            (ok({}), Health.OK),
            (FORBIDDEN, Health.ERROR),
            (answer(500), Health.WARNING),
            (answer(202), Health.WARNING),
            (b"", Health.WARNING),
        ],
    )
    def test_a_key_that_may_not_look_rehearses(self, examine: Examine, send: bytes, state: Health) -> None:
        found = examine(domains=FORBIDDEN, senders=FORBIDDEN, send=send)["sender"]
        assert found.state is state


class TestWebhook:
    def test_no_key(self, examine: Examine) -> None:
        assert examine(keys=())["webhook"].state is Health.WARNING  # loopback: nobody real is mailed

    def test_another_key(self, examine: Examine) -> None:
        assert examine(hooks=webhook(public_key="other"))["webhook"].state is Health.ERROR

    def test_none_for_us(self, examine: Examine) -> None:
        for hooks in (
            webhook(url="https://x.ngen.ca"),
            webhook(enabled=False),
            ok({"webhooks": [{}]}),
            ok([3]),
        ):
            found = examine(hooks=hooks)["webhook"]
            assert found.state is Health.ERROR
            assert HOOK in found.sentence

    def test_unsigned(self, examine: Examine) -> None:
        found = examine(hooks=webhook(public_key=""), signed=ok({"id": "77d4", "public_key": ""}))["webhook"]
        assert "not signed" in found.sentence

    def test_the_key_from_its_own_page(self, examine: Examine) -> None:
        found = examine(hooks=webhook(public_key=None), signed=ok({"id": "77d4", "public_key": PUBLIC}))
        assert found["webhook"].state is Health.OK

    def test_events_left_out(self, examine: Examine) -> None:
        found = examine(hooks=webhook(processed=False, spam_report=False, open=False))["webhook"]
        assert found.state is Health.WARNING
        assert found.sentence.endswith("leaves out: processed, spam_report.")

    @pytest.mark.parametrize("data", [FORBIDDEN, answer(200, b"<html>"), b"garbage"])
    def test_a_key_that_may_not_look(self, examine: Examine, data: bytes) -> None:
        assert examine(hooks=data)["webhook"].state is Health.SKIPPED


class TestClock:
    @pytest.mark.parametrize(
        ("seconds", "state"),
        [
            (0, Health.OK),
            (-59, Health.OK),
            (61, Health.WARNING),
            (-700, Health.ERROR),
            (90_000, Health.ERROR),
        ],
    )
    def test_skew(self, examine: Examine, seconds: int, state: Health) -> None:
        assert examine(now=NOW + timedelta(seconds=seconds))["clock"].state is state

    def test_set_by_hand_or_undated(self, examine: Examine) -> None:
        assert examine(now=None)["clock"].state is Health.SKIPPED
        undated = answer(200, b'{"scopes": ["mail.send"]}')
        assert examine(scopes=undated)["clock"].state is Health.SKIPPED
        local = answer(200, b'{"scopes": ["mail.send"]}', "Date: Wed, 16 Dec 2020 14:00:00 -0000")
        assert examine(scopes=local)["clock"].state in {Health.SKIPPED, Health.OK}


def test_nothing_is_sent_where_the_lists_can_be_read() -> None:
    account = Account(dict(GOOD))
    provider = SendGrid(Access(Secret(KEY), account.url, (PUBLIC,)), pooled(account.url))
    provider.examine(Circumstances(SENDER, HOOK, NOW))
    provider.close()
    account.close()
    assert account.asked == [
        *(f"GET {path}" for path in (SCOPES, SENDERS, DOMAINS, HOOKS)),
        f"POST {LOGS}",  # a search, which sends nothing
    ]
