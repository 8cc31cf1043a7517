"""The ledger: editions, campaigns, their waves, variants, batches and deliveries. Nothing in it cascades.

What a single row can keep by itself it keeps as a constraint (docs/explanation/ledger.md, L1-L14); the rest is searched for in tests.

In: nothing. Out: tables. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from newsletter.model.campaign import BatchState, CampaignStatus, DeliveryState, Progress
from newsletter.model.publication import TrackingMode
from newsletter.model.sequel import SequelKind
from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, among, metadata, one_of, rule, text_column

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
    text_column("occurrence"),
    UniqueConstraint("publication", "slug", "occurrence"),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("occasion_id", Id, ForeignKey("occasions.id"), nullable=False),
    Column("copy", Integer, nullable=False, server_default="0"),
    text_column("again_reason"),
    Column("edition_id", Text, ForeignKey("editions.id"), nullable=False),
    Column("include", Json, nullable=False),
    Column("exclude", Json, nullable=False),
    Column("provider", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("key_id", SmallInteger, nullable=False),
    Column("status", Text, nullable=False),
    text_column("reason"),
    Column("gentle", Boolean, nullable=False, server_default=false()),
    Column("official", Boolean, nullable=False, server_default=false()),  # approved to reach real people
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
    text_column("approved_by"),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    text_column("stage"),  # "first": only the first batch of a gentle start may leave; empty: all may
    Column("not_before", Instant),  # nothing leaves earlier: the countdown of a gentle start
    Column(
        "refusals", Integer, nullable=False, server_default="0"
    ),  # refused requests since none was accepted
    Column(
        "insisted", Boolean, nullable=False, server_default=false()
    ),  # resumed by a person after such a pause
    Column("freed_from", Id),  # the newest hold on everything that a person let it out of
    Column(
        "judged_from", Instant
    ),  # what came back of mail handed over earlier counts no more: a person resumed
    Column(
        "send_window", Text
    ),  # the hours within which it leaves; null: the setting decides; empty: at any hour
    text_column("surroundings"),  # what stands in its mails beside the text; empty: not known
    one_of("status", CampaignStatus),
    one_of("tracking", TrackingMode),
    rule("copy", "copy = 0 OR copy > 0 AND again_reason <> ''"),  # another copy to everybody has its reason
    rule("begun", "started_at IS NOT NULL OR status <> 'sending' AND status <> 'finished'"),
    rule(
        "ended",
        "ended_at IS NOT NULL OR status <> 'finished' AND status <> 'cancelled' AND status <> 'expired'",
    ),
    Index(None, "occasion_id"),
)

# A mailing that completes another: the refused, late joiners, a corrected text.
sequels = Table(
    "sequels",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True),
    Column("follows_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("root_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", Text, nullable=False),
    one_of("kind", SequelKind),
    Index(None, "follows_id"),
    Index(None, "root_id"),
    sqlite_with_rowid=False,
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
    one_of("tracking", TrackingMode),
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
    text_column("reason"),
    text_column(
        "waiting"
    ),  # in retry_wait without a time: refused, or named in a refusal; waits for evidence
    Column(
        "requests", Integer, nullable=False, server_default="0"
    ),  # on the first batch: what its family has cost so far
    Column(
        "failures", Integer, nullable=False, server_default="0"
    ),  # how often in a row the provider was unavailable
    Column("epoch", Integer, nullable=False, server_default="0"),
    text_column("owner"),
    Column("lease_until", Instant),
    Column("due_at", Instant),
    Column("doubt_since", Instant),
    text_column("lane"),  # the receiving domains that share one pace; empty: the account's alone
    one_of("state", BatchState),
    among("waiting", "", "refused", "named"),
    # Somebody answers for what is claimed or on its way, until a time; for nothing else.
    rule("owned", "(state = 'claimed' OR state = 'in_flight') = (owner <> '')"),
    rule("leased", "(state = 'claimed' OR state = 'in_flight') = (lease_until IS NOT NULL)"),
    rule("doubted", "state <> 'in_doubt' OR doubt_since IS NOT NULL"),  # else no time would end it
    rule("aside", "waiting = '' OR state = 'retry_wait'"),
    rule("waits", "state <> 'retry_wait' OR waiting <> '' OR due_at IS NOT NULL"),  # for something, always
    rule("counts", "epoch >= 0 AND requests >= 0 AND failures >= 0 AND depth >= 0"),
    rule("rooted", "root_id IS NULL AND depth = 0 OR root_id IS NOT NULL AND root_id <> id"),
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
    Column("holds", Boolean, nullable=False, server_default=true()),
    Column("state", Text, nullable=False, server_default=DeliveryState.BATCHED.value),
    text_column("reason"),
    Column("progress", SmallInteger, nullable=False, server_default="0"),  # rank of model.campaign.Progress
    one_of("state", DeliveryState),
    rule("placed", "state = 'batched' OR NOT holds"),  # who is skipped or rejected gives the place up
    rule("counts", f"copy >= 0 AND progress >= 0 AND progress < {len(Progress)}"),
    Index("ix_deliveries_batch", "batch_id"),
    Index(None, "member_id"),  # one person's story
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

#: a delivery that holds its place, in the very words of the index of places: SQLite knows that index by no others ("holds = 1" would
#: read all deliveries for each member)
HOLDS = text("deliveries.holds")

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
    text_column("outcome"),
    Column("status", Integer),
    text_column("reference"),
    text_column("detail"),
    text_column("handle"),  # by which the provider can be told to discard it, where it is revocable
    Column("due_at", Instant),  # when it is to leave there
    UniqueConstraint("batch_id", "number"),
    rule("counts", "number > 0 AND epoch >= 0 AND members >= 0"),
    among("outcome", "", "accepted", "in_doubt", "again", "account", "named", "refused", "absent"),
    rule("ended", "(outcome = '') = (finished_at IS NULL)"),
    # No call without the digest of its bytes. What a backup that was put back may have left out was no call of this database.
    rule("digested", "length(sha256) = 64 OR sha256 = '' AND outcome <> ''"),
)
