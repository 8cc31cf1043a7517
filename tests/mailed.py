"""A mailing that was handed over, written straight into the tables: what the pages of readers, hooks and reports stand on."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from newsletter.model.artwork import Image, Link, Mark, MarkKind, Slot, SlotContext
from newsletter.model.campaign import BatchState, CampaignStatus, Progress
from newsletter.model.edition import Artwork, Edition, EditionText
from newsletter.model.folding import fold
from newsletter.model.keys import Keys, address_key
from newsletter.model.publication import Publication, Sender, TrackingMode
from newsletter.model.token import Tokens, of_variant, sign
from newsletter.pipeline.context import Context
from newsletter.providers import registry
from newsletter.settings import resolve
from newsletter.store import editions, tables
from tests import databases

START = datetime(2020, 12, 16, 14, 0, tzinfo=UTC)
KEYS = Keys(suppression=b"s" * 32, tokens={1: b"t" * 32}, current=1)
INSTANCE = "0a1b2c3d"
BASE_URL = "http://127.0.0.1:8025"
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

PUBLICATION = Publication(
    key="ngen",
    name={"en": "NGen News", "fr": "Nouvelles de NGen"},
    sender=Sender({"en": "NGen", "fr": "NGen"}, "news@ngen.example"),
    postal_address={
        "en": "NGen, 100 Sample Street, Hamilton, Ontario  L0L 0L0",
        "fr": "NGen, 100, rue Sample, Hamilton (Ontario)  L0L 0L0",
    },
    contact={"en": "news@ngen.example", "fr": "nouvelles@ngen.example"},
    list_id="news.ngen.example",
    languages=("en", "fr"),
    time_zone="America/Toronto",
    website="https://www.ngen.ca",
)

LINKS = (
    Link("https://www.ngen.ca/impact?a=1&b=2#top", "See", "en"),
    Link("https://www.ngen.ca/fr/équipe", "Voir", "fr"),
    Link("https://www.ngen.ca", "Site", "en"),
    Link("https://example.org/a", "A", "en"),
    Link("https://www.ngen.ca/{{x}}", "Own", "en", personal=True),
)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


def edition(slug: str = "2020-12-16-holiday-greeting") -> Edition:
    """A small frozen email in two languages, with a slot, links, an image and every page of its reader."""
    image = Image(hashlib.sha256(GIF).hexdigest(), "image/gif", 1, 1, len(GIF), "issues/a.gif")
    texts = {name: _text(name) for name in ("en", "fr", "en+fr")}
    artwork = Artwork(
        slug=slug,
        template="letter",
        languages=("en", "fr"),
        texts=texts,
        slots=(Slot("first_name", "friend"),),
        links=LINKS,
        conditions=(),
        images=(image,),
        sender=PUBLICATION.sender,
        reply_to="",
        tracking=None,
    )
    digest = hashlib.sha256(msgspec.json.encode(artwork, order="deterministic")).hexdigest()
    return Edition(digest, "ngen", artwork)


def _text(language: str) -> EditionText:
    first = language.split("+")[0]
    url = SlotContext.URL
    html = (
        f'<!doctype html><html lang="{first}"><head><title>A year</title></head><body><p>Dear ',
        Mark(MarkKind.SLOT, 0, SlotContext.TEXT),
        '</p><a href="', Mark(MarkKind.LINK, 0, url), '">See</a><a href="', Mark(MarkKind.LINK, 2, url),
        '">Site</a><img alt="" src="', Mark(MarkKind.IMAGE, 0, url), '"><a href="', Mark(MarkKind.VIEW, 0, url),
        '">View</a><a href="', Mark(MarkKind.PREFERENCES, 0, url), '">Preferences</a><a href="',
        Mark(MarkKind.UNSUBSCRIBE, 0, url), '">Unsubscribe</a>', Mark(MarkKind.PIXEL), "</body></html>",
    )  # fmt: skip
    subject = {"en": "A year of making it work", "fr": "Une année"}.get(language, "A year | Une année")
    plain = ("Dear ", Mark(MarkKind.SLOT, 0, SlotContext.PLAIN))
    return EditionText(language, (subject,), "What members did", subject, html, plain)


class Signer:
    """A provider's signing key, and hooks signed with it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = base64.b64encode(public).decode()

    def hook(
        self, events: Sequence[Mapping[str, object]] | bytes, timestamp: int = 1608127200
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a signed hook."""
        body = (
            events
            if isinstance(events, bytes)
            else b"[" + b",\r\n".join(json.dumps(one).encode() for one in events) + b"]\r\n"
        )
        signature = self._key.sign(str(timestamp).encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "content-type": "application/json;charset=utf-8",
            "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
            "x-twilio-email-event-webhook-timestamp": str(timestamp),
        }
        return headers, body


@dataclass
class Mailed:
    """The world of one test."""

    ctx: Context
    clock: Clock
    signer: Signer
    edition: Edition
    campaign: int = 0
    variants: dict[tuple[str, TrackingMode], int] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)

    def tokens(self, email: str) -> Tokens:
        """Both tokens of the delivery to an address."""
        return sign(KEYS.signing, KEYS.current, self.deliveries[email])

    def variant_track(self, language: str = "en") -> str:
        """The click token that readers of a language share."""
        number = self.variants[language, TrackingMode.AGGREGATE]
        return sign(KEYS.signing, KEYS.current, of_variant(number)).track

    def event(
        self, kind: str, email: str = "", *, at: datetime | None = None, **more: object
    ) -> dict[str, object]:
        """A SendGrid event about the delivery to an address."""
        moment = at or self.clock.at
        fields: dict[str, object] = {
            "email": email,
            "timestamp": int(moment.timestamp()),
            "event": kind,
            "sg_event_id": f"{kind}-{email}-{int(moment.timestamp())}",
        }
        if email in self.deliveries:
            fields |= {"nl_i": INSTANCE, "nl_b": "1", "nl_a": "1", "nl_d": str(self.deliveries[email])}
        return fields | more

    def rows(self, table: Any) -> list[dict[str, Any]]:
        """All rows of a table, in order."""
        with self.ctx.store.read() as db:
            return [
                dict(row._mapping) for row in db.execute(select(table).order_by(*table.primary_key.columns))
            ]

    def everything(self, *without: str) -> dict[str, list[dict[str, Any]]]:
        """The whole database, but the named tables."""
        return {
            name: self.rows(table) for name, table in tables.metadata.tables.items() if name not in without
        }


@contextmanager
def world(
    folder: Path, *, tracking: TrackingMode = TrackingMode.AGGREGATE, publication: Publication = PUBLICATION
) -> Iterator[Mailed]:
    """An empty database with one edition."""
    clock, signer = Clock(), Signer()
    environment = {
        "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": signer.public,
        "SENDGRID_API_KEY": "SG.canary.canary",
        "NEWSLETTER_SENDGRID_BASE_URL": "http://127.0.0.1:9",
        "NEWSLETTER_WEB_BASE_URL": BASE_URL,
        "NEWSLETTER_STATE_DIR": str(folder / "state"),
    }
    settings = resolve({}, environment, {})
    store = databases.fresh(folder / "var" / "newsletter.db")
    made = {}

    def provider(name: str) -> Any:
        if name not in made:
            made[name] = registry.create(name, settings, folder)
        return made[name]

    ctx = Context(
        root=folder,
        settings=settings,
        publication=replace(publication, tracking=tracking),
        store=store,
        keys=KEYS,
        instance=INSTANCE,
        actor="tester",
        now=clock,
        sleep=lambda _: None,
        renderer=_no_renderer,
        provider=provider,
    )
    frozen = edition()
    with store.write() as db:
        editions.put(db, frozen, {frozen.artwork.images[0].digest: GIF}, clock())
    try:
        yield Mailed(ctx, clock, signer, frozen)
    finally:
        for one in made.values():
            one.close()
        databases.away(store)


def _no_renderer() -> Any:
    raise AssertionError("nothing is rendered here")


@dataclass(frozen=True)
class Person:
    """A member and the delivery to them."""

    email: str
    first_name: str = ""
    language: str = "en"
    tracking: TrackingMode = TrackingMode.AGGREGATE
    consent: str = "unknown"
    progress: Progress = Progress.NO_NEWS


ANA, BEN, CLO = (
    Person("ana@example.org", "Ana"),
    Person("ben@example.org", "Ben", "fr"),
    Person("clo@example.org", "", ""),
)


def hand_over(
    mailed: Mailed,
    people: Sequence[Person] = (ANA, BEN, CLO),
    *,
    tracking: TrackingMode = TrackingMode.AGGREGATE,
) -> Mailed:
    """Write down one mailing to these people, one batch a variant, all accepted."""
    t = tables
    with mailed.ctx.store.write() as db:
        occasion = db.execute(
            t.occasions.insert()
            .values(publication="ngen", slug=mailed.edition.artwork.slug, occurrence="")
            .returning(t.occasions.c.id)
        ).scalar_one()
        campaign = db.execute(
            t.campaigns.insert().values(
                occasion_id=occasion, edition_id=mailed.edition.id, include=["everyone"], exclude=[], provider="sendgrid",
                tracking=tracking.value, key_id=1, status=CampaignStatus.SENDING.value, grace_seconds=3600,
                fields=["first_name"], candidates=len(people), excluded={}, created_at=START, started_at=START,
            ).returning(t.campaigns.c.id)
        ).scalar_one()  # fmt: skip
        wave = db.execute(
            t.waves.insert().values(campaign_id=campaign, due_at=START, zones=[]).returning(t.waves.c.id)
        ).scalar_one()
        mailed.campaign = campaign
        batches: dict[int, int] = {}
        for person in people:
            language = person.language or "en+fr"
            key = (language, person.tracking)
            if key not in mailed.variants:
                variant = db.execute(
                    t.variants.insert().values(
                        campaign_id=campaign, language=language, answers="", tracking=person.tracking.value
                    ).returning(t.variants.c.id)
                ).scalar_one()  # fmt: skip
                mailed.variants[key] = variant
                batches[variant] = db.execute(
                    t.batches.insert().values(
                        campaign_id=campaign, wave_id=wave, variant_id=variant, state=BatchState.ACCEPTED.value
                    ).returning(t.batches.c.id)
                ).scalar_one()  # fmt: skip
            member = add_member(db, person)
            mailed.deliveries[person.email] = db.execute(
                t.deliveries.insert().values(
                    campaign_id=campaign, occasion_id=occasion, batch_id=batches[mailed.variants[key]], member_id=member,
                    address_key=key_of(person.email), address=person.email, merge=json.dumps([person.first_name]),
                    progress=person.progress.rank,
                ).returning(t.deliveries.c.id)
            ).scalar_one()  # fmt: skip
    return mailed


def standing(state: str) -> dict[str, object]:
    """The columns of a batch in a state, as the rules of the table want them."""
    under_way = state in {"claimed", "in_flight"}
    return {
        "state": state,
        "owner": "me" if under_way else "",
        "lease_until": START if under_way else None,
        "doubt_since": START if state == "in_doubt" else None,
        "due_at": START if state == "retry_wait" else None,
    }


def key_of(email: str) -> bytes:
    """The key of an address in the store."""
    return address_key(KEYS.suppression, email.lower())


def add_member(db: Any, person: Person) -> int:
    """A member with an express consent; their number."""
    row = tables.members.insert().values(
        address_key=key_of(person.email), email=person.email, email_folded=fold(person.email), first_name=person.first_name,
        first_name_folded=fold(person.first_name), language=person.language, language_folded=fold(person.language),
        consent_basis="express", consent_on=date(2020, 1, 1), tracking_consent=person.consent, created_at=START, updated_at=START,
    )  # fmt: skip
    return int(db.execute(row.returning(tables.members.c.id)).scalar_one())
