"""Whether SendGrid's account is ready for a real mailing.

In: the SDK's client, the circumstances. Out: Examinations. Called by provider.py for `newsletter doctor`.

Only GET, and where the key may not read the senders one Mail Send in sandbox mode, which SendGrid judges and does not send. A
restricted key (Mail Send alone) is good practice, so what it may not read is skipped, not wrong.
https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from newsletter.model.errors import Explained
from newsletter.model.examination import Circumstances, Examination, Health
from newsletter.model.outbound import OutboundBatch, OutboundMessage, Recipient
from newsletter.providers.http import Answer, Broken
from newsletter.providers.sendgrid.client import PooledClient
from newsletter.providers.sendgrid.send import encode
from newsletter.providers.sendgrid.webhook import examine_webhook

SKEW_WARNING, SKEW_ERROR = 60.0, 600.0  #: seconds

Asked = Answer | None


def examine(
    client: PooledClient, circumstances: Circumstances, webhook_keys: Sequence[str], *, official: bool
) -> list[Examination]:
    """All that can be learnt; when SendGrid cannot be reached or knows the key not, that alone."""
    scopes = ask(client.scopes)
    access = _access(scopes)
    if scopes is None or scopes.status != 200:
        return [access]
    sender = _sender(client, circumstances.sender, official=official)
    webhook = examine_webhook(client, circumstances.hook_url, webhook_keys, official=official)
    return [access, sender, *webhook, _clock(scopes, circumstances)]


def ask(path: PooledClient, **query: str) -> Asked:
    """The answer of a GET; None when there was none."""
    try:
        answer: Answer = path.get(query_params=query or None)
    except Broken:
        return None
    return answer


def rows(answer: Asked, *names: str) -> Iterator[dict[str, Any]]:
    """The objects of a list that is the answer itself, or stands in it under one of the names."""
    if answer is None or answer.status != 200:
        return
    try:
        found = msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    if isinstance(found, dict):
        found = next((found[name] for name in names if name in found), [])
    yield from (row for row in found if isinstance(row, dict)) if isinstance(found, list) else ()


def _access(answer: Asked) -> Examination:
    if answer is None:
        return Examination(
            "access",
            Health.ERROR,
            "SendGrid does not answer.",
            "Look at sendgrid.base_url and at the network.",
        )
    if answer.status == 401:
        return Examination(
            "access",
            Health.ERROR,
            "SendGrid does not know the API key (401).",
            "Make a new key with Mail Send at SendGrid, Settings, API Keys, and set SENDGRID_API_KEY.",
        )
    if answer.status != 200:
        return Examination(
            "access", Health.ERROR, f"SendGrid answers {answer.status} to GET /v3/scopes.", "Try again later."
        )
    return _scopes(answer)


def _scopes(answer: Answer) -> Examination:
    try:
        scopes = msgspec.json.decode(answer.body, type=dict[str, list[str]]).get("scopes", [])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        scopes = []
    if "mail.send" in scopes:
        return Examination("access", Health.OK, "The API key may send mail.")
    return Examination(
        "access",
        Health.ERROR,
        "The API key may not send mail: it lacks the scope mail.send.",
        "Give the key Mail Send at SendGrid, Settings, API Keys.",
    )


def _sender(client: PooledClient, sender: str, *, official: bool) -> Examination:
    """A verified sender, or an authenticated domain; else what a request in sandbox mode says."""
    domain = sender.rpartition("@")[2].lower()
    senders = ask(client.verified_senders, limit="500")
    domains = ask(client.whitelabel.domains, limit="500")
    if any(row.get("domain") == domain and row.get("valid") for row in rows(domains, "result")):
        return Examination("sender", Health.OK, f"The domain {domain} is authenticated.")
    verified = [r for r in rows(senders, "results") if str(r.get("from_email")).lower() == sender.lower()]
    if any(row.get("verified") for row in verified):
        return Examination(
            "sender",
            Health.WARNING,
            f"{sender} is verified, but its domain {domain} is not authenticated.",
            "Gmail and Yahoo want SPF, DKIM and DMARC of your own: authenticate the domain at SendGrid.",
        )
    if all(answer is not None and answer.status == 200 for answer in (senders, domains)):
        return _unverified(sender, f"{sender} is neither a verified sender nor on an authenticated domain.")
    return _rehearsed(client, sender, official=official)


def _unverified(sender: str, sentence: str) -> Examination:
    domain = sender.rpartition("@")[2]
    return Examination(
        "sender",
        Health.ERROR,
        sentence,
        f"Authenticate the domain {domain} at SendGrid, Settings, Sender Authentication.",
    )


def _rehearsed(client: PooledClient, sender: str, *, official: bool) -> Examination:
    message = OutboundMessage("", sender, "", ("newsletter doctor",), ("-",), ("<p>-</p>",), (), {}, "")
    batch = OutboundBatch("doctor", 0, 0, message, (Recipient(0, sender, (), {}),))
    try:
        parcel = encode(batch, official=official, sandbox=True)
        answer: Answer = client.mail.send.post(request_body=parcel.body)
    except Broken:
        return Examination("sender", Health.WARNING, "SendGrid did not answer.", "Try again later.")
    except Explained as error:
        return _unverified(sender, f"No mail can be sent from {sender}: {error.message}.")
    if answer.status == 403:
        return _unverified(sender, f"SendGrid refuses mail from {sender} (403).")
    if answer.status != 200:
        return Examination(
            "sender", Health.WARNING, f"SendGrid answered {answer.status} to a rehearsal.", "Try again later."
        )
    return Examination(
        "sender",
        Health.OK,
        f"SendGrid took a rehearsal from {sender}; the key may not read the verified senders.",
    )


def _clock(answer: Answer, circumstances: Circumstances) -> Examination:
    """This machine's clock against the Date of SendGrid's answer, which is true to the second."""
    if circumstances.now is None:
        return Examination("clock", Health.SKIPPED, "The program's clock was set by hand.")
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        skew = (circumstances.now - theirs).total_seconds()
    except (TypeError, ValueError):
        return Examination("clock", Health.SKIPPED, "SendGrid's answer bore no date.")
    if abs(skew) <= SKEW_WARNING:
        return Examination("clock", Health.OK, "This machine's clock agrees with SendGrid's.")
    state = Health.ERROR if abs(skew) > SKEW_ERROR else Health.WARNING
    way = "ahead of" if skew > 0 else "behind"
    return Examination(
        "clock",
        state,
        f"This machine's clock is {abs(skew):.0f} s {way} SendGrid's.",
        "Set the clock (for instance by NTP): mailings would leave at the wrong time.",
    )
