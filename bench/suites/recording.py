"""Events: signed posts of the provider are verified, kept, answered, and applied.

In: hooks of up to 1,400 events (768 kB is where SendGrid posts), signed; a mailing that they are about. Out: events a second. Called
by bench.child.

Each recipient has a `processed` and a `delivered` or another end; a twentieth of the events comes twice. The ceiling inserts
ready rows into the same table, one durable transaction a post.
"""

from __future__ import annotations

import base64
import json
import random
import sqlite3
import string
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench import world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter.pipeline import record
from newsletter.pipeline.context import Context
from newsletter.pipeline.steady import steady

_EACH = 1400
_HOOKS = "hooks.json"
_KEY = "webhook.key"
_SPOOLED, _APPLIED = "spooled.db", "applied.db"
_LETTERS = string.ascii_letters + string.digits + "-_"


def _make(folder: Path, size: int) -> None:
    world.campaign(folder, size // 2)
    told = _events(folder, size)
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / _KEY).write_text(base64.b64encode(public).decode())
    hooks = [_signed(key, told[start : start + _EACH]) for start in range(0, len(told), _EACH)]
    (folder / _HOOKS).write_text(json.dumps(hooks))
    world.restore(folder, world.PREPARED)
    with _opened(folder) as ctx:
        _receive(ctx, folder)
    world.keep(folder, _SPOOLED)
    with _opened(folder) as ctx:
        _apply(ctx)
    world.keep(folder, _APPLIED)


def _opened(folder: Path):
    return world.opened(folder, NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY=(folder / _KEY).read_text())


def _events(folder: Path, size: int) -> list[dict[str, object]]:
    """In the order in which a provider tells them: batches are processed, then their ends come, mixed."""
    chance = random.Random(2020)
    with closing(sqlite3.connect(folder / world.PREPARED)) as db:
        instance = db.execute("SELECT value FROM meta WHERE name = 'instance'").fetchone()[0]
        rows = db.execute("SELECT id, batch_id, address FROM deliveries ORDER BY id").fetchall()
    made = [one for row in rows for one in _of(row, instance, chance)]
    made = [made[n] for n in sorted(range(len(made)), key=lambda n: n + chance.random() * 3000)]
    for _ in range(size // 20):
        made[chance.randrange(len(made))] = made[chance.randrange(len(made))]
    return made[:size]


def _of(row: tuple[int, int, str], instance: str, chance: random.Random) -> Iterator[dict[str, object]]:
    number, batch, address = row
    message = "".join(chance.choices(_LETTERS, k=22))
    common = {
        "email": address, "timestamp": 1608130800 + number // 100, "category": [world.SLUG], "nl_i": instance,
        "nl_b": str(batch), "nl_a": "1", "nl_d": str(number), "smtp-id": f"<{message}@geopod-ismtpd-1>",
        "sg_message_id": f"{message}.recvd-7c9f6d8b5d-abcde-1-5FDA1E30-{number}.0",
    }  # fmt: skip
    yield common | {"event": "processed", "sg_event_id": "".join(chance.choices(_LETTERS, k=43))}
    end: dict[str, object] = {
        "event": "delivered",
        "response": "250 2.0.0 OK  1608130801 a1si1234567qkb.1 - gsmtp",
    }
    if number % 50 == 0:
        end = {
            "event": "bounce",
            "type": "bounce",
            "status": "5.1.1",
            "reason": "550 5.1.1 The account does not exist",
        }
    yield (
        common
        | end
        | {"sg_event_id": "".join(chance.choices(_LETTERS, k=43)), "ip": "198.51.100.7", "tls": 1}
    )


def _signed(key: ec.EllipticCurvePrivateKey, told: list[dict[str, object]]) -> dict[str, object]:
    body = "[" + ",\r\n".join(json.dumps(one) for one in told) + "]\r\n"
    signature = key.sign(b"1608130800" + body.encode(), ec.ECDSA(hashes.SHA256()))
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": "1608130800",
    }
    return {"headers": headers, "body": body}


def _receive(ctx: Context, folder: Path) -> None:
    for hook in json.loads((folder / _HOOKS).read_text()):
        record.receive(ctx, "sendgrid", hook["headers"], hook["body"].encode())


def _apply(ctx: Context) -> None:
    """As the runner does."""
    with steady():
        while record.apply_new(ctx).hooks:
            pass


def _both(folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)
    hooks = [(one["headers"], one["body"].encode()) for one in json.loads((folder / _HOOKS).read_text())]
    with _opened(folder) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        for headers, body in hooks:
            record.receive(ctx, "sendgrid", headers, body)
        _apply(ctx)
        return meter.read(size)


def _spool(folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)
    hooks = [(one["headers"], one["body"].encode()) for one in json.loads((folder / _HOOKS).read_text())]
    with _opened(folder) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        for headers, body in hooks:
            record.receive(ctx, "sendgrid", headers, body)
        return meter.read(size)


def _applying(folder: Path, size: int) -> Reading:
    world.restore(folder, _SPOOLED)
    with _opened(folder) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        _apply(ctx)
        return meter.read(size)


def _insert(folder: Path, size: int) -> Reading:
    with closing(sqlite3.connect(folder / _APPLIED)) as source:
        found = source.execute("SELECT * FROM events")
        names = [column[0] for column in found.description][1:]  # numbered anew, in the order of arrival
        rows = [row[1:] for row in found]
    random.Random(1).shuffle(rows)
    world.restore(folder, world.PREPARED)
    with closing(world.raw(folder)) as db:
        places = ",".join("?" * len(names))
        statement = f"INSERT INTO events ({', '.join(names)}) VALUES ({places}) ON CONFLICT DO NOTHING"
        meter = Meter()
        for start in range(0, len(rows), _EACH):
            db.execute("BEGIN IMMEDIATE")
            page = rows[start : start + _EACH]
            db.executemany(statement, page)
            db.execute("COMMIT")
        return meter.read(len(rows))


SUITE = Suite(
    name="events",
    title="Signed events of the provider",
    unit="event",
    size=100_000,
    make=_make,
    candidates=(
        Candidate("the insert alone", Role.CEILING, _insert),
        Candidate("newsletter: verified, kept, applied", Role.OURS, _both),
        Candidate("of that: verified and kept (then answered)", Role.PART, _spool),
        Candidate("of that: applied", Role.PART, _applying),
    ),
)
