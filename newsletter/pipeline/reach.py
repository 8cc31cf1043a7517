"""Whether the public address leads here: what readers' links, one-click unsubscribes and the provider's hooks depend on.

In: the base URL, the instance's id. Out: an Examination. Called by pipeline.doctor.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from newsletter.model import network
from newsletter.model.examination import Examination, Health
from newsletter.providers.http import Answer, Broken, exchange, is_loopback, pooled
from newsletter.providers.rules import is_reserved

NAME = "web-address"
PROBE = "/.well-known/newsletter"


def examine_address(base_url: str, instance: str, *, official: bool) -> Examination:
    """Public and https where real people get mail; and our own probe answers there, with this instance's id."""
    if official and (fault := _not_public(base_url)):
        return Examination(
            NAME,
            Health.ERROR,
            f"{base_url} {fault}: readers could not open links or unsubscribe.",
            "Set web.base_url to the public https address under which `newsletter serve` is reached.",
        )
    fault, hint = _probe(base_url, instance)
    if not fault:
        return Examination(NAME, Health.OK, f"{base_url} leads to this database.")
    return Examination(NAME, Health.ERROR if official else Health.WARNING, f"{base_url} {fault}.", hint)


def _not_public(base_url: str) -> str:
    """Why an address cannot be public; "" when it can."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    if parts.scheme != "https":
        return "is not https"
    public = not network.host_fault(host) and not is_reserved(f"@{host}")
    return "" if public and not is_loopback(base_url) else "is not a public address"


def _probe(base_url: str, instance: str) -> tuple[str, str]:
    """What is wrong with the answer of our own probe, and what to do; two empty texts when it is ours."""
    answer = _asked(base_url)
    if isinstance(answer, str):
        return (
            f"cannot be reached ({answer})",
            "Start `newsletter serve`, and look at DNS, TLS and the reverse proxy.",
        )
    if answer.status != 200:
        return (
            f"answers {answer.status} to {PROBE}",
            "Let the reverse proxy pass every path on, without redirects.",
        )
    found = _instance(answer.body)
    if found == instance:
        return "", ""
    if found:
        return f"leads to another database ({found})", "Point it at this one, or correct web.base_url."
    return "is answered by another program", "Let the reverse proxy pass every path to `newsletter serve`."


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
