"""In: requests about the lists of addresses that the service does not mail. Out: pages of them; addresses leave and enter.

Called by api.py. Shapes: the official document tsg_suppressions (v3). The lists are fed by the emulator's own events.
"""

import re
from functools import partial
from typing import Any

from newsletter.emulator.answers import BARE, Answer, Complaint, as_json
from newsletter.emulator.http1 import Head
from newsletter.emulator.routes import Handler, Route, address, number, read_object, refuse
from newsletter.emulator.suppressions import List, Suppressions
from newsletter.emulator.world import World

PAGE = 500
_REASON, _STATUS, _IP = "reason", "status", "ip"
_FIELDS: dict[List, tuple[str, ...]] = {
    "bounces": (_REASON, _STATUS),
    "blocks": (_REASON, _STATUS),
    "invalid_emails": (_REASON,),
    "spam_reports": (_IP,),
    "unsubscribes": (),
}


def _entry(lists: Suppressions, name: List, email: str) -> dict[str, Any]:
    told = lists.told.get((name, email), {})
    usual = {_REASON: "", _STATUS: "", _IP: "127.0.0.1"}
    fields = {field: told.get(field, usual[field]) for field in _FIELDS[name]}
    return {"created": int(lists.lists[name][email]), "email": email, **fields}


def _page(name: List, world: World, head: Head, _: bytes, __: str) -> Answer:
    lists, limit, skip = world.suppressions, number(head, "limit"), number(head, "offset") or 0
    if limit is not None and not 1 <= limit <= PAGE:
        return refuse(400, Complaint(f"limit must be between 1 and {PAGE}", "limit"))
    first, last = number(head, "start_time") or 0, number(head, "end_time")
    part = head.query.get("email", "").lower()
    chosen = [
        _entry(lists, name, email)
        for email, at in lists.lists[name].items()
        if int(at) >= first and (last is None or int(at) <= last) and part in email
    ]
    return as_json(200, chosen[skip : skip + (limit or PAGE)])


def _one(name: List, world: World, _: Head, __: bytes, found: str) -> Answer:
    lists, email = world.suppressions, address(found)
    return as_json(200, [_entry(lists, name, email)] if email in lists.lists[name] else [])


def _clear(name: List, world: World, _: Head, body: bytes, __: str) -> Answer:
    asked, lists = read_object(body), world.suppressions
    if asked is None:
        return refuse(400, BARE)
    everyone, emails = asked.get("delete_all", False), asked.get("emails", [])
    if not isinstance(everyone, bool) or not isinstance(emails, list):
        return refuse(400, Complaint("give delete_all or emails"))
    for email in list(lists.lists[name]) if everyone else [str(each).lower() for each in emails]:
        lists.lists[name].pop(email, None)
    return Answer(204)


def _remove(name: List, world: World, _: Head, __: bytes, found: str) -> Answer:
    gone = world.suppressions.lists[name].pop(address(found), None)
    return refuse(404, Complaint("resource not found")) if gone is None else Answer(204)


def _add_globally(world: World, _: Head, body: bytes, __: str) -> Answer:
    asked = read_object(body)
    emails = asked.get("recipient_emails") if asked else None
    if not isinstance(emails, list) or not all(isinstance(each, str) for each in emails):
        return refuse(400, Complaint("recipient_emails must be an array of addresses", "recipient_emails"))
    for email in emails:
        world.suppressions.add("unsubscribes", email, world.clock.now())
    return as_json(201, {"recipient_emails": emails})


def _globally(world: World, _: Head, __: bytes, found: str) -> Answer:
    """The address where it is suppressed; an empty object where it is not, which is what the service does."""
    email = address(found)
    listed = email in world.suppressions.lists["unsubscribes"]
    return as_json(200, {"recipient_email": email} if listed else {})


def _of_list(name: List) -> list[Route]:
    whole = re.compile(rf"/v3/suppression/{name}")
    one = re.compile(rf"/v3/suppression/{name}/(?P<id>[^/]+)")
    handlers: list[tuple[str, re.Pattern[str], str, Any]] = [
        ("GET", whole, "read", _page),
        ("DELETE", whole, "delete", _clear),
        ("GET", one, "read", _one),
        ("DELETE", one, "delete", _remove),
    ]
    if name == "unsubscribes":  # taken off through /v3/asm/suppressions/global
        handlers = handlers[:1]
    return [
        (method, path, f"suppression.{name}.{right}", _bound(handle, name))
        for method, path, right, handle in handlers
    ]


def _bound(handle: Any, name: List) -> Handler:
    bound: Handler = partial(handle, name)
    return bound


_GLOBAL = r"/v3/asm/suppressions/global"
_ONE = re.compile(rf"{_GLOBAL}/(?P<id>[^/]+)")
_SCOPE = "asm.groups.suppressions"
ROUTES: tuple[Route, ...] = (
    *(route for name in _FIELDS for route in _of_list(name)),
    ("POST", re.compile(_GLOBAL), f"{_SCOPE}.create", _add_globally),
    ("GET", _ONE, f"{_SCOPE}.read", _globally),
    ("DELETE", _ONE, f"{_SCOPE}.delete", partial(_remove, "unsubscribes")),
)
