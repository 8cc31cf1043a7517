"""The last minute: rules that need several visits to be seen together.

In: visits, in about the order of time. Out: verdicts, also on earlier visits that a later one gives away. Called by
pipeline.hits.

Addresses never come here: a network is a keyed digest, and all of it is forgotten after a minute.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from newsletter.model.event import HitKind, Reader
from newsletter.tracking.agents import Agent, agent_of
from newsletter.tracking.machines import Rule, Verdict, Visit, alone

BURST_LINKS, BURST_SECONDS = 3, 10.0
SWEEP_SECONDS = 60.0
GATEWAY_TOKENS, GATEWAY_SECONDS = 5, 60.0
EXIT_SECONDS = 5.0
_KEPT = 60.0  # seconds: the longest of the above
_TRAIL = 64  # visits of one reader or network that are looked back at

_READER, _DEVICE, _NETWORK = range(3)

Key = tuple[object, ...]


@dataclass(slots=True, eq=False)
class Judged:
    """A visit and what is thought of it so far. `row` is its place in the store, once it has one."""

    visit: Visit
    verdict: Verdict
    row: int | None = None


@dataclass(slots=True, eq=False)
class _Trail:
    """The last visits of one reader, device or network, and until when what was found of them holds for the next."""

    seen: deque[Judged] = field(default_factory=lambda: deque(maxlen=_TRAIL))
    left_at: float | None = None
    until: dict[Rule, float] = field(default_factory=dict)

    def repeats(self, visit: Visit) -> bool:
        """Whether the visit before was to the same link: that makes no more links than there were."""
        before = self.seen[-2].visit if len(self.seen) > 1 else None
        return before is not None and (before.kind, before.link) == (visit.kind, visit.link)

    def near(self, visit: Visit, seconds: float) -> list[Judged]:
        """The visits of the last seconds, the newest first."""
        found = []
        for one in reversed(self.seen):
            if visit.at - one.visit.at > seconds:
                break
            found.append(one)
        return found


class Window:
    """Visits of the last minute by reader and by network. Holds at most `capacity`; beyond it the oldest are forgotten."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._all: deque[tuple[Judged, tuple[Key, ...]]] = deque()
        self._trails: dict[Key, _Trail] = {}

    def __len__(self) -> int:
        return len(self._all)

    def judge(self, visit: Visit) -> tuple[Judged, list[Judged]]:
        """The verdict on a visit, and the earlier ones whose verdict has changed through it."""
        self._forget(visit.at)
        judged = Judged(visit, alone(visit))
        keys = _keys(visit)
        self._all.append((judged, keys))
        changed: list[Judged] = []
        for key in keys:
            trail = self._trails.get(key)
            if trail is None:
                trail = self._trails[key] = _Trail()
            trail.seen.append(judged)
            for suspect, rule in _RULES[key[0]](trail, visit, judged):
                stronger = suspect.verdict.or_stronger(Verdict(Reader.MACHINE, rule))
                if stronger is not suspect.verdict:
                    suspect.verdict = stronger
                    if suspect is not judged:
                        changed.append(suspect)
        return judged, changed

    def _forget(self, now: float) -> None:
        while self._all and (self._all[0][0].visit.at < now - _KEPT or len(self._all) >= self._capacity):
            old, keys = self._all.popleft()
            for key in keys:
                trail = self._trails.get(key)
                if trail is None:
                    continue
                if trail.seen and trail.seen[0] is old:
                    trail.seen.popleft()
                if not trail.seen:
                    del self._trails[key]


def _keys(visit: Visit) -> tuple[Key, ...]:
    """Under which names a visit is remembered: its reader, its device, its network."""
    keys: list[Key] = []
    if visit.personal:
        keys.append((_READER, visit.number))
    elif visit.network:
        keys.append((_READER, visit.number, visit.network, visit.device))
    if visit.network:
        if visit.kind is HitKind.LEAVE or not visit.personal:
            keys.append((_DEVICE, visit.network, visit.device))
        if visit.kind is not HitKind.LEAVE and agent_of(visit.agent) is Agent.BROWSER:
            named = () if visit.personal else (visit.number, visit.link, visit.kind)
            keys.append((_NETWORK, visit.network, *named))
    return tuple(keys)


Suspects = Iterator[tuple[Judged, Rule]]


def _of_reader(trail: _Trail, visit: Visit, judged: Judged) -> Suspects:
    """Many links of one mail at once, or all of them one after the other; content and the unsubscribe page together."""
    yield from _of_device(trail, visit, judged)
    if visit.kind is not HitKind.CLICK:
        return
    least = max(visit.links, BURST_LINKS)
    for rule, seconds, links in (
        (Rule.BURST, BURST_SECONDS, BURST_LINKS),
        (Rule.SWEEP, SWEEP_SECONDS, least),
    ):
        if visit.at <= trail.until.get(rule, visit.at - 1):
            yield judged, rule
            continue
        if rule not in trail.until and trail.repeats(visit):
            continue
        clicks = [one for one in trail.near(visit, seconds) if one.visit.kind is HitKind.CLICK]
        if len({one.visit.link for one in clicks}) >= links:
            trail.until[rule] = clicks[-1].visit.at + seconds
            yield from ((one, rule) for one in clicks)


def _of_device(trail: _Trail, visit: Visit, judged: Judged) -> Suspects:
    """Content and the unsubscribe page within seconds: a person does one or the other."""
    if visit.kind is HitKind.LEAVE:
        trail.left_at = visit.at
        near = trail.near(visit, EXIT_SECONDS)
        yield from ((one, Rule.EXIT) for one in near if one.visit.kind is HitKind.CLICK)
    elif (
        visit.kind is HitKind.CLICK and trail.left_at is not None and visit.at - trail.left_at <= EXIT_SECONDS
    ):
        yield judged, Rule.EXIT


def _of_network(trail: _Trail, visit: Visit, judged: Judged) -> Suspects:
    """Many readers' mails from one network. Where a token names no reader, as many clicks on one link stand for them."""
    if not visit.personal and visit.kind is not HitKind.CLICK:
        return
    if visit.at <= trail.until.get(Rule.GATEWAY, visit.at - 1):
        yield judged, Rule.GATEWAY
        return
    near = trail.near(visit, GATEWAY_SECONDS)
    count = len({one.visit.number for one in near}) if visit.personal else len(near)
    if count >= GATEWAY_TOKENS:
        trail.until[Rule.GATEWAY] = near[-1].visit.at + GATEWAY_SECONDS
        yield from ((one, Rule.GATEWAY) for one in near)


_RULES: Mapping[object, Callable[[_Trail, Visit, Judged], Suspects]] = {
    _READER: _of_reader,
    _DEVICE: _of_device,
    _NETWORK: _of_network,
}
