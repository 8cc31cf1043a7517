"""The three kinds of routes, each with the right that it needs.

In: a path, an endpoint, a right. Out: values that `app` makes routes of. Called by every section.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.web.studio.visit import Visit

Endpoint = Callable[[Visit], Response]
FORM_BYTES = 1024 * 1024


class _Number(Convertor[int]):
    """A number of an address that a database can hold (64 bits); a longer one is of no page."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


def address(way: Way) -> str:
    """The address of a way as the router reads it: `{number:int}` takes no more digits than a database holds."""
    return way.path.replace(":int}", ":number}")


class Anybody:
    """In place of a right: also who is not signed in. Only for signing in and welcome."""


ANYBODY = Anybody()
Need = Right | Anybody


@dataclass(frozen=True, slots=True)
class Page:
    """GET: it shows, and must not change the database."""

    path: str
    endpoint: Endpoint
    need: Need


@dataclass(frozen=True, slots=True)
class Act:
    """POST: session, right, Origin, token and one-time id are proved before the endpoint runs.

    `most`: bytes of the whole form; `files`: how many it may bring. `once=False` only for an act that does no more when it is done
    twice, and is done very often (saving while one types) or leaves its form standing (a file to take away).
    """

    path: str
    endpoint: Endpoint
    need: Need
    most: int = FORM_BYTES
    files: int = 0
    once: bool = True


@dataclass(frozen=True, slots=True)
class Stream:
    """GET: a live line; the endpoint answers with `visit.stream(…)`."""

    path: str
    endpoint: Endpoint
    need: Need


Way = Page | Act | Stream
