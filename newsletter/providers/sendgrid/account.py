"""Whether SendGrid's account is ready for a real mailing.

In: the SDK's client, the circumstances. Out: Examinations. Called by provider.py for `newsletter doctor`.

Only questions, and where the key may not read the senders one Mail Send in sandbox mode, which SendGrid judges and does not send. A
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
from newsletter.model.said import Said
from newsletter.providers.answer import Answer, Broken
from newsletter.providers.sendgrid.abilities import examine_abilities
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
    return [access, sender, *webhook, *examine_abilities(client, scopes), _clock(scopes, circumstances)]


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
            Said("SendGrid does not answer.", "SendGrid ne répond pas."),
            Said("Look at sendgrid.base_url and at the network.", "Regardez sendgrid.base_url et le réseau."),
        )
    if answer.status == 401:
        return Examination(
            "access",
            Health.ERROR,
            Said("SendGrid does not know the API key (401).", "SendGrid ne connaît pas la clé d’API (401)."),
            Said(
                "Make a new key with Mail Send at SendGrid, Settings, API Keys, and set SENDGRID_API_KEY.",
                "Créez une nouvelle clé avec Mail Send chez SendGrid (Settings, API Keys), puis définissez SENDGRID_API_KEY.",
            ),
        )
    if answer.status != 200:
        return Examination(
            "access",
            Health.ERROR,
            Said(
                f"SendGrid answers {answer.status} to GET /v3/scopes.",
                f"SendGrid répond {answer.status} à GET /v3/scopes.",
            ),
            Said("Try again later.", "Réessayez plus tard."),
        )
    return _scopes(answer)


def _scopes(answer: Answer) -> Examination:
    try:
        scopes = msgspec.json.decode(answer.body, type=dict[str, list[str]]).get("scopes", [])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        scopes = []
    if "mail.send" in scopes:
        return Examination(
            "access",
            Health.OK,
            Said("The API key may send mail.", "La clé d’API peut envoyer des courriels."),
        )
    return Examination(
        "access",
        Health.ERROR,
        Said(
            "The API key may not send mail: it lacks the scope mail.send.",
            "La clé d’API ne peut pas envoyer de courriels\u00a0: il lui manque la portée mail.send.",
        ),
        Said(
            "Give the key Mail Send at SendGrid, Settings, API Keys.",
            "Donnez Mail Send à la clé chez SendGrid (Settings, API Keys).",
        ),
    )


def _sender(client: PooledClient, sender: str, *, official: bool) -> Examination:
    """A verified sender, or an authenticated domain; else what a request in sandbox mode says."""
    domain = sender.rpartition("@")[2].lower()
    senders = ask(client.verified_senders, limit="500")
    domains = ask(client.whitelabel.domains, limit="500")
    if any(row.get("domain") == domain and row.get("valid") for row in rows(domains, "result")):
        return Examination(
            "sender",
            Health.OK,
            Said(f"The domain {domain} is authenticated.", f"Le domaine {domain} est authentifié."),
        )
    verified = [r for r in rows(senders, "results") if str(r.get("from_email")).lower() == sender.lower()]
    if any(row.get("verified") for row in verified):
        return Examination(
            "sender",
            Health.WARNING,
            Said(
                f"{sender} is verified, but its domain {domain} is not authenticated.",
                f"{sender} est vérifié, mais son domaine {domain} n’est pas authentifié.",
            ),
            Said(
                "Gmail and Yahoo want SPF, DKIM and DMARC of your own: authenticate the domain at SendGrid.",
                "Gmail et Yahoo veulent vos propres SPF, DKIM et DMARC\u00a0: authentifiez le domaine chez SendGrid.",
            ),
        )
    if all(answer is not None and answer.status == 200 for answer in (senders, domains)):
        return _unverified(
            sender,
            Said(
                f"{sender} is neither a verified sender nor on an authenticated domain.",
                f"{sender} n’est ni un expéditeur vérifié ni d’un domaine authentifié.",
            ),
        )
    return _rehearsed(client, sender, official=official)


def _unverified(sender: str, sentence: Said) -> Examination:
    domain = sender.rpartition("@")[2]
    return Examination(
        "sender",
        Health.ERROR,
        sentence,
        Said(
            f"Authenticate the domain {domain} at SendGrid, Settings, Sender Authentication.",
            f"Authentifiez le domaine {domain} chez SendGrid (Settings, Sender Authentication).",
        ),
    )


def _rehearsed(client: PooledClient, sender: str, *, official: bool) -> Examination:
    message = OutboundMessage("", sender, "", ("newsletter doctor",), ("-",), ("<p>-</p>",), (), {}, "")
    batch = OutboundBatch("doctor", 0, 0, message, (Recipient(0, sender, (), {}),))
    try:
        parcel = encode(batch, official=official, sandbox=True)
        answer: Answer = client.mail.send.post(request_body=parcel.body)
    except Broken:
        return Examination(
            "sender",
            Health.WARNING,
            Said("SendGrid did not answer.", "SendGrid n’a pas répondu."),
            Said("Try again later.", "Réessayez plus tard."),
        )
    except Explained as error:
        return _unverified(
            sender,
            Said(
                f"No mail can be sent from {sender}: {error.message}.",
                f"Aucun courriel ne peut partir de {sender}\u00a0: {error.told('fr')[0]}.",
            ),
        )
    if answer.status == 403:
        return _unverified(
            sender,
            Said(
                f"SendGrid refuses mail from {sender} (403).",
                f"SendGrid refuse les courriels de {sender} (403).",
            ),
        )
    if answer.status != 200:
        return Examination(
            "sender",
            Health.WARNING,
            Said(
                f"SendGrid answered {answer.status} to a rehearsal.",
                f"SendGrid a répondu {answer.status} à une répétition.",
            ),
            Said("Try again later.", "Réessayez plus tard."),
        )
    return Examination(
        "sender",
        Health.OK,
        Said(
            f"SendGrid took a rehearsal from {sender}; the key may not read the verified senders.",
            f"SendGrid a pris une répétition de {sender}; la clé ne peut pas lire les expéditeurs vérifiés.",
        ),
    )


def _clock(answer: Answer, circumstances: Circumstances) -> Examination:
    """This machine's clock against the Date of SendGrid's answer, which is true to the second."""
    if circumstances.now is None:
        return Examination(
            "clock",
            Health.SKIPPED,
            Said("The program's clock was set by hand.", "L’horloge du programme a été réglée à la main."),
        )
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        skew = (circumstances.now - theirs).total_seconds()
    except (TypeError, ValueError):
        return Examination(
            "clock",
            Health.SKIPPED,
            Said("SendGrid's answer bore no date.", "La réponse de SendGrid ne portait pas de date."),
        )
    if abs(skew) <= SKEW_WARNING:
        return Examination(
            "clock",
            Health.OK,
            Said(
                "This machine's clock agrees with SendGrid's.",
                "L’horloge de cet ordinateur concorde avec celle de SendGrid.",
            ),
        )
    state = Health.ERROR if abs(skew) > SKEW_ERROR else Health.WARNING
    way = Said("ahead of", "avance") if skew > 0 else Said("behind", "retard")
    return Examination(
        "clock",
        state,
        Said(
            f"This machine's clock is {abs(skew):.0f} s {way.en} SendGrid's.",
            f"L’horloge de cet ordinateur est en {way.fr} de {abs(skew):.0f}\u00a0s sur celle de SendGrid.",
        ),
        Said(
            "Set the clock (for instance by NTP): mailings would leave at the wrong time.",
            "Réglez l’horloge (par exemple par NTP)\u00a0: les envois partiraient à la mauvaise heure.",
        ),
    )
