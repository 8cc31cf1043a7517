"""In: nothing. Out: what a route under /v3 is, and how its handlers read numbers and bodies.

Called by api.py and the api_ modules, one for each subject.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from newsletter.emulator.answers import Answer, Complaint, as_json
from newsletter.emulator.http1 import Head
from newsletter.emulator.letter import read_plain
from newsletter.emulator.world import World

Handler = Callable[[World, Head, bytes, str], Answer]
"""Gets the world, the head, the body and what the path's group matched."""

Route = tuple[str, re.Pattern[str], str | None, Handler]
"""Method, path (group `id` where an id stands), scope that the key needs, handler."""


def number(head: Head, name: str) -> int | None:
    """A whole number from the query; None where there is none that can be one."""
    text = head.query.get(name, "")
    return int(text) if re.fullmatch(r"\d{1,12}", text) else None


def read_object(body: bytes) -> dict[str, Any] | None:
    """A body that is a JSON object; None for anything else."""
    try:
        value = read_plain(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict) else None


def address(found: str) -> str:
    """An address that stands in a path (which is decoded already)."""
    return found.lower()


def refuse(status: int, complaint: Complaint) -> Answer:
    """An error as these routes' documents have it: what there is not is left out, where Mail Send gives null."""
    field = {"field": complaint.field} if complaint.field else {}
    return as_json(status, {"errors": [{"message": complaint.message, **field}]})
