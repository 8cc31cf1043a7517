"""In: requests to /v3 other than mail send. Out: the service's answers: scopes, verified senders, webhook settings and key;
what the api_ modules answer beside.

Called by exchange.py, which finds its route here. Shapes: the official documents tsg_scopes, tsg_verified_senders and tsg_webhooks (v3).
"""

import re
from typing import Any

from newsletter.emulator import api_logs, api_scheduled, api_stats, api_suppressions
from newsletter.emulator.account import WEBHOOK_ID
from newsletter.emulator.answers import BARE, Answer, Complaint, as_json, refusal, say
from newsletter.emulator.history import SEND
from newsletter.emulator.http1 import Head
from newsletter.emulator.options import is_loopback
from newsletter.emulator.posting import sample_events
from newsletter.emulator.routes import Route, number, read_object
from newsletter.emulator.world import World

READ, UPDATE = "user.webhooks.event.settings.read", "user.webhooks.event.settings.update"
EVENTS = (
    *(
        "processed",
        "dropped",
        "deferred",
        "delivered",
        "bounce",
        "open",
        "click",
        "spam_report",
        "unsubscribe",
    ),
    *("group_unsubscribe", "group_resubscribe", "account_status_change"),
)


def answer(world: World, head: Head, body: bytes) -> Answer:
    """Find the route, check key and scope, answer. 404 for an unknown path, 405 for a wrong method."""
    known = [
        (method, match, scope, handle)
        for method, path, scope, handle in ROUTES
        if (match := path.fullmatch(head.path))
    ]
    if head.path == SEND or (known and head.method not in [method for method, *_ in known]):
        return say(405, "method not allowed")
    for method, match, scope, handle in known:
        if method == head.method:
            found = (match.groupdict().get("id") or "").strip("/")
            return world.account.objection(head, scope) or handle(world, head, body, found)
    return world.account.objection(head, None) or say(404, "not found")


def _scopes(world: World, _: Head, __: bytes, ___: str) -> Answer:
    return as_json(200, {"scopes": list(world.account.scopes)})


def _senders(world: World, head: Head, _: bytes, __: str) -> Answer:
    addresses = [sender for sender in world.account.senders if not sender.startswith("@")]
    results = [_sender(place, address) for place, address in enumerate(addresses, 1)]
    wanted, after = number(head, "id"), number(head, "lastSeenID")
    if wanted is not None:
        results = [each for each in results if each["id"] == wanted]
    if after is not None:
        results = [each for each in results if each["id"] > after]
    return as_json(200, {"results": results[: number(head, "limit")]})


def _sender(place: int, address: str) -> dict[str, Any]:
    empty = dict.fromkeys(("address", "address2", "state", "city", "country", "zip"), "")
    named = {
        "nickname": address,
        "from_email": address,
        "from_name": "",
        "reply_to": address,
        "reply_to_name": "",
    }
    return {"id": place, **named, **empty, "verified": True, "locked": False}


def _webhook(world: World) -> dict[str, Any]:
    webhook = world.account.webhook
    signed = {"public_key": world.signer.public_key()} if webhook.signed else {}
    return {
        "enabled": webhook.enabled,
        "url": webhook.url,
        **dict.fromkeys(EVENTS, True),
        "oauth_client_id": "",
        "oauth_token_url": "",
        "friendly_name": "emulator",
        "id": WEBHOOK_ID,
        **signed,
    }


def _all_webhooks(world: World, _: Head, __: bytes, ___: str) -> Answer:
    return as_json(
        200, {"max_allowed": 1, "webhooks": [_webhook(world)] if world.account.webhook.url else []}
    )


def _missing(world: World, found: str) -> Answer | None:
    if found not in ("", WEBHOOK_ID) or not world.account.webhook.url:
        return as_json(404, {"errors": [{"message": "Invalid id provided."}]})
    return None


def _one_webhook(world: World, _: Head, __: bytes, found: str) -> Answer:
    return _missing(world, found) or as_json(200, _webhook(world))


def _set_webhook(world: World, _: Head, body: bytes, found: str) -> Answer:
    wanted = read_object(body)
    if wanted is None:
        return refusal(400, BARE)
    url, enabled = (
        wanted.get("url", world.account.webhook.url),
        wanted.get("enabled", world.account.webhook.enabled),
    )
    if not isinstance(enabled, bool):
        return refusal(400, Complaint("must be a boolean", "enabled"))
    if not isinstance(url, str) or not is_loopback(url):
        return refusal(400, Complaint("the emulator posts to http addresses on this machine only", "url"))
    world.account.webhook.url, world.account.webhook.enabled = url, enabled
    world.plan_events()
    return _missing(world, found) or as_json(200, _webhook(world))


def _key(world: World, _: Head, __: bytes, found: str) -> Answer:
    return _missing(world, found) or _shown_key(world, found)


def _shown_key(world: World, found: str) -> Answer:
    key = world.signer.public_key() if world.account.webhook.signed else ""
    return as_json(200, {"id": found, "public_key": key})


def _toggle_key(world: World, _: Head, body: bytes, found: str) -> Answer:
    wanted = read_object(body)
    if wanted is None or not isinstance(wanted.get("enabled"), bool):
        return refusal(400, Complaint("must be a boolean", "enabled"))
    if gone := _missing(world, found):
        return gone
    webhook = world.account.webhook
    if webhook.signed and not wanted["enabled"]:
        # Disabling deletes the key: enabling again makes another one.
        world.signer.rotate()
    webhook.signed = wanted["enabled"]
    return _shown_key(world, found)


def _test(world: World, _: Head, body: bytes, __: str) -> Answer:
    wanted = read_object(body)
    url = wanted.get("url") if wanted else None
    if not isinstance(url, str) or not is_loopback(url):
        return refusal(400, Complaint("the emulator posts to http addresses on this machine only", "url"))
    world.posting.post_once(url, sample_events(world.clock.now()))
    return Answer(204)


_SETTINGS = r"/v3/user/webhooks/event/settings"
ROUTES: list[Route] = [
    ("GET", re.compile(r"/v3/scopes"), None, _scopes),
    ("GET", re.compile(r"/v3/verified_senders"), "sender_verification_eligible", _senders),
    ("GET", re.compile(rf"{_SETTINGS}/all"), READ, _all_webhooks),
    ("GET", re.compile(rf"{_SETTINGS}/signed(?P<id>/[^/]*)?"), READ, _key),
    ("PATCH", re.compile(rf"{_SETTINGS}/signed(?P<id>/[^/]*)?"), UPDATE, _toggle_key),
    ("GET", re.compile(rf"{_SETTINGS}(?P<id>/(?!all|signed)[^/]*)?"), READ, _one_webhook),
    ("PATCH", re.compile(rf"{_SETTINGS}(?P<id>/(?!all|signed)[^/]*)?"), UPDATE, _set_webhook),
    ("POST", re.compile(r"/v3/user/webhooks/event/test"), "user.webhooks.event.test.create", _test),
    *api_scheduled.ROUTES,
    *api_logs.ROUTES,
    *api_suppressions.ROUTES,
    *api_stats.ROUTES,
]
