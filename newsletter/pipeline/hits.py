"""Hits: clicks and opens on their way from an endpoint to the store. The answer never waits for them.

In: what one request said of itself. Out: judged rows, written twice a second by a thread of their own. Called by
web.public.hot (add) and web.public.app (flush).

Addresses and User-Agent lines stay in memory until the next flush, half a second; then a verdict, the name of a rule and, for a
minute, a keyed digest of the network are all that is left of them.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from newsletter.model.event import HitKind
from newsletter.model.member import TrackingConsent
from newsletter.model.publication import TrackingMode
from newsletter.model.token import variant_of
from newsletter.pipeline.context import Context
from newsletter.store import Connection, events, hits
from newsletter.store.hits import Source
from newsletter.tracking.machines import Visit, by_speed
from newsletter.tracking.window import Judged, Window

_EXAMPLES = ipaddress.ip_network("2001:db8::/32")  # RFC 3849: rehearsals give their readers addresses of it

CAPACITY = 50_000  #: hits that may wait; beyond it they are counted and dropped
TOGETHER = 2_000  #: hits that are written in one transaction
_SLICE = 50  #: hits that are looked at before others have their turn


def _nothing() -> None:
    """Nobody waits."""


@dataclass(slots=True)  # not frozen: one is made for each request, and that would cost twice as much
class Seen:
    """One request, as the endpoint saw it. `edition` is the short id in a click's link; `links` how many that mail has."""

    at: datetime
    kind: HitKind
    number: int
    edition: str = ""
    link: int | None = None
    links: int = 0
    head: bool = False
    prefetch: bool = False
    agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A judged hit that is not written yet."""

    seen: Seen
    judged: Judged


class Hits:
    """The buffer of one process. `add` may be called from any thread and never blocks; `dropped` counts what found no room.

    `pause` is called now and then while hits are judged and written: beside it readers are answered, by the same interpreter.
    """

    def __init__(self, ctx: Context, capacity: int = CAPACITY, pause: Callable[[], None] = _nothing) -> None:
        self._ctx = ctx
        self._pause = pause
        self._capacity = capacity
        self._seen: deque[Seen] = deque()
        self._unwritten: deque[_Waiting] = deque()
        self._again: dict[int, Judged] = {}
        self._window = Window()
        self._lock = Lock()
        self._salt = hashlib.blake2b(ctx.now().isoformat().encode(), key=ctx.keys.signing).digest()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._seen) + len(self._unwritten)

    def add(self, seen: Seen) -> bool:
        """Take a hit; False when the buffer is full and it was dropped."""
        if len(self) >= self._capacity:
            self.dropped += 1
            return False
        self._seen.append(seen)
        return True

    def take_dropped(self) -> int:
        """How many hits were dropped since the last call."""
        dropped, self.dropped = self.dropped, 0
        return dropped

    def flush(self) -> int:
        """Judge and write what waits; how many hits were written. After a failure they wait for the next call."""
        written = 0
        with self._lock:
            while self._seen or self._unwritten or self._again:
                self._judge()
                written += self._write()
        return written

    def _judge(self) -> None:
        networks = _Networks(self._salt)
        while self._seen and len(self._unwritten) < TOGETHER:
            if not len(self._unwritten) % _SLICE:
                self._pause()
            seen = self._seen.popleft()
            judged, changed = self._window.judge(_visit(seen, networks))
            for earlier in changed:
                if earlier.row is not None:
                    self._again[earlier.row] = earlier
            if seen.kind is not HitKind.LEAVE:
                self._unwritten.append(_Waiting(seen, judged))

    def _write(self) -> int:
        group = list(self._unwritten)
        again = list(self._again.items())
        if not group and not again:
            return 0
        with self._ctx.store.write() as db:
            rows = _rows(db, group, self._pause)
            numbers = hits.put(db, [row for _, row in rows])
            hits.judge_again(db, ((row, one.verdict.reader, one.verdict.rule or "") for row, one in again))
        for (judged, _), number in zip(rows, numbers, strict=True):
            judged.row = number
        self._unwritten.clear()
        for row, _ in again:
            del self._again[row]
        return len(rows)


class _Networks:
    """Keyed digests of networks and devices. What is looked up is forgotten with this object, at the end of a flush."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._known: dict[str, bytes] = {}
        self._devices: dict[tuple[str, str], bytes] = {}

    def network(self, address: str) -> bytes:
        """The network of an address; empty where that says nothing."""
        near, _, last = address.rpartition(".")
        name = near if last.isdigit() and ":" not in near else address  # one /24, one look
        found = self._known.get(name)
        if found is None:
            network = network_of(address)
            found = self._known[name] = self.digest(network) if network else b""
        return found

    def device(self, address: str, agent: str) -> bytes:
        """What tells readers of one network apart."""
        found = self._devices.get((address, agent))
        if found is None:
            found = self._devices[address, agent] = self.digest(f"{address} {agent}")
        return found

    def digest(self, text: str) -> bytes:
        """Eight bytes for a text."""
        return hashlib.blake2b(text.encode("utf-8", "replace"), key=self._salt, digest_size=8).digest()


def _visit(seen: Seen, networks: _Networks) -> Visit:
    network, device = networks.network(seen.address), networks.device(seen.address, seen.agent)
    return Visit(
        seen.at.timestamp(), seen.kind, seen.number, variant_of(seen.number) is None, seen.link or 0, seen.links, seen.head,
        seen.prefetch, seen.agent, network, device,
    )  # fmt: skip


def network_of(address: str) -> str:
    """The /24 (IPv6: /48) of a public address. Empty for others: behind a proxy or on loopback all readers look alike."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if not parsed.is_global and parsed not in _EXAMPLES:
        return ""
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def _rows(
    db: Connection, group: Sequence[_Waiting], pause: Callable[[], None]
) -> list[tuple[Judged, hits.Hit]]:
    """The rows of those hits that may be stored. Clicks of a person are held against the moment of delivery."""
    numbers = {one.seen.number for one in group}
    named = {number for number in numbers if variant_of(number) is None}
    variants = {found for number in numbers if (found := variant_of(number)) is not None}
    of_deliveries = hits.sources_of_deliveries(db, named)
    of_variants = hits.sources_of_variants(db, variants)
    clicked = {one.seen.number for one in group if one.seen.kind is HitKind.CLICK} & named
    delivered = events.delivered_at(db, clicked)
    rows: list[tuple[Judged, hits.Hit]] = []
    for place, one in enumerate(group):
        if not place % _SLICE:
            pause()
        variant = variant_of(one.seen.number)
        source = of_deliveries.get(one.seen.number) if variant is None else of_variants.get(variant)
        if source is not None and _countable(one.seen, source, named=variant is None):
            _hold_against(one, delivered)
            rows.append((one.judged, _row(one, source)))
    return rows


def _countable(seen: Seen, source: Source, *, named: bool) -> bool:
    """Whether a hit may be stored: the link is one of its mail, and the mode and the person allow it."""
    if seen.edition and not source.edition.startswith(seen.edition):
        return False
    if not named:
        return source.tracking is TrackingMode.AGGREGATE
    allowed = source.consent in {TrackingConsent.GRANTED, TrackingConsent.UNKNOWN}
    return allowed and source.tracking is TrackingMode.INDIVIDUAL


def _hold_against(one: _Waiting, delivered: Mapping[int, Collection[datetime]]) -> None:
    if one.seen.kind is not HitKind.CLICK:
        return
    for at in delivered.get(one.seen.number, ()):
        speed = by_speed((one.seen.at - at).total_seconds())
        one.judged.verdict = one.judged.verdict.or_stronger(speed)


def _row(one: _Waiting, source: Source) -> hits.Hit:
    """A hit without its person where the person has taken the yes back."""
    delivery = one.seen.number if source.consent is TrackingConsent.GRANTED else None
    verdict = one.judged.verdict
    return hits.Hit(
        one.seen.at, one.seen.kind.value, source.variant, delivery, one.seen.link, verdict.reader, verdict.rule or ""
    )  # fmt: skip
