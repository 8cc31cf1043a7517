"""SendGrid as a provider: the parts of this folder behind the contract.

In: settings as values. Out: a Provider. Called by providers.registry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from newsletter.model.errors import ProviderError
from newsletter.model.event import Event, HookRequest
from newsletter.model.examination import Circumstances, Examination
from newsletter.model.inquiry import Answered, Trace
from newsletter.model.outbound import Capabilities, OutboundBatch, OutboundMessage, Parcel, Receipt, Recipient
from newsletter.providers.answer import Answer, Broken
from newsletter.providers.http import is_loopback, pooled
from newsletter.providers.sendgrid import account, events, limits, logs, revoking, send
from newsletter.providers.sendgrid.client import sendgrid_client
from newsletter.providers.sendgrid.outcome import judge, judge_broken
from newsletter.providers.sendgrid.signature import require_signed

if TYPE_CHECKING:
    import httpx
    from sendgrid import SendGridAPIClient


class Secretive(Protocol):
    """A value that does not show itself."""

    def reveal(self) -> str:
        """The value."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """What SendGrid is asked with. `webhook_keys` in base64; `max_weight`: bytes of substitutions in one request (0: no limit).

    `sandbox`: requests are judged and nothing is sent; a yes is then 200.
    """

    key: Secretive = field(repr=False)
    base_url: str = "https://api.sendgrid.com"
    webhook_keys: tuple[str, ...] = ()
    max_weight: int = 0
    sandbox: bool = False


class SendGrid:
    """Twilio SendGrid, Mail Send v3 and the signed Event Webhook."""

    name = "sendgrid"

    def __init__(self, access: Access, http: httpx.Client | None = None) -> None:
        self._access = access
        self._http = http or pooled(access.base_url)
        self._keys = events.read_keys(access.webhook_keys)
        self.capabilities = Capabilities(
            max_recipients=limits.MAX_RECIPIENTS,
            max_weight=access.max_weight,
            official=not is_loopback(access.base_url),
            events=True,
            look_up=True,
            revoke=True,
        )

    def __repr__(self) -> str:
        return f"SendGrid({self._access.base_url})"

    def _client(self) -> SendGridAPIClient:
        return sendgrid_client(self._access.key.reveal(), self._access.base_url, self._http)

    def encode(self, batch: OutboundBatch) -> Parcel:
        """As the contract says. A missing key is found here, before anything is written down as under way."""
        self._client()
        return send.encode(
            batch,
            official=self.capabilities.official,
            max_weight=self._access.max_weight,
            sandbox=self._access.sandbox,
        )

    def weigh(self, message: OutboundMessage, recipient: Recipient) -> int:
        """Bytes of substitutions, in UTF-8."""
        return limits.weigh(message, recipient)

    def submit(self, parcel: Parcel) -> Receipt:
        """As the contract says: one POST."""
        outcome = self._post(parcel.body)
        if isinstance(outcome, ProviderError):
            raise outcome  # outside the handler: nothing of the exchange, whose frames hold the key, hangs on it
        return judge(outcome, members=parcel.members, sandbox=self._access.sandbox)

    def _post(self, body: bytes) -> Answer | ProviderError:
        try:
            answer: Answer = self._client().client.mail.send.post(request_body=body)
        except Broken as broken:
            return judge_broken(broken)
        return answer

    def look_up(self, trace: Trace) -> Answered:
        """Email Logs, of a few people."""
        return logs.look_up(self._client().client, trace)

    def reserve(self) -> str:
        """A batch id of SendGrid's, for one request."""
        return revoking.reserve(self._client().client)

    def revoke(self, handle: str) -> Answered:
        """Cancel the scheduled send."""
        return revoking.revoke(self._client().client, handle)

    def confirm(self, handle: str) -> Answered:
        """Whether it is still cancelled."""
        return revoking.confirm(self._client().client, handle)

    def release(self, handle: str) -> Answered:
        """Forget the cancellation."""
        return revoking.release(self._client().client, handle)

    def verify(self, request: HookRequest) -> None:
        """The signature over the raw bytes; nothing of the body is read."""
        require_signed(request, self._keys)

    def read_events(self, request: HookRequest) -> Sequence[Event]:
        """As the contract says: signature over the raw bytes first, then JSON."""
        return events.read(request, self._keys)

    def examine(self, circumstances: Circumstances) -> Sequence[Examination]:
        """Key, scopes, sender, webhook, clock."""
        official = self.capabilities.official
        return account.examine(
            self._client().client, circumstances, self._access.webhook_keys, official=official
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
