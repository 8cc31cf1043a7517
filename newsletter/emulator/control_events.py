"""In: orders about events and their posts. Out: events kept, posts made; flush, pause, replay, duplicate, shuffle, drop.

Called by control.py through ROUTES.
"""

import msgspec

from newsletter.emulator.answers import Answer
from newsletter.emulator.behaviour import read_behaviour
from newsletter.emulator.calls import Call, Route, WrongError, fine
from newsletter.emulator.clock import settle
from newsletter.emulator.options import is_loopback
from newsletter.emulator.posting import Manner
from newsletter.emulator.readers import Habits


async def _events(call: Call) -> Answer:
    """Events made so far, the latest last. Query: `event` (name), `email`, `limit`."""
    name, email, most = call.word("event"), call.word("email").lower(), int(call.number("limit", 20_000))
    events = call.world.events
    chosen = [
        each
        for each in events.recent
        if name in ("", each.get("event")) and email in ("", str(each.get("email", "")).lower())
    ]
    return fine({"counts": events.counts, "events": chosen[-most:] if most else []})


async def _flush(call: Call) -> Answer:
    """Post what is due, without waiting for the interval; answers when the posts have been answered."""
    world = call.world
    await world.agenda.caught_up()
    world.posting.flush()
    await settle(world.agenda, world.activity)
    return fine(
        {"posts": len(world.posting.posts), "buffered": world.posting.buffered, "held": world.posting.held}
    )


async def _pause(call: Call) -> Answer:
    """Make posts, but keep them back."""
    call.world.posting.manner.paused = True
    return fine()


async def _resume(call: Call) -> Answer:
    """Let the posts that were kept back go."""
    call.world.posting.resume()
    return fine()


async def _replay(call: Call) -> Answer:
    """Send posts once more: {"post": number?, "as_it_was": bool}. As it was: old signature and timestamp."""
    asked = call.object("post", "as_it_was")
    number = asked.get("post")
    if number is not None and not isinstance(number, int):
        raise WrongError("post should be the number of a post")
    repeated = call.world.posting.repeat(number, as_it_was=bool(asked.get("as_it_was", True)))
    await call.world.activity.quiet()
    return fine({"posts": repeated})


def _adjust(call: Call, **changes: object) -> Answer:
    """Change how posts are made from now on; what is not named stays."""
    manner = {**msgspec.to_builtins(call.world.posting.manner), **changes}
    call.world.posting.manner = msgspec.convert(manner, Manner)
    return fine(call.world.posting.manner)


async def _duplicate(call: Call) -> Answer:
    """{"posts": share, "events": share}: probabilities that a whole post, or one event, is sent twice."""
    asked = call.object("posts", "events")
    return _adjust(call, duplicate_posts=asked.get("posts", 1.0), duplicate_events=asked.get("events", 0.0))


async def _shuffle(call: Call) -> Answer:
    """{"on": bool}: mix the order of events inside posts."""
    return _adjust(call, shuffle=call.object("on").get("on", True))


async def _drop(call: Call) -> Answer:
    """{"share": probability}: posts that are never made, as in an outage longer than the service's patience."""
    return _adjust(call, drop=call.object("share").get("share", 1.0))


async def _manner(call: Call) -> Answer:
    """How posts are made: GET shows, PUT changes the fields it names (interval, signature, posters, delay, …)."""
    return _adjust(call, **(call.object(*Manner.__struct_fields__) if call.head.method == "PUT" else {}))


async def _posts(call: Call) -> Answer:
    """Posts with their attempts. Query: `bodies=1` adds the bytes as text."""
    with_body = bool(call.word("bodies"))
    posts = [
        {**post.to_json(), **({"body": post.body.decode()} if with_body else {})}
        for post in call.world.posting.posts
    ]
    return fine({"posts": posts})


async def _inject(call: Call) -> Answer:
    """Post events that are given whole: one object or a list. `account_status_change` and inventions go here."""
    given = call.json()
    given = given if isinstance(given, list) else [given]
    if not all(isinstance(each, dict) for each in given):
        raise WrongError("events should be JSON objects")
    now = call.world.clock.now()
    for place, event in enumerate(given):
        stamped = {
            "timestamp": int(now),
            "sg_event_id": f"injected-{len(call.world.events.recent)}-{place}-{int(now)}",
        }
        call.world.events.emit({**stamped, **event})
    return fine({"events": len(given)})


async def _rotate(call: Call) -> Answer:
    """Sign with a new key from now on."""
    return fine({"webhook_public_key": call.world.signer.rotate()})


async def _webhook(call: Call) -> Answer:
    """{"url", "enabled"?, "signed"?}: where events go. Loopback only."""
    asked, webhook = call.object("url", "enabled", "signed"), call.world.account.webhook
    url = asked.get("url", webhook.url)
    if not isinstance(url, str) or (url and not is_loopback(url)):
        raise WrongError("url should be an http address on this machine")
    webhook.url, webhook.enabled = url, bool(asked.get("enabled", bool(url)))
    webhook.signed = bool(asked.get("signed", webhook.signed))
    call.world.plan_events()
    return fine({"url": webhook.url, "enabled": webhook.enabled, "signed": webhook.signed})


async def _behaviour(call: Call) -> Answer:
    """What becomes of mail: GET shows, PUT takes a preset's name or a behaviour."""
    if call.head.method == "PUT":
        call.world.events.behaviour = read_behaviour(call.json())
        call.world.plan_events()
    return fine(call.world.events.behaviour)


async def _readers(call: Call) -> Answer:
    """What readers do: GET shows, PUT takes habits, `"on"` or null."""
    if call.head.method == "PUT":
        asked = call.json()
        call.world.readers.use(Habits() if asked == "on" else msgspec.convert(asked, Habits | None))
        call.world.plan_events()
    return fine(call.world.readers.habits or {})


async def _acts(call: Call) -> Answer:
    """Every request that readers made. Query: `deed`, `limit`."""
    deed, most = call.word("deed"), int(call.number("limit", 20_000))
    acts = [act for act in call.world.readers.acts if deed in ("", act.deed)]
    return fine({"counts": call.world.readers.counts, "acts": acts[-most:] if most else []})


ROUTES: tuple[Route, ...] = (
    ("GET", "/events", _events),
    ("POST", "/events", _inject),
    ("POST", "/events/flush", _flush),
    ("POST", "/events/pause", _pause),
    ("POST", "/events/resume", _resume),
    ("POST", "/events/replay", _replay),
    ("POST", "/events/duplicate", _duplicate),
    ("POST", "/events/shuffle", _shuffle),
    ("POST", "/events/drop", _drop),
    ("POST", "/events/rotate-key", _rotate),
    ("GET", "/events/posts", _posts),
    ("GET", "/events/posting", _manner),
    ("PUT", "/events/posting", _manner),
    ("PUT", "/webhook", _webhook),
    ("GET", "/behaviour", _behaviour),
    ("PUT", "/behaviour", _behaviour),
    ("GET", "/readers", _readers),
    ("PUT", "/readers", _readers),
    ("GET", "/readers/acts", _acts),
)
