"""What the key may do for settling what is in doubt: read the Email Logs, make requests that can be revoked.

In: the SDK's client, the answer of GET /v3/scopes. Out: Examinations, never errors: a key with Mail Send alone is good practice. Called
by account.py.
"""

from __future__ import annotations

from newsletter.model.examination import Examination, Health
from newsletter.model.said import Said
from newsletter.providers.answer import Answer
from newsletter.providers.sendgrid.asking import ask, content
from newsletter.providers.sendgrid.client import PooledClient
from newsletter.providers.sendgrid.revoking import SCOPES


def examine_abilities(client: PooledClient, scopes: Answer) -> list[Examination]:
    """`look-up` and `revocable`: OK, or SKIPPED with what the key lacks."""
    return [_look_up(client), _revocable(scopes)]


def _look_up(client: PooledClient) -> Examination:
    """No page names the scope of the Email Logs, so they are asked for one message."""
    answer = ask(client.logs, "post", {"limit": 1})
    if answer is not None and answer.status == 200:
        found = Said(
            "The key may read SendGrid's Email Logs: what is in doubt is looked up there.",
            "La clé peut lire les Email Logs de SendGrid\u00a0: ce qui n’est pas confirmé y est recherché.",
        )
        return Examination("look-up", Health.OK, found)
    status = answer.status if answer is not None else "–"
    return Examination(
        "look-up",
        Health.SKIPPED,
        Said(
            f"The key may not read SendGrid's Email Logs ({status}): what is in doubt waits for events alone.",
            f"La clé ne peut pas lire les Email Logs de SendGrid ({status})\u00a0: ce qui n’est pas confirmé n’attend que des événements.",
        ),
    )


def _revocable(scopes: Answer) -> Examination:
    found = content(scopes)
    known = found.get("scopes") if isinstance(found, dict) else None
    missing = [scope for scope in SCOPES if scope not in (known if isinstance(known, list) else [])]
    if not missing:
        told = Said(
            "The key may make requests that can be revoked.", "La clé peut faire des demandes révocables."
        )
        return Examination("revocable", Health.OK, told)
    return Examination(
        "revocable",
        Health.SKIPPED,
        Said(
            f"The key may not make requests that can be revoked: it lacks {', '.join(missing)}.",
            f"La clé ne peut pas faire de demandes révocables\u00a0: il lui manque {', '.join(missing)}.",
        ),
    )
