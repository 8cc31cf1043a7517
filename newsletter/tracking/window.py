"""The last minute: rules that need several visits to be seen together.

In: visits, in about the order of time. Out: verdicts, also on earlier visits that a later one gives away. Called by
pipeline.hits.

Addresses never come here: a network is a keyed digest, and all of it is forgotten after a minute.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsletter.model.event import HitKind, Reader
from newsletter.tracking.agents import Agent, agent_of
from newsletter.tracking.machines import Rule, Verdict, Visit, alone

BURST_LINKS, BURST_SECONDS = 3, 10.0
SWEEP_SECONDS = 60.0
GATEWAY_TOKENS, GATEWAY_SECONDS = 5, 60.0
EXIT_SECONDS = 5.0
_KEPT = 60.0  # seconds: the longest of the above
_TRAIL = 64  # visits of one reader or network that are looked back at

Key = tuple[object, ...]


@dataclass(slots=True, eq=False)
class Judged:
    """A visit and what is thought of it so far. `row` is its place in the store, once it has one."""

    visit: Visit
    verdict: Verdict
    row: int | None = None


class Window:
    """Visits of the last minute by reader and by network. Holds at most `capacity`; beyond it the oldest are forgotten."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._all: deque[tuple[Judged, tuple[Key, ...]]] = deque()
        self._trails: dict[Key, deque[Judged]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def judge(self, visit: Visit) -> tuple[Judged, list[Judged]]:
        """The verdict on a visit, and the earlier ones whose verdict has changed through it."""
        self._forget(visit.at)
        judged = Judged(visit, alone(visit))
        keys = tuple(_keys(visit))
        self._all.append((judged, keys))
        for key in keys:
            self._trails.setdefault(key, deque(maxlen=_TRAIL)).append(judged)
        changed: dict[int, Judged] = {}
        for key in keys:
            trail = self._trails[key]
            for suspect, rule in _together(key[0], trail, visit):
                stronger = suspect.verdict.or_stronger(Verdict(Reader.MACHINE, rule))
                if stronger is not suspect.verdict:
                    suspect.verdict = stronger
                    changed[id(suspect)] = suspect
        changed.pop(id(judged), None)
        return judged, list(changed.values())

    def _forget(self, now: float) -> None:
        while self._all and (self._all[0][0].visit.at < now - _KEPT or len(self._all) >= self._capacity):
            old, keys = self._all.popleft()
            for key in keys:
                trail = self._trails.get(key)
                if trail and trail[0] is old:
                    trail.popleft()
                if not trail:
                    self._trails.pop(key, None)


def _keys(visit: Visit) -> Iterator[Key]:
    """Under which names a visit is remembered: its reader, its device, its network."""
    if visit.personal:
        yield ("reader", visit.number)
    elif visit.network and visit.kind is not HitKind.LEAVE:
        yield ("reader", visit.number, visit.network, visit.device)
    if visit.network:
        yield ("device", visit.network, visit.device)
        if agent_of(visit.agent) is Agent.BROWSER and visit.kind is not HitKind.LEAVE:
            yield ("network", visit.network)


def _together(name: object, trail: deque[Judged], visit: Visit) -> Iterator[tuple[Judged, Rule]]:
    """Whom a new visit gives away, itself among them."""
    match name:
        case "network":
            yield from _gateway(trail, visit)
        case "reader":
            yield from _links(trail, visit)
            yield from _exit([one for one in trail if one.visit.personal], visit)
        case _:
            yield from _exit([one for one in trail if not one.visit.personal or _leaves(one)], visit)


def _leaves(one: Judged) -> bool:
    return one.visit.kind is HitKind.LEAVE


def _near(trail: Iterable[Judged], visit: Visit, seconds: float) -> list[Judged]:
    return [one for one in trail if abs(visit.at - one.visit.at) <= seconds]


def _links(trail: deque[Judged], visit: Visit) -> Iterator[tuple[Judged, Rule]]:
    """Many links of one mail at once, or all of them one after the other."""
    if visit.kind is not HitKind.CLICK:
        return
    for seconds, least, rule in (
        (BURST_SECONDS, BURST_LINKS, Rule.BURST),
        (SWEEP_SECONDS, max(visit.links, BURST_LINKS), Rule.SWEEP),
    ):
        clicks = [one for one in _near(trail, visit, seconds) if one.visit.kind is HitKind.CLICK]
        if len({one.visit.link for one in clicks}) >= least:
            yield from ((one, rule) for one in clicks)


def _gateway(trail: deque[Judged], visit: Visit) -> Iterator[tuple[Judged, Rule]]:
    """Many readers' mails from one network. Where a token names no reader, as many clicks on one link stand for them."""
    near = _near(trail, visit, GATEWAY_SECONDS)
    if visit.personal:
        suspects = [one for one in near if one.visit.personal]
        count = len({one.visit.number for one in suspects})
    else:
        wanted = (HitKind.CLICK, visit.number, visit.link)
        suspects = [one for one in near if (one.visit.kind, one.visit.number, one.visit.link) == wanted]
        count = len(suspects)
    if count >= GATEWAY_TOKENS:
        yield from ((one, Rule.GATEWAY) for one in suspects)


def _exit(trail: Iterable[Judged], visit: Visit) -> Iterator[tuple[Judged, Rule]]:
    """Content and the unsubscribe page together: a person does one or the other."""
    near = _near(trail, visit, EXIT_SECONDS)
    if any(_leaves(one) for one in near):
        yield from ((one, Rule.EXIT) for one in near if one.visit.kind is HitKind.CLICK)
