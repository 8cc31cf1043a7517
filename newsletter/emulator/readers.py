"""In: deliveries. Out: what readers do with them: image fetches, clicks, one-click unsubscribes, scans; loopback only.

Called by events.py after each delivered event. Deterministic by seed: the same message to the same address is read the same way.

A file is {"shares": {...}, "delays": {...}, "rules": [...], "parallel": n, "pause": [low, high]}. What a reader can do: `open` (fetch all
images as a person), `click` (open, then follow one to three links, a while apart), `unsubscribe` (POST the List-Unsubscribe address
with List-Unsubscribe=One-Click), `prefetch` (all images, as a mail proxy does), `scan` (every link within two seconds,
HEAD and GET, as a security scanner does). `shares` are probabilities, `delays` are [low, high] emulated seconds
after delivery, `pause` those between two clicks. A rule {"address": glob, "does": [...]} decides alone for the addresses that it matches.
"""

import asyncio
import fnmatch
import re
import zlib
from collections import Counter, deque
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec

from newsletter.emulator.clock import Activity, Agenda
from newsletter.emulator.dice import Dice
from newsletter.emulator.links import find_links
from newsletter.emulator.message import Message, Press
from newsletter.emulator.options import is_loopback
from newsletter.emulator.outbound import Reply, call
from newsletter.emulator.upn import Ref

Deed = Literal["open", "click", "unsubscribe", "prefetch", "scan"]
DEEDS: tuple[Deed, ...] = ("prefetch", "scan", "open", "click", "unsubscribe")

AGENTS: dict[Deed, str] = {
    "open": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "click": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "unsubscribe": "Mozilla/5.0 (compatible; List-Unsubscribe-Post)",
    "prefetch": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "scan": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
}
_SHARES: dict[Deed, float] = {
    "prefetch": 0.25,
    "scan": 0.06,
    "open": 0.45,
    "click": 0.15,
    "unsubscribe": 0.01,
}
_DELAYS: dict[Deed, tuple[float, float]] = {
    "prefetch": (0.1, 1.0),
    "scan": (0.1, 2.0),
    "open": (1.0, 20.0),
    "click": (2.0, 25.0),
    "unsubscribe": (3.0, 30.0),
}


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """What readers at these addresses do."""

    address: str
    does: list[Deed] = []


class Habits(msgspec.Struct, forbid_unknown_fields=True):
    """What readers do; the module's text says what the fields mean."""

    shares: dict[Deed, float] = msgspec.field(default_factory=lambda: dict(_SHARES))
    delays: dict[Deed, tuple[float, float]] = {}
    rules: list[Rule] = []
    parallel: int = 8
    pause: tuple[float, float] = (15.0, 90.0)


class Act(msgspec.Struct):
    """One request by a reader. `status` 0: no answer; `refused` if the address is not on this machine."""

    ref: str
    address: str
    deed: Deed
    method: str
    url: str
    status: int
    at: float


def load_habits(name: str) -> Habits:
    """`on` for the habits above, or a JSON file. OSError, msgspec.DecodeError."""
    return Habits() if name == "on" else msgspec.json.decode(Path(name).read_bytes(), type=Habits)


class Readers:
    """Reads what is delivered, if there are any habits."""

    KEPT = 20_000

    def __init__(self, press: Press, agenda: Agenda, seed: int) -> None:
        self._press, self._agenda, self._seed = press, agenda, seed
        self.activity = Activity()
        self.habits: Habits | None = None
        self.queued = 0
        self.not_before = 0.0
        self.acts: deque[Act] = deque(maxlen=self.KEPT)
        self.counts: Counter[str] = Counter()
        self._turn = asyncio.Semaphore(8)

    def use(self, habits: Habits | None) -> None:
        """Change the habits; None stops reading."""
        self.habits = habits
        self._turn = asyncio.Semaphore(max(1, habits.parallel if habits else 1))

    def delivered(self, ref: Ref, address: str, at: float) -> None:
        """Decide what this reader will do, and when."""
        if self.habits is None or at < self.not_before:
            return
        dice = Dice(self._seed, "reader", address.lower(), self._press.message_key(ref))
        for deed in self._deeds(self.habits, address, dice):
            self.queued += 1
            due = at + dice.between(*self.habits.delays.get(deed, _DELAYS[deed]))
            self._agenda.at(due, partial(self._begin, ref, deed))

    def _deeds(self, habits: Habits, address: str, dice: Dice) -> list[Deed]:
        for rule in habits.rules:
            if fnmatch.fnmatchcase(address.lower(), rule.address.lower()):
                return rule.does
        chosen = [deed for deed in DEEDS if dice.happens(habits.shares.get(deed, 0.0))]
        return [deed for deed in chosen if deed != "open" or "click" not in chosen]

    def _begin(self, ref: Ref, deed: Deed, due: float) -> None:
        self.queued -= 1
        self.activity.start(self._do(ref, deed, due))

    async def _do(self, ref: Ref, deed: Deed, due: float) -> None:
        async with self._turn:
            message = self._press.render(ref)
            dice = Dice(self._seed, deed, message.address.lower(), self._press.message_key(ref))
            for method, url in _requests(message, deed, dice):
                await self._fetch(message, deed, method, url, due)
            if deed == "click":
                self._read_on(message, dice, due)

    def _read_on(self, message: Message, dice: Dice, due: float) -> None:
        """A person reads before the next click: up to two more links, each a while after the one before."""
        for url in _wanted(message)[1 : 1 + int(dice.chance() * 3)]:
            due += dice.between(*(self.habits or Habits()).pause)
            self.queued += 1
            self._agenda.at(due, partial(self._follow, message, url))

    def _follow(self, message: Message, url: str, due: float) -> None:
        self.queued -= 1
        self.activity.start(self._fetch(message, "click", "GET", url, due))

    async def _fetch(self, message: Message, deed: Deed, method: str, url: str, due: float) -> None:
        for _ in range(5):
            reply = await self._call(message, deed, method, url, due)
            if deed not in ("click", "scan") or reply is None or not is_loopback(reply.location):
                return
            url = reply.location

    async def _call(self, message: Message, deed: Deed, method: str, url: str, due: float) -> Reply | None:
        headers = {"User-Agent": AGENTS[deed], "Accept": "*/*", "X-Forwarded-For": _whence(message, deed)}
        body = b""
        if method == "POST":
            headers["Content-Type"], body = "application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"
        reply = None
        if is_loopback(url):
            try:
                reply = await call(method, url, headers=headers, body=body)
            except (OSError, TimeoutError):
                reply = None
        act = Act(message.id, message.address, deed, method, url, reply.status if reply else 0, due)
        self.acts.append(act)
        self.counts[f"{deed} {act.status or ('no answer' if is_loopback(url) else 'refused')}"] += 1
        return reply

    def clear(self) -> None:
        """Forget what was done."""
        self.acts.clear()
        self.counts.clear()
        self.queued = 0


def _requests(message: Message, deed: Deed, dice: Dice) -> list[tuple[str, str]]:
    found = find_links(message.html or "")
    links = [url for url in found.links if url.startswith(("http://", "https://"))]
    if deed == "unsubscribe":
        return [("POST", url) for url in one_click_address(message)]
    if deed == "scan":
        return [(dice.pick(("HEAD", "GET")), url) for url in links]
    requests = [("GET", url) for url in found.images if url.startswith(("http://", "https://"))]
    if deed == "click":
        requests += [("GET", url) for url in _wanted(message)[:1]]
    return requests


def _wanted(message: Message) -> list[str]:
    """The links that a person may follow, each reader in an order of their own."""
    links = [url for url in find_links(message.html or "").links if url.startswith(("http://", "https://"))]
    aside = one_click_address(message)
    found = list(dict.fromkeys(url for url in links if url not in aside))
    turn = zlib.crc32(message.address.encode()) % len(found) if found else 0
    return found[turn:] + found[:turn]


def _whence(message: Message, deed: Deed) -> str:
    """The reader's own network; scanners and mail proxies share one each (RFC 3849 addresses, as a proxy would report them)."""
    shared = {"scan": "5ca0", "prefetch": "90"}.get(deed)
    if shared:
        return f"2001:db8:{shared}::1"
    own = zlib.crc32(message.address.encode())
    return f"2001:db8:{own >> 16:x}:{own & 0xFFFF:x}::1"


def one_click_address(message: Message) -> list[str]:
    """The http address of the List-Unsubscribe header, if one click is allowed (RFC 8058); at most one."""
    headers: dict[str, Any] = {name.lower(): value for name, value in message.headers.items()}
    if headers.get("list-unsubscribe-post", "").replace(" ", "").lower() != "list-unsubscribe=one-click":
        return []
    return re.findall(r"<\s*(https?://[^>\s]+)\s*>", headers.get("list-unsubscribe", ""))[:1]
