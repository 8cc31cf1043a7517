"""What a provider tells of a mailing: its events, mixed as they come, in signed posts; and how they are taken in.

In: a database whose deliveries are written down. Out: posts, and the key that they are verified with. Called by suites.
"""

from __future__ import annotations

import base64
import json
import random
import sqlite3
import string
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench import world
from newsletter.pipeline import record
from newsletter.pipeline.context import Context
from newsletter.pipeline.steady import steady

EACH = 1400  #: events of one post: SendGrid posts at 768 kB
_LETTERS = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True, slots=True)
class Signed:
    """Posts (headers, body), and the public key as a setting has it."""

    key: str
    posts: list[dict[str, Any]]


def events(database: Path, size: int) -> list[dict[str, object]]:
    """So many events about the deliveries of a database, in the order in which a provider tells them: batches are processed, then
    their ends come, mixed; a twentieth comes twice."""
    chance = random.Random(2020)
    with closing(sqlite3.connect(database)) as db:
        instance = db.execute("SELECT value FROM meta WHERE name = 'instance'").fetchone()[0]
        rows = db.execute("SELECT id, batch_id, address FROM deliveries ORDER BY id").fetchall()
    made = [one for row in rows for one in _of(row, instance, chance)]
    made = [made[n] for n in sorted(range(len(made)), key=lambda n: n + chance.random() * 3000)]
    for _ in range(size // 20):
        made[chance.randrange(len(made))] = made[chance.randrange(len(made))]
    return made[:size]


def about(rows: Sequence[tuple[int, int, str]], instance: str) -> list[dict[str, object]]:
    """The events of these deliveries (id, batch, address), in the order of their numbers; the same for the same rows."""
    chance = random.Random(rows[0][0])
    return [one for row in rows for one in _of(row, instance, chance)]


def _of(row: tuple[int, int, str], instance: str, chance: random.Random) -> Iterator[dict[str, object]]:
    number, batch, address = row
    message = "".join(chance.choices(_LETTERS, k=22))
    common = {
        "email": address, "timestamp": 1608130800 + number % 100_000 // 100, "category": [world.SLUG], "nl_i": instance,
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


def signed(told: Sequence[dict[str, object]]) -> Signed:
    """The same as signed posts."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    posts = [signed_post(key, told[start : start + EACH]) for start in range(0, len(told), EACH)]
    return Signed(base64.b64encode(public).decode(), posts)


def signed_post(key: ec.EllipticCurvePrivateKey, told: Sequence[dict[str, object]]) -> dict[str, Any]:
    """One post of events: headers, body."""
    body = "[" + ",\r\n".join(json.dumps(one) for one in told) + "]\r\n"
    signature = key.sign(b"1608130800" + body.encode(), ec.ECDSA(hashes.SHA256()))
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": "1608130800",
    }
    return {"headers": headers, "body": body}


def receive(ctx: Context, posts: Sequence[dict[str, Any]]) -> None:
    """Verify and keep them."""
    for post in posts:
        record.receive(ctx, "sendgrid", post["headers"], post["body"].encode())


def apply(ctx: Context) -> None:
    """As the runner does."""
    with steady():
        while record.apply_new(ctx).hooks:
            pass
