"""In: searches of the Email Logs. Out: messages, at most 1000 and without pages, some time after they were taken.

Called by api.py. Shapes: the official document tsg_logs (v3).
"""

import re
from itertools import islice

from newsletter.emulator.answers import BARE, Answer, Complaint, as_json
from newsletter.emulator.http1 import Head
from newsletter.emulator.log_query import QueryError, read_query
from newsletter.emulator.logbook import detail, rows, summary
from newsletter.emulator.routes import Route, read_object, refuse
from newsletter.emulator.world import World

MOST = 1000
KNOWN = ("query", "limit", "subusers")


def _search(world: World, _: Head, body: bytes, __: str) -> Answer:
    asked = read_object(body)
    if asked is None:
        return refuse(400, BARE)
    limit, query = asked.get("limit", 10), asked.get("query", "")
    if strange := set(asked) - set(KNOWN):
        return refuse(400, Complaint("unknown field", min(strange)))
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST:
        return refuse(400, Complaint(f"limit must be between 1 and {MOST}", "limit"))
    if not isinstance(query, str):
        return refuse(400, Complaint("query must be a string", "query"))
    try:
        wanted = read_query(query)
    except QueryError as error:
        return refuse(400, Complaint(str(error), "query"))
    found = (summary(row) for row in rows(world) if wanted(row))
    return as_json(200, {"messages": list(islice(found, limit))})


def _one(world: World, _: Head, __: bytes, found: str) -> Answer:
    row = next((row for row in rows(world) if row["sg_message_id"] == found), None)
    return refuse(404, Complaint("message not found")) if row is None else as_json(200, detail(row))


ROUTES: tuple[Route, ...] = (
    ("POST", re.compile(r"/v3/logs"), "messages.read", _search),
    ("GET", re.compile(r"/v3/logs/(?P<id>[\w.-]+)"), "messages.read", _one),
)
