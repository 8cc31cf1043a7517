"""Email Logs: whether SendGrid knows messages of a call.

In: the SDK's client, a Trace. Out: Answered. Called by provider.py.

Custom args cannot be searched for, so a few people are looked up by address and time, and the hits are opened and compared with our
ids. Nothing found is no proof: how far the logs lag behind is promised nowhere. Shapes: tsg_logs_v3 of SendGrid's OpenAPI documents.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.model.inquiry import Answered, Reply, Trace
from newsletter.providers.answer import Answer
from newsletter.providers.sendgrid.asking import ask, content, there, unavailable
from newsletter.providers.sendgrid.client import PooledClient

HITS = 10  #: messages to one address that are opened
_SKEW = timedelta(minutes=15)  #: between our clock and theirs
_LATEST = timedelta(hours=73)  #: a message is made at most 72 hours after its request
_PLAIN = re.compile(r"[^'\"\\\s]+")  # how the query language quotes a quote is written nowhere
_ID = re.compile(r"[\w.-]{1,300}", re.ASCII)
_MOVED = frozenset({"delivered", "deferred", "bounced", "blocked"})


def look_up(client: PooledClient, trace: Trace) -> Answered:
    """Look a few people up until one is found; nothing is raised. ABSENT only where all that was listed could be read."""
    asked, unsure, last = 0, False, None
    for delivery, address in trace.people:
        if not _PLAIN.fullmatch(address):
            continue
        last = ask(client.logs, "post", {"query": _query(trace, address), "limit": HITS})
        if last is None or last.status != 200:
            return unavailable(last)
        asked += 1
        found = _judged(client, trace, delivery, last)
        if found not in {None, Reply.UNAVAILABLE}:
            return Answered(found, f"{asked} looked up", there(last))
        unsure = unsure or found is Reply.UNAVAILABLE
    if unsure or not asked:
        return Answered(Reply.UNAVAILABLE, f"{asked} looked up, not all could be read", there(last))
    return Answered(Reply.ABSENT, f"{asked} looked up, none found", there(last))


def _query(trace: Trace, address: str) -> str:
    first, last = _moment(trace.began_at - _SKEW), _moment(trace.began_at + _LATEST)
    when = "sg_message_id_created_at"
    return f'to_email = \'{address}\' AND {when} >= TIMESTAMP "{first}" AND {when} <= TIMESTAMP "{last}"'


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _judged(client: PooledClient, trace: Trace, delivery: int, listed: Answer) -> Reply | None:
    """What the messages to one person say; None where none of them is of the call, UNAVAILABLE where one that was not read may be."""
    names = _names(listed)
    if names is None:
        return Reply.UNAVAILABLE
    opened = [_opened(client, name) for name in names]
    found = [_reply(trace, one) for one in opened if one and _is_ours(trace, delivery, one)]
    order = (Reply.ACCEPTED, Reply.TAKEN, Reply.REVOKED)
    unread = None in opened or len(names) >= HITS
    return next((reply for reply in order if reply in found), Reply.UNAVAILABLE if unread else None)


def _names(listed: Answer) -> list[str] | None:
    """The messages of a list, by their ids; None for a list that cannot be read."""
    whole = content(listed)
    rows = whole.get("messages") if isinstance(whole, dict) else None
    names = (
        [row.get("sg_message_id") if isinstance(row, dict) else None for row in rows]
        if isinstance(rows, list)
        else [None]
    )
    return [name for name in names if isinstance(name, str)] if all(map(_is_id, names)) else None


def _is_id(name: object) -> bool:
    return isinstance(name, str) and _ID.fullmatch(name) is not None


def _opened(client: PooledClient, name: str) -> dict[str, Any] | None:
    """A message with its custom args and events; None where it cannot be read."""
    opened = ask(client.logs._(name), "get")
    found = content(opened) if opened is not None and opened.status == 200 else None
    return found if isinstance(found, dict) else None


def _is_ours(trace: Trace, delivery: int, message: dict[str, Any]) -> bool:
    args = message.get("custom_args")
    ids = {
        "nl_i": trace.instance,
        "nl_b": str(trace.batch),
        "nl_a": str(trace.attempt),
        "nl_d": str(delivery),
    }
    return isinstance(args, dict) and all(args.get(name) == value for name, value in ids.items())


def _reply(trace: Trace, message: dict[str, Any]) -> Reply:
    if not trace.revoked or message.get("status") in _MOVED:
        return Reply.ACCEPTED
    events = message.get("events")
    kinds = (
        {one.get("event") for one in events if isinstance(one, dict)} if isinstance(events, list) else set()
    )
    return Reply.REVOKED if "cancel_drop" in kinds else Reply.TAKEN
