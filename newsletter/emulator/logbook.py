"""In: accepted requests, their events, what became of scheduled mail. Out: messages as the Email Logs know them, once indexed.

Called by api_logs.py. Shapes: the official document tsg_logs (v3). Nothing is stored: all is read from the history when asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newsletter.emulator.events import Event, sg_message_id
from newsletter.emulator.history import Record
from newsletter.emulator.letter import Json, recipients
from newsletter.emulator.message import due_at, envelope_args
from newsletter.emulator.world import World

_SUMMARY = {
    "processed": "processed",
    "dropped": "dropped",
    "cancel_drop": "dropped",
    "deferred": "deferred",
    "delivered": "delivered",
    "open": "delivered",
    "click": "delivered",
    "spamreport": "delivered",
    "unsubscribe": "delivered",
    "group_unsubscribe": "delivered",
}


@dataclass(frozen=True, slots=True)
class _Copy:
    """One recipient of an accepted request. `name` is the service's id of the message."""

    record: Record
    letter: Json
    envelope: Json
    name: str
    address: str


def rows(world: World) -> Iterator[Json]:
    """Every message that is indexed by now, oldest first: the fields that a query may name, its events, its custom args."""
    seen, now = _by_message(world), world.clock.now()
    for record in world.history.accepted():
        if now < record.at + world.index_delay:
            continue
        letter = world.history.letter(record.number)
        for place, envelope in enumerate(letter["personalizations"]):
            name = sg_message_id(world.options.seed, record, place)
            for _, person in recipients(envelope):
                copy = _Copy(record, letter, envelope, name, person["email"])
                yield _row(world, copy, seen.get((name, copy.address.lower()), []))


def _by_message(world: World) -> dict[tuple[str, str], list[Event]]:
    found: dict[tuple[str, str], list[Event]] = {}
    for event in world.events.recent:
        if name := event.get("sg_message_id"):
            found.setdefault((name, str(event.get("email")).lower()), []).append(event)
    return found


def _row(world: World, copy: _Copy, events: list[Event]) -> Json:
    record, letter, envelope = copy.record, copy.letter, copy.envelope
    due, story = due_at(record, letter, envelope), [*events]
    if world.scheduling.fate(record, due) in ("cancelled", "expired"):
        story.append({"event": "cancel_drop", "timestamp": int(due), "reason": "Scheduled send cancelled"})
    return {
        "sg_message_id": copy.name,
        "subject": str(envelope.get("subject") or letter.get("subject") or ""),
        "to_email": copy.address,
        "from_email": (envelope.get("from") or letter["from"])["email"],
        "status": _status(story),
        "reason": next((str(each["reason"]) for each in reversed(story) if each.get("reason")), ""),
        "categories": list(record.categories),
        "sg_message_id_created_at": record.at,
        "custom_args": envelope_args(letter, envelope),
        "events": story,
        "record": record,
    }


def _status(events: list[Event]) -> str:
    status = "processed"
    for event in events:
        if event.get("event") == "bounce":
            status = "blocked" if event.get("type") == "blocked" else "bounced"
        else:
            status = _SUMMARY.get(str(event.get("event")), status)
    return status


def summary(row: Json) -> Json:
    """A message in a list."""
    names = ("from_email", "sg_message_id", "subject", "to_email", "reason", "status")
    created = datetime.fromtimestamp(row["sg_message_id_created_at"], UTC)
    return {name: row[name] for name in names} | {
        "sg_message_id_created_at": created.isoformat(timespec="seconds").replace("+00:00", "Z")
    }


def detail(row: Json) -> Json:
    """A message with all its events, the newest hundred."""
    record: Record = row["record"]
    received = {
        "event": "received",
        "email": row["to_email"],
        "recv_msgid": record.message_id,
        "sg_event_id": f"received-{record.index}",
        "timestamp": int(record.at),
        "api_key_id": record.key,
        "api_version": "3",
        "client_ip": "127.0.0.1",
        "protocol": "HTTP",
        "recipient_count": record.personalizations,
        "size": record.size,
    }
    events = [received, *(_event(row, event) for event in row["events"])]
    return {
        **{name: row[name] for name in ("from_email", "sg_message_id", "subject", "to_email", "status")},
        "api_key_id": record.key,
        "client_ip": "127.0.0.1",
        "category": row["categories"],
        "custom_args": row["custom_args"],
        "events": events[-100:],
    }


def _event(row: Json, event: Event) -> Json:
    """An event as the logs tell it: custom args in an object of their own, categories as a list."""
    record: Record = row["record"]
    told: dict[str, Any] = {
        name: value for name, value in event.items() if name not in row["custom_args"] and name != "category"
    }
    told.setdefault("email", row["to_email"])
    told.setdefault("sg_message_id", row["sg_message_id"])
    told.setdefault("sg_event_id", f"{event['event']}-{record.index}-{row['to_email']}")
    told.setdefault("smtp-id", f"<{record.message_id}@geopod-ismtpd-{record.index % 7}>")
    if event["event"] == "unsubscribe":
        told.setdefault("date", datetime.fromtimestamp(event["timestamp"], UTC).strftime("%Y-%m-%d"))
    return {**told, "category": row["categories"], "custom_args": row["custom_args"]}
