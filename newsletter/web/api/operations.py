"""One operation of the API: its address, what it takes and gives, the scope that it wants.

In: values of an endpoint's module. Out: Operation and Call. Called by every endpoint, by web.api.app and web.api.document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from newsletter.model.access import Access
from newsletter.model.account import Right
from newsletter.pipeline.context import Context


@dataclass(frozen=True, slots=True)
class Call:
    """One request, judged and read. `ctx` acts as the token (audit log); `query` and `body` are of the operation's own types."""

    ctx: Context
    access: Access
    path: Mapping[str, Any]
    query: Any = None
    body: Any = None


Endpoint = Callable[[Call], Struct]


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method. `path` holds `{number}` (a campaign), `{slug}` or `{email}`; `refusals` are the statuses that it may answer
    with beside those that any may."""

    method: str
    path: str
    name: str
    summary: str
    need: Right
    endpoint: Endpoint
    answer: type[Struct]
    query: type[Struct] | None = None
    body: type[Struct] | None = None
    status: int = 200
    refusals: tuple[int, ...] = field(default=())

    @property
    def unsafe(self) -> bool:
        """True for what may change something."""
        return self.method != "GET"
