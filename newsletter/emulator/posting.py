"""In: events. Out: signed posts to the webhook, in batches, tried again until taken or 24 emulated hours old.

Called by events.py for each event and by the control API. Source: the event webhook overview and its security page.
"""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from newsletter.emulator.account import Webhook
from newsletter.emulator.clock import Activity, Agenda, Clock, Entry
from newsletter.emulator.dice import Dice
from newsletter.emulator.events import Event
from newsletter.emulator.history import History
from newsletter.emulator.outbound import RefusedError, call
from newsletter.emulator.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, Signer

GIVE_UP = 24 * 3600
"""Seconds for which a post is tried again."""

Signature = Literal["right", "wrong", "missing", "garbage", "altered", "stripped", "stale"]


class Manner(msgspec.Struct, forbid_unknown_fields=True):
    """How posts are made. Seconds are emulated (`timeout` is real); the three shares are probabilities.

    `signature`: right; wrong (another key); missing (no headers); garbage (not base64); altered (a byte changed
    after signing); stripped (line ends removed after signing); stale (signed `stale` seconds ago).
    """

    posters: int = 3
    interval: float = 30.0
    size: int = 768 * 1024
    signature: Signature = "right"
    stale: float = 3600.0
    duplicate_posts: float = 0.0
    duplicate_events: float = 0.0
    drop: float = 0.0
    shuffle: bool = False
    delay: float = 0.0
    paused: bool = False
    timeout: float = 30.0


class Post(msgspec.Struct, kw_only=True):
    """One post. `attempts` are (emulated second, status); status 0 is no answer. `headers` are those last sent."""

    number: int
    born: float
    ids: list[str]
    body: bytes = b""
    attempts: list[tuple[float, int]] = []
    state: Literal["waiting", "taken", "lost", "dropped"] = "waiting"
    headers: dict[str, str] = {}

    def to_json(self) -> dict[str, Any]:
        """Without the body."""
        names = ("number", "born", "attempts", "state")
        return {
            **{name: getattr(self, name) for name in names},
            "events": len(self.ids),
            "bytes": len(self.body),
        }


@dataclass(slots=True)
class _Buffer:
    """What one poster has gathered, and the job that will post it when the interval is over."""

    items: list[tuple[str, bytes]] = field(default_factory=list)
    size: int = 0
    timer: Entry | None = None


class Posting:
    """Several posters, each with a buffer of its own, as the service's many servers have."""

    KEPT = 500
    """Posts kept for the control API and for replay."""

    def __init__(
        self, webhook: Webhook, signer: Signer, history: History, clock: Clock, agenda: Agenda
    ) -> None:
        self._webhook, self._signer, self._history = webhook, signer, history
        self._clock, self._agenda = clock, agenda
        self.activity = Activity()
        self.seed = 1
        self.manner = Manner()
        self.posts: deque[Post] = deque(maxlen=self.KEPT)
        self.waiting = 0
        self._made = 0
        self._held: list[Post] = []
        self._buffers: dict[int, _Buffer] = {}
        self._taken = {name for ids in history.notes["posted"] for name in ids}
        self._turn = asyncio.Semaphore(8)

    @property
    def buffered(self) -> int:
        """Events that are not in a post yet."""
        return sum(len(buffer.items) for buffer in self._buffers.values())

    def add(self, event: Event) -> None:
        """Take one event; it leaves with the next post of its poster."""
        name = str(event.get("sg_event_id", ""))
        if not self._webhook.enabled or not self._webhook.url or name in self._taken:
            return
        dice, posters = Dice(self.seed, "post", name), max(1, self.manner.posters)
        poster, data = int(dice.chance() * posters), msgspec.json.encode(event)
        self._put(poster, name, data)
        if dice.happens(self.manner.duplicate_events):
            self._put((poster + 1) % posters, name, data)

    def _put(self, poster: int, name: str, data: bytes) -> None:
        buffer = self._buffers.setdefault(poster, _Buffer())
        if buffer.items and buffer.size + len(data) + 5 > self.manner.size:
            self._make(buffer)
        if not buffer.items:
            due = self._clock.now() + self.manner.interval
            buffer.timer = self._agenda.at(due, lambda _: self._make(buffer))
        buffer.items.append((name, data))
        buffer.size += len(data) + 3

    def flush(self) -> None:
        """Post what has been gathered, without waiting for the interval."""
        for buffer in self._buffers.values():
            if buffer.items:
                self._make(buffer)

    def _make(self, buffer: _Buffer) -> None:
        self._made += 1
        items, buffer.items, buffer.size = buffer.items, [], 0
        if buffer.timer:
            self._agenda.take_back(buffer.timer)
        dice = Dice(self.seed, "posts", self._made)
        if self.manner.shuffle:
            items.sort(key=lambda item: Dice(self.seed, "shuffle", item[0]).chance())
        body = b"[" + b",\r\n".join([data for _, data in items]) + b"]\r\n"
        post = Post(number=self._made, born=self._clock.now(), ids=[name for name, _ in items], body=body)
        self.posts.append(post)
        if dice.happens(self.manner.drop):
            post.state = "dropped"
            return
        self._enter(post, self.manner.delay)
        if dice.happens(self.manner.duplicate_posts):
            self._enter(post, self.manner.delay + 1.0)

    def _enter(self, post: Post, delay: float) -> None:
        self.waiting += 1
        self._agenda.at(self._clock.now() + delay, lambda _: self._leave(post))

    def _leave(self, post: Post) -> None:
        self.waiting -= 1
        if self.manner.paused:
            self._held.append(post)
        else:
            self.activity.start(self._deliver(post))

    def post_once(self, url: str, events: list[Event]) -> None:
        """Sign and post some events to an address, once, whatever the answer."""
        body = b"[" + b",\r\n".join(map(msgspec.json.encode, events)) + b"]\r\n"
        headers, body = self._sign(body)
        self.activity.start(self._once(url, headers, body))

    async def _once(self, url: str, headers: dict[str, str], body: bytes) -> None:
        with contextlib.suppress(OSError, TimeoutError, RefusedError):
            await call("POST", url, headers=headers, body=body, timeout=self.manner.timeout)

    def resume(self) -> None:
        """Go on after a pause; what was held leaves now."""
        self.manner.paused = False
        held, self._held = self._held, []
        for post in held:
            self._enter(post, 0.0)

    @property
    def held(self) -> int:
        """Posts that wait for the end of a pause."""
        return len(self._held)

    async def _deliver(self, post: Post) -> None:
        post.headers, body = self._sign(post.body)
        status = await self._call(post.headers, body)
        now = self._clock.now()
        post.attempts.append((now, status))
        if 200 <= status < 300:
            if post.state != "taken":
                post.state = "taken"
                self._history.note("posted", post.ids, now)
        elif now - post.born >= GIVE_UP:
            post.state = "lost"
        else:
            self._enter(post, min(self._patience(len(post.attempts)), max(1.0, post.born + GIVE_UP - now)))

    def _patience(self, attempts: int) -> float:
        """Seconds until the next attempt: the interval, twice, four times it …, never more than four hours."""
        first = min(30.0, max(1.0, self.manner.interval))
        return float(min(first * 2 ** min(attempts - 1, 16), 4 * 3600.0))

    async def _call(self, headers: dict[str, str], body: bytes) -> int:
        try:
            async with self._turn:
                reply = await call(
                    "POST", self._webhook.url, headers=headers, body=body, timeout=self.manner.timeout
                )
        except (OSError, TimeoutError, RefusedError):
            return 0
        return reply.status

    def _sign(self, body: bytes) -> tuple[dict[str, str], bytes]:
        headers = {
            "User-Agent": "SendGrid Event API",
            "Content-Type": "application/json;charset=utf-8",
            "Accept-Encoding": "gzip",
        }
        manner = self.manner.signature
        if not self._webhook.signed or manner == "missing":
            return headers, body
        age = self.manner.stale if manner == "stale" else 0.0
        timestamp = str(int(self._clock.now() - age))
        sign = self._signer.sign_wrongly if manner == "wrong" else self._signer.sign
        headers[SIGNATURE_HEADER] = "%not base64%" if manner == "garbage" else sign(timestamp, body)
        headers[TIMESTAMP_HEADER] = timestamp
        if manner == "altered":
            body = body.replace(b'"timestamp":1', b'"timestamp":2', 1)
        return headers, body.replace(b"\r\n", b"") if manner == "stripped" else body

    def repeat(self, number: int | None, *, as_it_was: bool) -> int:
        """Send old posts once more, signed anew or exactly `as_it_was`; how many."""
        chosen = [post for post in self.posts if post.headers and number in (None, post.number)]
        for post in chosen:
            self.activity.start(self._replay(post) if as_it_was else self._deliver(post))
        return len(chosen)

    async def _replay(self, post: Post) -> None:
        status = await self._call(post.headers, post.body)
        post.attempts.append((self._clock.now(), status))

    def clear(self) -> None:
        """Forget everything; posts under way are not stopped."""
        self.posts.clear()
        self._buffers.clear()
        self._held.clear()
        self._taken.clear()
        self.waiting = 0


def sample_events(at: float) -> list[Event]:
    """What the webhook's test endpoint posts: one event of each kind, with no account of ours behind it."""
    names = (
        "processed",
        "deferred",
        "delivered",
        "open",
        "click",
        "bounce",
        "dropped",
        "spamreport",
        "unsubscribe",
    )
    return [
        {
            "email": "example@test.com",
            "timestamp": int(at),
            "event": name,
            "sg_event_id": f"test-{name}-{int(at)}",
            "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
            "category": "cat facts",
        }
        for name in names
    ]
