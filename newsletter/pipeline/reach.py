"""Whether the public address leads here: what readers' links, one-click unsubscribes and the provider's hooks depend on.

In: the base URL, the instance's id. Out: an Examination. Called by pipeline.doctor.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from newsletter.model import network
from newsletter.model.examination import Examination, Health
from newsletter.model.said import NOTHING, Said
from newsletter.providers.answer import Answer, Broken
from newsletter.providers.http import exchange, is_loopback, pooled
from newsletter.providers.rules import is_reserved

NAME = "web-address"
PROBE = "/.well-known/newsletter"


def examine_address(base_url: str, instance: str, *, official: bool) -> Examination:
    """Public and https where real people get mail; and our own probe answers there, with this instance's id."""
    if official and (fault := _not_public(base_url)):
        return Examination(
            NAME,
            Health.ERROR,
            Said(
                f"{base_url} {fault.en}: readers could not open links or unsubscribe.",
                f"{base_url} {fault.fr}\u00a0: les lecteurs ne pourraient ni ouvrir de liens ni se désabonner.",
            ),
            Said(
                "Set web.base_url to the public https address under which `newsletter serve` is reached.",
                "Donnez à web.base_url l’adresse publique https sous laquelle `newsletter serve` est joint.",
            ),
        )
    fault, hint = _probe(base_url, instance)
    if not fault:
        return Examination(
            NAME,
            Health.OK,
            Said(f"{base_url} leads to this database.", f"{base_url} mène à cette base de données."),
        )
    return Examination(
        NAME,
        Health.ERROR if official else Health.WARNING,
        Said(f"{base_url} {fault.en}.", f"{base_url} {fault.fr}."),
        hint,
    )


def _not_public(base_url: str) -> Said:
    """Why an address cannot be public; NOTHING when it can."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    if parts.scheme != "https":
        return Said("is not https", "n’est pas en https")
    public = not network.host_fault(host) and not is_reserved(f"@{host}")
    return (
        NOTHING
        if public and not is_loopback(base_url)
        else Said("is not a public address", "n’est pas une adresse publique")
    )


def _probe(base_url: str, instance: str) -> tuple[Said, Said]:
    """What is wrong with the answer of our own probe, and what to do; nothing of both when it is ours."""
    answer = _asked(base_url)
    if isinstance(answer, str):
        return (
            Said(f"cannot be reached ({answer})", f"ne peut être joint ({answer})"),
            Said(
                "Start `newsletter serve`, and look at DNS, TLS and the reverse proxy.",
                "Lancez `newsletter serve`, et regardez le DNS, TLS et le mandataire inverse.",
            ),
        )
    if answer.status != 200:
        return (
            Said(f"answers {answer.status} to {PROBE}", f"répond {answer.status} à {PROBE}"),
            Said(
                "Let the reverse proxy pass every path on, without redirects.",
                "Laissez le mandataire inverse transmettre tous les chemins, sans redirection.",
            ),
        )
    found = _instance(answer.body)
    if found == instance:
        return NOTHING, NOTHING
    if found:
        return Said(
            f"leads to another database ({found})", f"mène à une autre base de données ({found})"
        ), Said(
            "Point it at this one, or correct web.base_url.",
            "Dirigez-le vers celle-ci, ou corrigez web.base_url.",
        )
    return Said("is answered by another program", "reçoit la réponse d’un autre programme"), Said(
        "Let the reverse proxy pass every path to `newsletter serve`.",
        "Laissez le mandataire inverse transmettre tous les chemins à `newsletter serve`.",
    )


def _asked(base_url: str) -> Answer | str:
    client = pooled(base_url)
    try:
        return exchange(client, "GET", base_url + PROBE, {"Accept": "application/json"})
    except Broken as broken:
        return broken.what
    finally:
        client.close()


def _instance(body: bytes) -> str:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("instance") or "") if isinstance(found, dict) else ""
