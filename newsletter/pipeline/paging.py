"""Paging: long lists a piece at a time, by key, so that the last page costs what the first does.

In: how many are wanted, and behind which line. Out: values in order, with the mark of the next page. Called by the API.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from newsletter.model.campaign import Campaign
from newsletter.model.errors import AuthorError
from newsletter.model.member import Member, SuppressionReason
from newsletter.pipeline import segments
from newsletter.pipeline.context import Context
from newsletter.store import campaigns, events, members, suppressions
from newsletter.store.segments import compile_predicate
from newsletter.store.suppressions import Listed

T = TypeVar("T")
_LARGEST = 2**63 - 1


class CursorUnreadable(AuthorError):
    """A mark that no list of ours gave."""

    def __init__(self) -> None:
        super().__init__(
            "this cursor is none of ours",
            code="cursor-unreadable",
            hint="Take `next` of the page before, unchanged.",
        )


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page. `next` is the mark of the one behind it, None at the end."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One event, as a provider told it. `campaign` and `delivery` are None where it is not about a mailing of ours."""

    id: int
    provider: str
    kind: str
    campaign: int | None
    delivery: int | None
    occurred_at: datetime
    received_at: datetime
    status: str
    reason: str


def of_members(ctx: Context, segment: str, search: str, cursor: str, size: int) -> Slice[Member]:
    """Members of a segment (or an expression; empty: all) that hold `search` in address, name or company, by number."""
    condition = compile_predicate(segments.defined(ctx).read(segment)) if segment else None
    after = _number(cursor)
    with ctx.store.read() as db:
        wanted = members.searched(search, condition)
        found = next(members.pages(db, wanted, after, size + 1), [])
    return _sliced(found, size, lambda one: [one.id])


def of_campaigns(ctx: Context, cursor: str, size: int) -> Slice[Campaign]:
    """Campaigns, the newest first."""
    before = _number(cursor) if cursor else None
    with ctx.store.read() as db:
        found = campaigns.page(db, before, size + 1)
    return _sliced(found, size, lambda one: [one.id])


def of_suppressions(
    ctx: Context, reasons: Collection[SuppressionReason], cursor: str, size: int
) -> Slice[Listed]:
    """The do-not-mail list as it stands, in an order of its own."""
    key, reason = _marks(cursor, (str, str)) if cursor else ("", "")
    try:
        after = bytes.fromhex(key), reason
    except ValueError:
        raise CursorUnreadable from None
    with ctx.store.read() as db:
        found = next(suppressions.pages(db, reasons, after, size + 1), [])
    return _sliced(found, size, lambda one: [one.address_key.hex(), one.reason.value])


def of_events(ctx: Context, campaign: int | None, cursor: str, size: int) -> Slice[Told]:
    """What providers told, in the order in which it came; of one campaign, or of all."""
    with ctx.store.read() as db:
        rows = events.page(db, campaign, _number(cursor), size + 1)
    found = [
        Told(
            row.id, row.provider, row.kind, row.campaign_id, row.delivery_id, row.occurred_at, row.received_at, row.status, row.reason
        )
        for row in rows
    ]  # fmt: skip
    return _sliced(found, size, lambda one: [one.id])


def of_names(names: Sequence[str], cursor: str, size: int) -> Slice[str]:
    """Names in the order given; the mark is the last name."""
    (last,) = _marks(cursor, (str,)) if cursor else ("",)
    begin = next((at + 1 for at, name in enumerate(names) if name == last), 0) if last else 0
    return _sliced(names[begin : begin + size + 1], size, lambda one: [one])


def _sliced(found: Sequence[T], size: int, mark: Callable[[T], list[object]]) -> Slice[T]:
    items = found[:size]
    return Slice(items, _cursor(mark(items[-1])) if len(found) > size else None)


def _cursor(marks: list[object]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(marks)).decode().rstrip("=")


def _marks(cursor: str, kinds: tuple[type, ...]) -> list[str]:
    try:
        found = msgspec.json.decode(b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, msgspec.MsgspecError):
        raise CursorUnreadable from None
    if not isinstance(found, list) or [type(one) for one in found] != list(kinds):
        raise CursorUnreadable
    return found


def _number(cursor: str) -> int:
    if not cursor:
        return 0
    (found,) = _marks(cursor, (int,))
    if not 0 <= int(found) <= _LARGEST:
        raise CursorUnreadable
    return int(found)
