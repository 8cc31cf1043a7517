"""Whether SendGrid's signed events will arrive, and be believed.

In: the SDK's client, where hooks should arrive, the configured keys. Out: Examinations. Called by account.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from newsletter.model.examination import Examination, Health
from newsletter.model.said import Said
from newsletter.providers.answer import Answer, Broken
from newsletter.providers.sendgrid.client import PooledClient

#: what settling and the report live on (names of the settings)
NEEDED = ("processed", "delivered", "deferred", "bounce", "dropped", "spam_report")

_NAME = "webhook"


def examine_webhook(
    client: PooledClient, hook_url: str, keys: Sequence[str], *, official: bool
) -> list[Examination]:
    """The configured key, and the webhook of the account that posts to us."""
    if not keys:
        state = Health.ERROR if official else Health.WARNING
        sentence = Said(
            "No key for SendGrid's events is set: they would all be refused.",
            "Aucune clé n’est définie pour les événements de SendGrid\u00a0: ils seraient tous refusés.",
        )
        hint = Said(
            "Switch on the signed event webhook at SendGrid, and set sendgrid.webhook_public_key to its key.",
            "Activez le webhook d’événements signé chez SendGrid, et donnez sa clé à sendgrid.webhook_public_key.",
        )
        return [Examination(_NAME, state, sentence, hint)]
    webhooks = _get(client.user.webhooks.event.settings.all)
    if webhooks is None:
        sentence = Said(
            f"{len(keys)} key(s) for events are set; with this API key the account's webhooks could not be read.",
            f"{len(keys)} clé(s) sont définies pour les événements; avec cette clé d’API, les webhooks du compte n’ont pu être lus.",
        )
        return [
            Examination(
                _NAME,
                Health.SKIPPED,
                sentence,
                Said(
                    "Compare the key with SendGrid's by eye.", "Comparez la clé à celle de SendGrid à l’œil."
                ),
            )
        ]
    listed = webhooks.get("webhooks") if isinstance(webhooks, dict) else webhooks
    found = [hook for hook in listed if isinstance(hook, dict)] if isinstance(listed, list) else []
    return [_compare(client, found, hook_url, keys)]


def _compare(
    client: PooledClient, webhooks: Sequence[dict[str, Any]], hook_url: str, keys: Sequence[str]
) -> Examination:
    ours = next((hook for hook in webhooks if hook.get("url") == hook_url and hook.get("enabled")), None)
    if ours is None:
        return Examination(
            _NAME,
            Health.ERROR,
            Said(
                f"No webhook of the account posts to {hook_url}.",
                f"Aucun webhook du compte n’écrit à {hook_url}.",
            ),
            Said(
                "Add it at SendGrid, Settings, Mail Settings, Event Webhooks; without events nothing can be settled.",
                "Ajoutez-le chez SendGrid (Settings, Mail Settings, Event Webhooks); sans événements, rien ne peut être réglé.",
            ),
        )
    public = ours.get("public_key") or _signed_key(client, str(ours.get("id") or ""))
    if not public:
        return Examination(
            _NAME,
            Health.ERROR,
            Said(
                "The webhook of the account is not signed: its events would be refused.",
                "Le webhook du compte n’est pas signé\u00a0: ses événements seraient refusés.",
            ),
            Said(
                "Switch on Signed Event Webhook at SendGrid, and set sendgrid.webhook_public_key to its key.",
                "Activez Signed Event Webhook chez SendGrid, et donnez sa clé à sendgrid.webhook_public_key.",
            ),
        )
    if public not in keys:
        return Examination(
            _NAME,
            Health.ERROR,
            Said(
                "SendGrid signs its events with another key than the one that is set.",
                "SendGrid signe ses événements avec une autre clé que celle qui est définie.",
            ),
            Said(
                "Copy the verification key from SendGrid into sendgrid.webhook_public_key.",
                "Copiez la clé de vérification de SendGrid dans sendgrid.webhook_public_key.",
            ),
        )
    return _events(ours)


def _events(webhook: dict[str, Any]) -> Examination:
    missing = [name for name in NEEDED if webhook.get(name) is False]
    if missing:
        return Examination(
            _NAME,
            Health.WARNING,
            Said(
                f"The webhook leaves out: {', '.join(missing)}.",
                f"Le webhook omet\u00a0: {', '.join(missing)}.",
            ),
            Said(
                "Switch these events on at SendGrid: without them a mailing in doubt stays in doubt.",
                "Activez ces événements chez SendGrid\u00a0: sans eux, un envoi non confirmé le reste.",
            ),
        )
    return Examination(
        _NAME,
        Health.OK,
        Said(
            "SendGrid's events come here, signed with the key that is set.",
            "Les événements de SendGrid arrivent ici, signés avec la clé définie.",
        ),
    )


def _signed_key(client: PooledClient, identity: str) -> str:
    signed = client.user.webhooks.event.settings.signed
    found = _get(signed._(identity) if identity else signed)
    return str(found.get("public_key") or "") if isinstance(found, dict) else ""


def _get(path: PooledClient) -> Any:
    """The JSON of a GET; None when it was not given."""
    try:
        answer: Answer = path.get()
        return msgspec.json.decode(answer.body) if answer.status == 200 else None
    except (Broken, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
