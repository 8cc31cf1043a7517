"""The conformance suite: what every provider must do, as tests that any test runner can call.

In: a provider and what arrived at its far end. Out: AssertionError that says what was promised. Called by
tests/contract/test_providers.py, and by whoever writes a provider (docs/howto/add-a-provider.md).

    class TestMine(Conformance):
        def provider(self) -> Provider: ...
        def letters(self) -> Sequence[Letter]: ...
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from newsletter.model.errors import ConfigurationError, HookRejected, RefusalScope, Refused
from newsletter.model.event import HookRequest
from newsletter.model.examination import Circumstances, Examination
from newsletter.model.inquiry import Reply, Revocable, Trace
from newsletter.model.outbound import OutboundBatch, OutboundMessage, Recipient
from newsletter.providers.contract import LooksUp, Provider, Revokes, looks_up, revokes
from newsletter.providers.rules import fill

_Error = TypeVar("_Error", bound=Exception)

#: values that have broken out of their place in other programs
HOSTILE = (
    "Zoë Łęcka 🍁",
    '"quoted" \\ back',
    "</td><script>x</script>",
    "{{ 7*7 }} %s ${x} -first- <%x%>",
    "a\r\nBcc: everybody@news.ngen.ca\r\n\r\nb",
    ".\r\n.\r\n",
    "=?utf-8?q?a=0D=0ABcc:_x@news.ngen.ca?=",
    "\x00\x0b\x7f\u2028\u202e",
    "=" * 500,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one reader would get. `headers` are those beyond From, To, Reply-To, Subject, Date and MIME's."""

    address: str
    sender_name: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


def sample_message(tags: Sequence[str] = ("zq3f2a00q", "zq3f2a01q")) -> OutboundMessage:
    """A message with two personal places, or with none where `tags` is empty."""
    subject: tuple[str | int, ...] = ("Vœux de NGen, ", 0) if tags else ("Vœux de NGen",)
    text: tuple[str | int, ...] = (
        ("Bonjour ", 0, "\n\nhttps://news.ngen.ca/u/", 1, "\n") if tags else ("Bonjour\n",)
    )
    html: tuple[str | int, ...] = ("<p>Bonjour ", 0, ' <a href="https://news.ngen.ca/u/', 1, '">é</a></p>\n')
    return OutboundMessage(
        sender_name="NGen – la grappe",
        sender_address="news@news.ngen.ca",
        reply_to="info@news.ngen.ca",
        subject=subject,
        text=text,
        html=html if tags else ("<p>Bonjour</p>\n",),
        tags=tuple(tags),
        headers={"List-Id": '"NGen" <news.ngen.ca>', "Feedback-ID": "ab12:greeting:newsletter:ngen0"},
        category="2020-12-16-holiday-greeting",
    )


def sample_batch(count: int = 2, message: OutboundMessage | None = None) -> OutboundBatch:
    """A batch of `count` readers, each with values and headers of their own."""
    message = message or sample_message()
    recipients = tuple(sample_recipient(number, len(message.tags)) for number in range(1, count + 1))
    return OutboundBatch("4f2a9c1e", 12, 1, message, recipients, message_date=1_608_127_200)


def sample_recipient(number: int, values: int = 2) -> Recipient:
    """One reader of a batch."""
    own = f"AQAAAAAAAAAA{number:023}"
    return Recipient(
        delivery=7000 + number,
        address=f"reader{number}@members.ngen.ca",
        values=(f"Ann {number}", own)[:values],
        headers={
            "List-Unsubscribe": f"<https://news.ngen.ca/u/{own}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def need(holds: bool, promise: str) -> None:  # noqa: FBT001 - an assertion
    """An assertion that optimised bytecode keeps."""
    if not holds:
        raise AssertionError(promise)


def raised(kind: type[_Error], call: Callable[[], object], promise: str) -> _Error:
    """The error that a call must raise."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(promise)


class Conformance:
    """One instance serves one test. `provider` gives the same provider each time it is asked within a test."""

    #: text that must never be shown
    secrets: Sequence[str] = ()

    def provider(self) -> Provider:
        """The provider, with its far end empty."""
        raise NotImplementedError

    def letters(self) -> Sequence[Letter]:
        """What has arrived at the far end, in order."""
        raise NotImplementedError

    def test_a_batch_always_encodes_to_the_same_bytes(self) -> None:
        """What is committed before the call must be what is posted."""
        one, two = self.provider().encode(sample_batch()), self.provider().encode(sample_batch())
        need(one == two, "encode is pure")
        need(one.sha256 == hashlib.sha256(one.body).hexdigest(), "sha256 is that of the body")
        need(one.members == 2, "members counts the recipients")
        again = self.provider().encode(replace(sample_batch(), attempt=2))
        need(again.body != one.body, "the attempt is told apart")

    def test_everybody_gets_their_own_letter_once(self) -> None:
        """Values, headers and texts of one reader go to that reader."""
        batch = sample_batch(3)
        self._hand_over(batch)
        self._need_letters(batch)

    def test_a_message_without_personal_places(self) -> None:
        """All readers get the same."""
        batch = sample_batch(2, sample_message(()))
        self._hand_over(batch)
        self._need_letters(batch)

    def test_no_value_leaves_its_place(self) -> None:
        """A value is text, whatever it looks like."""
        message = sample_message()
        message = replace(message, subject=("Vœux",))
        readers = [
            replace(sample_recipient(number), values=(value, "t")) for number, value in enumerate(HOSTILE, 1)
        ]
        batch = replace(sample_batch(), message=message, recipients=tuple(readers))
        self._hand_over(batch)
        self._need_letters(batch)

    def test_too_many_are_refused_before_anything_leaves(self) -> None:
        """A batch over the limit is to be cut."""
        count = self.provider().capabilities.max_recipients + 1
        refused = raised(
            Refused,
            lambda: self.provider().encode(sample_batch(count)),
            "a batch that is too large is refused",
        )
        need(refused.scope is RefusalScope.REQUEST, "its size is about the request")
        need(not self.letters(), "nothing has left")

    def test_who_cannot_be_sent_to_is_named(self) -> None:
        """By position, so that the others can go."""
        good = sample_batch(9).recipients
        bad = {
            1: replace(good[1], address="a@b.ca, c@d.ca"),
            3: replace(good[3], address="-oQ/tmp@members.ngen.ca"),
            4: replace(good[4], headers={"List-Unsubscribe": "<https://x>\r\nBcc: all@ngen.ca"}),
            5: replace(good[5], headers={"Bcc": "all@ngen.ca"}),
            7: replace(good[7], values=("Ann\r\nBcc: all@ngen.ca", "t")),
            8: replace(good[8], address=good[0].address.upper()),
        }
        recipients = tuple(bad.get(position, reader) for position, reader in enumerate(good))
        batch = replace(sample_batch(), recipients=recipients)
        refused = raised(Refused, lambda: self.provider().encode(batch), "bad recipients are refused")
        need(refused.scope is RefusalScope.MEMBERS, "it is about members")
        need(sorted(refused.members) == sorted(bad), f"each bad one, and no other: {refused.members}")
        need("@" not in str(refused), "an error names no address")

    def test_what_cannot_be_said_is_refused_loudly(self) -> None:
        """A message that would be altered is not sent at all."""
        message = sample_message()
        for wrong in (
            replace(message, subject=()),
            replace(message, subject=("Hello\nBcc: x@ngen.ca",)),
            replace(message, html=("",)),
            replace(message, sender_name="=?utf-8?q?a=0D=0ABcc:_x?="),
            replace(message, sender_address="nobody"),
            replace(message, headers={"Subject": "another"}),
            replace(message, headers={"X-A": "1", "x-a": "2"}),
            replace(message, headers={"X A": "1"}),
            replace(message, headers={"X-A": "é"}),
            replace(message, text=("\ud800",)),
        ):
            batch = sample_batch(1, wrong)
            raised(ConfigurationError, lambda b=batch: self.provider().encode(b), f"refused: {wrong}")  # type: ignore[misc]

    def test_a_hook_that_is_not_proved_is_rejected(self) -> None:
        """With HookRejected, whatever it holds."""
        now = datetime(2020, 12, 16, tzinfo=UTC)
        for body in (b"", b"[]", b"{}", b"[{}", b"\xff\x00", b"[" * 100_000):
            for headers in ({}, {"authorization": "Bearer x"}):
                request = HookRequest(headers, body, now)
                raised(HookRejected, lambda r=request: self.provider().verify(r), "not proved: rejected")  # type: ignore[misc]
                raised(HookRejected, lambda r=request: self.provider().read_events(r), "not proved: rejected")  # type: ignore[misc]

    def test_it_says_what_it_is(self) -> None:
        """Capabilities are data; weights are not negative; examinations are answers."""
        provider = self.provider()
        need(bool(provider.name) and provider.name.islower(), "a provider has a name")
        need(provider.capabilities.max_recipients >= 1, "it takes at least one recipient")
        batch = sample_batch()
        weights = [provider.weigh(batch.message, reader) for reader in batch.recipients]
        need(all(weight >= 0 for weight in weights), "a weight is not negative")
        circumstances = Circumstances("news@news.ngen.ca", "http://127.0.0.1:9/hooks/x", None)
        found = provider.examine(circumstances)
        need(all(isinstance(one, Examination) for one in found), "examine gives examinations")

    def test_what_it_can_besides_is_declared(self) -> None:
        """Looking up and revoking: the methods are there where the capabilities say so, and only there."""
        provider = self.provider()
        need(provider.capabilities.look_up == isinstance(provider, LooksUp), "look_up is declared")
        need(provider.capabilities.revoke == isinstance(provider, Revokes), "revoke is declared")

    def test_what_it_cannot_take_back_it_does_not_take_as_revocable(self) -> None:
        """Or it takes it, with the same bytes each time."""
        provider = self.provider()
        batch = replace(
            sample_batch(), revocable=Revocable("handle-1", datetime(2020, 12, 16, 15, tzinfo=UTC))
        )
        if revokes(provider) is None:
            raised(ConfigurationError, lambda: provider.encode(batch), "what cannot be revoked is refused")
            return
        parcel = provider.encode(batch)
        need(parcel == provider.encode(batch), "encode is pure")
        need(parcel.body != provider.encode(sample_batch()).body, "the request says that it is revocable")

    def test_a_revocation_can_be_repeated_confirmed_and_released(self) -> None:
        """Handles are told apart; asking twice is fine."""
        provider = revokes(self.provider())
        if provider is None:
            return
        one, other = provider.reserve(), provider.reserve()
        need(bool(one) and one != other, "each call has a handle of its own")
        need(provider.confirm(one).reply is Reply.STANDING, "nothing is revoked yet")
        for _ in range(2):
            need(provider.revoke(one).reply is Reply.REVOKED, "it is revoked, however often that is asked")
        need(provider.confirm(one).reply is Reply.REVOKED, "the revocation stands")
        need(provider.confirm(other).reply is Reply.STANDING, "and no other one")
        for _ in range(2):
            need(provider.release(one).reply is Reply.RELEASED, "it is released, however often that is asked")
        need(provider.confirm(one).reply is Reply.STANDING, "nothing is revoked any more")

    def test_a_call_that_was_never_made_is_not_found(self) -> None:
        """Never a false yes."""
        provider = looks_up(self.provider())
        if provider is None:
            return
        people = tuple((reader.delivery, reader.address) for reader in sample_batch().recipients)
        trace = Trace("4f2a9c1e", 999, 1, people, datetime(2020, 12, 16, 14, tzinfo=UTC))
        found = provider.look_up(trace)
        need(found.reply in {Reply.ABSENT, Reply.UNAVAILABLE}, "what was never sent is not found")
        need("@" not in found.detail, "no address is told")

    def test_no_secret_is_shown(self) -> None:
        """Not in its text form, nor in that of what it makes."""
        provider = self.provider()
        shown = f"{provider!r} {provider!s} {vars(provider)!r}"
        need(not any(secret in shown for secret in self.secrets), "a provider does not show its secrets")

    def test_it_closes(self) -> None:
        """Twice, too."""
        provider = self.provider()
        provider.close()
        provider.close()

    def _hand_over(self, batch: OutboundBatch) -> None:
        provider = self.provider()
        receipt = provider.submit(provider.encode(batch))
        need(bool(receipt.reference), "a receipt names what was taken")

    def _need_letters(self, batch: OutboundBatch) -> None:
        found = sorted(self.letters(), key=lambda letter: letter.address)
        meant = sorted(
            (_meant(batch.message, reader) for reader in batch.recipients), key=lambda m: m.address
        )
        need([one.address for one in found] == [one.address for one in meant], "everybody, once")
        for one, other in zip(found, meant, strict=True):
            need(_plain(one) == _plain(other), f"\n{one}\nis not\n{other}")


def _meant(message: OutboundMessage, reader: Recipient) -> Letter:
    return Letter(
        reader.address,
        message.sender_name,
        fill(message.subject, reader.values),
        fill(message.text, reader.values),
        fill(message.html, reader.values),
        {**message.headers, **reader.headers},
    )


def _plain(letter: Letter) -> tuple[object, ...]:
    """A letter for comparing: header names in lower case, one kind of line end, no line end at the end."""
    texts = [
        part.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") for part in (letter.text, letter.html)
    ]
    headers = {name.lower(): value for name, value in letter.headers.items()}
    return letter.address, letter.sender_name, letter.subject, texts, headers
