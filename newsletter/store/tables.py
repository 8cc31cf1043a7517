"""The tables. Every constraint is named; states are checked; nothing in the ledger cascades.

In: nothing. Out: SQLAlchemy Core tables and their metadata. Called by the other modules of store and by the migrations.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from newsletter.model.campaign import BatchState, CampaignStatus, DeliveryState
from newsletter.model.event import EventKind, Reader
from newsletter.model.member import FIELDS, ConsentBasis, SuppressionReason, TrackingConsent
from newsletter.model.publication import TrackingMode
from newsletter.store.columns import Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself


def _one_of(column: str, words: type[StrEnum], *, empty: bool = False) -> CheckConstraint:
    return _among(column, *(word.value for word in words), *([""] if empty else []))


def _among(column: str, *values: str) -> CheckConstraint:
    # Not IN: SQLite would build a table of the values anew for each row of an executemany, half the time of an insert.
    return CheckConstraint(" OR ".join(f"{column} = '{value}'" for value in values), name=column)


def _text_column(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

# What a segment compares stands folded (model.folding) beside what was written: so that every database compares alike.
members = Table(
    "members",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address_key", LargeBinary(16), nullable=False),
    Column("email", Text, nullable=False),
    *(_text_column(name) for name in FIELDS[1:]),
    Column("attributes", Json, nullable=False, server_default="{}"),
    *(_text_column(f"{name}_folded") for name in FIELDS),
    Column("attributes_folded", Json, nullable=False, server_default="{}"),
    _text_column("consent_basis"),
    Column("consent_on", Date),
    _text_column("consent_evidence"),
    Column("consent_expires_on", Date),
    Column("tracking_consent", Text, nullable=False, server_default=TrackingConsent.UNKNOWN.value),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("address_key"),
    _one_of("consent_basis", ConsentBasis, empty=True),
    _one_of("tracking_consent", TrackingConsent),
    sqlite_autoincrement=True,  # deliveries name members for ever: a number is never given to another
)

member_tags = Table(
    "member_tags",
    metadata,
    Column("member_id", Id, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    Column("folded", Text, primary_key=True),
    Column("tag", Text, nullable=False),
    Index(None, "folded"),
    sqlite_with_rowid=False,
)

attribute_names = Table(
    "attribute_names", metadata, Column("name", Text, primary_key=True), sqlite_with_rowid=False
)

# Append-only: what was granted or withdrawn, when, and how we know (CASL s. 13: whoever claims consent must prove it).
consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address_key", LargeBinary(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    _text_column("basis"),
    Column("effective_on", Date),
    _text_column("evidence"),
    _text_column("source"),
    _text_column("actor"),
    _one_of("basis", ConsentBasis, empty=True),
    _among("kind", "granted", "withdrawn", "corrected", "erased"),
    Index(None, "address_key"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_key", LargeBinary(16), primary_key=True),
    Column("reason", Text, primary_key=True),
    _text_column("address"),
    _text_column("source"),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
    _one_of("reason", SuppressionReason),
    sqlite_with_rowid=False,
)

editions = Table(
    "editions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("publication", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "slug"),
)

images = Table(
    "images",
    metadata,
    Column("file_name", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# One time of one issue of one publication: what "everyone once" is counted within, across campaigns.
occasions = Table(
    "occasions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publication", Text, nullable=False),
    Column("slug", Text, nullable=False),
    _text_column("occurrence"),
    UniqueConstraint("publication", "slug", "occurrence"),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("occasion_id", Id, ForeignKey("occasions.id"), nullable=False),
    Column("copy", Integer, nullable=False, server_default="0"),
    _text_column("again_reason"),
    Column("edition_id", Text, ForeignKey("editions.id"), nullable=False),
    Column("include", Json, nullable=False),
    Column("exclude", Json, nullable=False),
    Column("provider", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("key_id", SmallInteger, nullable=False),
    Column("status", Text, nullable=False),
    _text_column("reason"),
    Column("gentle", Boolean, nullable=False, server_default=text("0")),
    Column("official", Boolean, nullable=False, server_default=text("0")),  # approved to reach real people
    Column("schedule", Json),  # the local plan as it was understood: truth; `due_at` is a cache of it
    Column("due_at", Instant),
    Column("expires_at", Instant),  # when the last wave expires; null: the grace decides
    Column("grace_seconds", Integer, nullable=False),
    Column(
        "fields", Json, nullable=False, server_default="[]"
    ),  # member fields that `deliveries.merge` holds, in order
    Column("candidates", Integer),
    Column("excluded", Json, nullable=False, server_default="{}"),
    Column("approved_at", Instant),
    _text_column("approved_by"),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    _text_column("stage"),  # "first": only the first batch of a gentle start may leave; empty: all may
    Column("not_before", Instant),  # nothing leaves earlier: the countdown of a gentle start
    Column(
        "refusals", Integer, nullable=False, server_default="0"
    ),  # refused requests since none was accepted
    Column(
        "insisted", Boolean, nullable=False, server_default=text("0")
    ),  # resumed by a person after such a pause
    _one_of("status", CampaignStatus),
    _one_of("tracking", TrackingMode),
    Index(None, "occasion_id"),
)

variants = Table(
    "variants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("language", Text, nullable=False),
    Column("answers", Text, nullable=False),  # one 0 or 1 for each condition of the edition
    Column("tracking", Text, nullable=False),
    UniqueConstraint("campaign_id", "language", "answers", "tracking"),
    _one_of("tracking", TrackingMode),
)

waves = Table(
    "waves",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("zones", Json, nullable=False),
    UniqueConstraint("campaign_id", "due_at"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("wave_id", Id, ForeignKey("waves.id"), nullable=False),
    Column("variant_id", Id, ForeignKey("variants.id"), nullable=False),
    Column(
        "root_id", Id, ForeignKey("batches.id")
    ),  # the batch that this one was split from in the end; null: itself
    Column("depth", SmallInteger, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    _text_column("reason"),
    _text_column(
        "waiting"
    ),  # in retry_wait without a time: refused, or named in a refusal; waits for evidence
    Column(
        "requests", Integer, nullable=False, server_default="0"
    ),  # on the first batch: what its family has cost so far
    Column(
        "failures", Integer, nullable=False, server_default="0"
    ),  # how often in a row the provider was unavailable
    Column("epoch", Integer, nullable=False, server_default="0"),
    _text_column("owner"),
    Column("lease_until", Instant),
    Column("due_at", Instant),
    Column("doubt_since", Instant),
    _one_of("state", BatchState),
    _among("waiting", "", "refused", "named"),
    Index(None, "campaign_id", "state"),
    Index(None, "root_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("occasion_id", Id, ForeignKey("occasions.id"), nullable=False),
    Column("copy", Integer, nullable=False, server_default="0"),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False),
    Column("member_id", Id, nullable=False),  # no foreign key: a member may be erased, the ledger stays
    Column("address_key", LargeBinary(16), nullable=False),
    Column("address", Text, nullable=False),
    Column("merge", Text, nullable=False),  # JSON list of the values of `campaigns.fields`
    Column("holds", Boolean, nullable=False, server_default=text("1")),
    Column("state", Text, nullable=False, server_default=DeliveryState.BATCHED.value),
    _text_column("reason"),
    Column("progress", SmallInteger, nullable=False, server_default="0"),  # rank of model.campaign.Progress
    _one_of("state", DeliveryState),
    Index("ix_deliveries_batch", "batch_id"),
    # Everyone once: one place for one copy of one issue, across campaigns, while it is held.
    Index(
        "uq_deliveries_place",
        "occasion_id",
        "address_key",
        "copy",
        unique=True,
        sqlite_where=text("holds"),
        postgresql_where=text("holds"),
    ),
)

# Who was in the audience and is not mailed, and why: candidates = prepared + excluded.
exclusions = Table(
    "exclusions",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True),
    Column("member_id", Id, primary_key=True),
    Column("address_key", LargeBinary(16), nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("members", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    _text_column("outcome"),
    Column("status", Integer),
    _text_column("reference"),
    _text_column("detail"),
    UniqueConstraint("batch_id", "number"),
)

# Verified bodies as they came, before anything is made of them.
hooks = Table(
    "hooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="new"),
    _text_column("error"),
    _among("state", "new", "applied", "failed"),
    Index(None, "state"),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("delivery_id", Id),
    Column("batch_id", Id),
    Column("attempt", Integer),
    Column("occurred_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    _text_column("reason"),
    _text_column("status"),
    Column("data", Json, nullable=False, server_default="{}"),
    UniqueConstraint("provider", "event_id"),
    _one_of("kind", EventKind),
    Index(None, "delivery_id"),
    Index(None, "batch_id"),
)

# What lies beside the books, once a delivery: complained, unsubscribed, left during hand-over.
facts = Table(
    "facts",
    metadata,
    Column("delivery_id", Id, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    _among("kind", "complained", "unsubscribed", "left"),
    sqlite_with_rowid=False,
)

hits = Table(
    "hits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("variant_id", Id, nullable=False),
    Column("delivery_id", Id),  # only in individual mode
    Column("link", Integer),
    Column("reader", Text, nullable=False),
    _text_column("rule"),
    _among("kind", "click", "open"),
    _one_of("reader", Reader),
    Index(None, "variant_id", "kind"),
    Index(
        "ix_hits_delivery",
        "delivery_id",
        sqlite_where=text("delivery_id IS NOT NULL"),
        postgresql_where=text("delivery_id IS NOT NULL"),
    ),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    _text_column("subject"),
    Column("detail", Json, nullable=False, server_default="{}"),
)
