"""In: accepted requests, a behaviour, and what readers do at SendGrid's own links. Out: webhook events, one by one, when due.

Called by world.py at each acceptance and by trackers.py; hands events to posting.py and deliveries to readers.py.
"""

import base64
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import Any

from newsletter.emulator.behaviour import Behaviour, Step, plan
from newsletter.emulator.clock import Agenda
from newsletter.emulator.dice import Dice, token
from newsletter.emulator.history import Record
from newsletter.emulator.letter import Json
from newsletter.emulator.message import Press, due_at, envelope_args
from newsletter.emulator.suppressions import List, Suppressions
from newsletter.emulator.upn import Ref

Event = dict[str, Any]

RESERVED = frozenset(
    (
        *(
            "email",
            "timestamp",
            "event",
            "smtp-id",
            "useragent",
            "ip",
            "sg_event_id",
            "sg_message_id",
            "reason",
            "status",
        ),
        *(
            "response",
            "attempt",
            "category",
            "type",
            "url",
            "url_offset",
            "asm_group_id",
            "tls",
            "pool",
            "send_at",
        ),
        *(
            "sg_machine_open",
            "sg_content_type",
            "bounce_classification",
            "domain",
            "from",
            "newsletter",
            "marketing_campaign_id",
        ),
    )
)
"""A custom arg with one of these names is lost (event webhook page)."""

_LISTS: dict[str, List] = {"spamreport": "spam_reports", "unsubscribe": "unsubscribes"}
_NO_SMTP_ID = ("open", "click", "spamreport", "unsubscribe", "group_unsubscribe", "group_resubscribe")
PAUSED = 600.0
"""Emulated seconds between two looks at paused mail."""

_HUMAN = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.0"
_PROXY = "Mozilla/5.0"


class Journey:
    """One recipient on the way through its steps."""

    __slots__ = ("address", "args", "envelope", "letter", "position", "record", "ref", "steps")

    def __init__(self, record: Record, letter: Json, envelope: Json, ref: Ref, address: str) -> None:
        self.record, self.letter, self.envelope, self.ref, self.address = (
            record,
            letter,
            envelope,
            ref,
            address,
        )
        self.args = envelope_args(letter, envelope)
        self.steps: list[Step] = []
        self.position = 0


class Events:
    """Makes events happen. `post` gets each event, `on_delivered` each delivery."""

    KEPT = 20_000
    """Events kept for the control API; the journal holds what is needed for a restart."""

    def __init__(
        self, press: Press, agenda: Agenda, suppressions: Suppressions, *, seed: int, behaviour: Behaviour
    ) -> None:
        self._press, self._agenda, self._suppressions, self._seed = press, agenda, suppressions, seed
        self.behaviour = behaviour
        self.post: Callable[[Event], None] = lambda _: None
        self.on_delivered: Callable[[Ref, str, float], None] = lambda *_: None
        self.fate: Callable[[Record, float], str] = lambda *_: "sent"
        self.recent: deque[Event] = deque(maxlen=self.KEPT)
        self.counts: Counter[str] = Counter()
        self._mailed: Counter[str] = Counter()
        self._happened: Counter[Ref] = Counter()

    def begin(self, record: Record, *, at_once: bool = False) -> None:
        """Plan the story of every recipient. With `at_once` the first step does not wait."""
        letter = self._press.letter_of(record)
        for ref, envelope, person in self._press.refs(record):
            journey = Journey(record, letter, envelope, ref, person["email"])
            due = due_at(record, letter, envelope)
            self._agenda.at(due, partial(self._start, journey, at_once=at_once))

    def _start(self, journey: Journey, at: float, *, at_once: bool) -> None:
        due = due_at(journey.record, journey.letter, journey.envelope)
        fate = self.fate(journey.record, due)
        if fate == "waiting":  # paused: looked at again until it is lifted, or 72 hours are over
            self._agenda.at(at + PAUSED, partial(self._start, journey, at_once=at_once))
        elif fate == "sent":
            self._set_out(journey, at, at_once=at_once)

    def _set_out(self, journey: Journey, at: float, *, at_once: bool) -> None:
        key = journey.address.lower()
        self._mailed[key] += 1
        stencil = self._press.stencil(journey.record.number)
        journey.steps = plan(
            self.behaviour,
            journey.address,
            Dice(self._seed, "recipient", key, self._mailed[key]),
            suppressed=self._suppressions.reason(journey.address, journey.letter),
            opens=stencil.opens and stencil.html is not None,
            clicks=stencil.clicks and bool(stencil.links),
        )
        if at_once and journey.steps:
            journey.steps[0].after = 0.0
        self._next(journey, at)

    def _next(self, journey: Journey, at: float) -> None:
        if journey.position < len(journey.steps):
            step = journey.steps[journey.position]
            self._agenda.at(at + step.after, lambda due: self._step(journey, step, due))

    def _step(self, journey: Journey, step: Step, due: float) -> None:
        journey.position += 1
        event = self._build(journey, step, due, journey.position)
        self._take_effect(journey, event, due)
        self.emit(event)
        if event.get("event") == "delivered":
            self.on_delivered(journey.ref, journey.address, due)
        self._next(journey, due)

    def happen(self, ref: Ref, name: str, at: float, fields: Json) -> Event:
        """Something that a reader did at one of SendGrid's own links. KeyError for an unknown recipient."""
        record, letter, envelope, _, person = self._press.locate(ref)
        journey = Journey(record, letter, envelope, ref, person["email"])
        self._happened[ref] += 1
        event = self._build(journey, Step(name, 0.0, fields), at, 1000 + self._happened[ref])
        self._take_effect(journey, event, at)
        self.emit(event)
        return event

    def recall(self, ref: Ref, event: Event) -> None:
        """Something that a reader did before a restart: it counts again and, if it was not taken, is posted again."""
        record, letter, envelope, _, person = self._press.locate(ref)
        self._happened[ref] += 1
        journey = Journey(record, letter, envelope, ref, person["email"])
        self._take_effect(journey, event, float(event["timestamp"]))
        self.emit(event)

    def emit(self, event: Event) -> None:
        """Keep, count and post an event that is complete."""
        self.recent.append(event)
        self.counts[str(event.get("event"))] += 1
        self.post(event)

    def _build(self, journey: Journey, step: Step, at: float, position: int) -> Event:
        name = {"late_bounce": "bounce", "machine_open": "open", "unknown": "moved"}.get(
            step.event, step.event
        )
        event: Event = {
            "email": journey.address,
            "timestamp": int(at),
            "event": name,
            "sg_event_id": event_id(journey, name, position),
        }
        if step.event != "late_bounce":
            event = {
                **_own_args(journey.args),
                **event,
                **self._context(journey, name),
                **self._details(journey, step),
            }
        event.update(step.fields)
        return {key: value for key, value in event.items() if value is not None}

    def _context(self, journey: Journey, name: str) -> Event:
        record = journey.record
        context: Event = {"sg_message_id": sg_message_id(self._seed, record, journey.ref.envelope)}
        if name not in _NO_SMTP_ID:
            context["smtp-id"] = f"<{record.message_id}@geopod-ismtpd-{record.index % 7}>"
        if record.categories:
            context["category"] = self._category(journey)
        if group := (journey.letter.get("asm") or {}).get("group_id"):
            context["asm_group_id"] = group
        return context

    def _category(self, journey: Journey) -> str | list[str]:
        names = journey.record.categories
        form = self.behaviour.category
        if form == "mixed":
            form = Dice(self._seed, "category", journey.ref, journey.position).pick(("array", "string"))
        return names[0] if form == "string" and len(names) == 1 else list(names)

    def _details(self, journey: Journey, step: Step) -> Event:
        if step.event == "processed":
            return {"send_at": int(journey.envelope.get("send_at") or journey.letter.get("send_at") or 0)}
        if step.event in ("delivered", "bounce"):
            return {"ip": "127.0.0.1", "tls": 1}
        if step.event in ("open", "machine_open"):
            machine = step.event == "machine_open"
            return {
                "useragent": _PROXY if machine else _HUMAN,
                "ip": "127.0.0.1",
                "sg_machine_open": machine,
                "sg_content_type": "html",
            }
        if step.event == "click":
            return self._click(journey)
        if step.event in ("group_unsubscribe", "group_resubscribe"):
            return {
                "useragent": _HUMAN,
                "ip": "127.0.0.1",
                "url": self._press.address_for("group", journey.ref),
            }
        return {}

    def _click(self, journey: Journey) -> Event:
        links = self._press.stencil(journey.record.number).links
        clicked: Event = {"useragent": _HUMAN, "ip": "127.0.0.1"}
        if links:
            link = Dice(self._seed, "link", journey.ref, journey.position).pick(links)
            url, _ = self._press.target(journey.ref, link.index)
            clicked |= {"url": url, "url_offset": {"index": link.index, "type": link.part}}
        return clicked

    def _take_effect(self, journey: Journey, event: Event, at: float) -> None:
        name, address = str(event.get("event")), journey.address
        if name == "bounce":
            bounced: List = "bounces" if event.get("type") == "bounce" else "blocks"
            self._suppressions.add(bounced, address, at, event)
        elif name == "dropped" and event.get("reason") == "Invalid":
            self._suppressions.add("invalid_emails", address, at, event)
        elif name in _LISTS:
            self._suppressions.add(_LISTS[name], address, at)
        group = event.get("asm_group_id")
        if name == "group_unsubscribe" and isinstance(group, int):
            self._suppressions.add_to_group(group, address, at)
        elif name == "group_resubscribe" and isinstance(group, int):
            self._suppressions.remove_from_group(group, address)

    def clear(self) -> None:
        """Forget everything that happened."""
        self.recent.clear()
        self.counts.clear()
        self._mailed.clear()
        self._happened.clear()


def sg_message_id(seed: int, record: Record, envelope: int) -> str:
    """The id of one personalization's message: the request's X-Message-Id, a dot, the rest."""
    server = token(seed, "server", record.index, size=9)
    return f"{record.message_id}.recvd-{server}-1-{record.index:X}.{envelope}"


def event_id(journey: Journey, name: str, position: int) -> str:
    """The sg_event_id: base64url, the same for the same event in every run and every retry."""
    text = f"{name}-{position}-{journey.ref}-{journey.record.message_id}-{journey.record.index}"
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _own_args(args: dict[str, str]) -> Event:
    return {name: value for name, value in args.items() if name not in RESERVED}
