"""The first schema."""

import sqlalchemy as sa
from alembic import op

from newsletter.store.columns import Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attribute_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_attribute_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", Json(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "basis = 'express' OR basis = 'membership' OR basis = 'purchase' OR basis = 'contract' OR basis = 'inquiry' OR basis = 'published' OR basis = 'b2b' OR basis = ''",
            name=op.f("ck_consents_basis"),
        ),
        sa.CheckConstraint(
            "kind = 'granted' OR kind = 'withdrawn' OR kind = 'corrected' OR kind = 'erased'",
            name=op.f("ck_consents_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_address_key"), ["address_key"], unique=False)

    op.create_table(
        "editions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_editions_slug"), ["slug"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("data", Json(), server_default="{}", nullable=False),
        sa.CheckConstraint(
            "kind = 'processed' OR kind = 'dropped' OR kind = 'deferred' OR kind = 'delivered' OR kind = 'bounced' OR kind = 'complained' OR kind = 'unsubscribed' OR kind = 'opened' OR kind = 'clicked' OR kind = 'account' OR kind = 'other'",
            name=op.f("ck_events_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_events_provider_event_id")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "facts",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind = 'complained' OR kind = 'unsubscribed' OR kind = 'left'", name=op.f("ck_facts_kind")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "kind", name=op.f("pk_facts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("link", sa.Integer(), nullable=True),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind = 'click' OR kind = 'open'", name=op.f("ck_hits_kind")),
        sa.CheckConstraint(
            "reader = 'human' OR reader = 'machine' OR reader = 'unknown'", name=op.f("ck_hits_reader")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hits")),
    )
    with op.batch_alter_table("hits", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hits_delivery",
            ["delivery_id"],
            unique=False,
            sqlite_where=sa.text("delivery_id IS NOT NULL"),
            postgresql_where=sa.text("delivery_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_hits_variant_id_kind"), ["variant_id", "kind"], unique=False)

    op.create_table(
        "hooks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("headers", Json(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state = 'new' OR state = 'applied' OR state = 'failed'", name=op.f("ck_hooks_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )
    with op.batch_alter_table("hooks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hooks_state"), ["state"], unique=False)

    op.create_table(
        "images",
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file_name", name=op.f("pk_images")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("last_name", sa.Text(), server_default="", nullable=False),
        sa.Column("company", sa.Text(), server_default="", nullable=False),
        sa.Column("province", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="", nullable=False),
        sa.Column("attributes", Json(), server_default="{}", nullable=False),
        sa.Column("email_folded", sa.Text(), server_default="", nullable=False),
        sa.Column("first_name_folded", sa.Text(), server_default="", nullable=False),
        sa.Column("last_name_folded", sa.Text(), server_default="", nullable=False),
        sa.Column("company_folded", sa.Text(), server_default="", nullable=False),
        sa.Column("province_folded", sa.Text(), server_default="", nullable=False),
        sa.Column("language_folded", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone_folded", sa.Text(), server_default="", nullable=False),
        sa.Column("attributes_folded", Json(), server_default="{}", nullable=False),
        sa.Column("consent_basis", sa.Text(), server_default="", nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("consent_evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("consent_expires_on", sa.Date(), nullable=True),
        sa.Column("tracking_consent", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "consent_basis = 'express' OR consent_basis = 'membership' OR consent_basis = 'purchase' OR consent_basis = 'contract' OR consent_basis = 'inquiry' OR consent_basis = 'published' OR consent_basis = 'b2b' OR consent_basis = ''",
            name=op.f("ck_members_consent_basis"),
        ),
        sa.CheckConstraint(
            "tracking_consent = 'unknown' OR tracking_consent = 'granted' OR tracking_consent = 'refused'",
            name=op.f("ck_members_tracking_consent"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("address_key", name=op.f("uq_members_address_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "occasions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasions")),
        sa.UniqueConstraint(
            "publication", "slug", "occurrence", name=op.f("uq_occasions_publication_slug_occurrence")
        ),
    )
    op.create_table(
        "suppressions",
        sa.Column("address_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "reason = 'complaint' OR reason = 'erased' OR reason = 'unsubscribed' OR reason = 'invalid' OR reason = 'manual'",
            name=op.f("ck_suppressions_reason"),
        ),
        sa.PrimaryKeyConstraint("address_key", "reason", name=op.f("pk_suppressions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("copy", sa.Integer(), server_default="0", nullable=False),
        sa.Column("again_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("include", Json(), nullable=False),
        sa.Column("exclude", Json(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("key_id", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("gentle", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("official", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("schedule", Json(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("fields", Json(), server_default="[]", nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=True),
        sa.Column("excluded", Json(), server_default="{}", nullable=False),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("approved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("not_before", Instant(), nullable=True),
        sa.Column("refusals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("insisted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "status = 'draft' OR status = 'scheduled' OR status = 'preparing' OR status = 'sending' OR status = 'paused' OR status = 'held' OR status = 'finished' OR status = 'cancelled' OR status = 'expired'",
            name=op.f("ck_campaigns_status"),
        ),
        sa.CheckConstraint(
            "tracking = 'off' OR tracking = 'aggregate' OR tracking = 'individual'",
            name=op.f("ck_campaigns_tracking"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_campaigns_edition_id")),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasions.id"], name=op.f("fk_campaigns_occasion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaigns_occasion_id"), ["occasion_id"], unique=False)

    op.create_table(
        "member_tags",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_tags_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "folded", name=op.f("pk_member_tags")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("member_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_tags_folded"), ["folded"], unique=False)

    op.create_table(
        "exclusions",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_exclusions_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "member_id", name=op.f("pk_exclusions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "tracking = 'off' OR tracking = 'aggregate' OR tracking = 'individual'",
            name=op.f("ck_variants_tracking"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_variants_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
        sa.UniqueConstraint(
            "campaign_id",
            "language",
            "answers",
            "tracking",
            name=op.f("uq_variants_campaign_id_language_answers_tracking"),
        ),
    )
    op.create_table(
        "waves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("zones", Json(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_waves_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
        sa.UniqueConstraint("campaign_id", "due_at", name=op.f("uq_waves_campaign_id_due_at")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("depth", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("waiting", sa.Text(), server_default="", nullable=False),
        sa.Column("requests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("doubt_since", Instant(), nullable=True),
        sa.CheckConstraint(
            "state = 'planned' OR state = 'ready' OR state = 'claimed' OR state = 'in_flight' OR state = 'accepted' OR state = 'rejected' OR state = 'retry_wait' OR state = 'in_doubt' OR state = 'held' OR state = 'split' OR state = 'cancelled' OR state = 'expired'",
            name=op.f("ck_batches_state"),
        ),
        sa.CheckConstraint(
            "waiting = '' OR waiting = 'refused' OR waiting = 'named'", name=op.f("ck_batches_waiting")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_batches_campaign_id")),
        sa.ForeignKeyConstraint(["root_id"], ["batches.id"], name=op.f("fk_batches_root_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_batches_variant_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_batches_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_batches_campaign_id_state"), ["campaign_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_batches_root_id"), ["root_id"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_attempts_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_attempts_batch_id_number")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("copy", sa.Integer(), server_default="0", nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("merge", sa.Text(), nullable=False),
        sa.Column("holds", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("state", sa.Text(), server_default="batched", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("progress", sa.SmallInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state = 'batched' OR state = 'skipped' OR state = 'rejected'", name=op.f("ck_deliveries_state")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_deliveries_batch_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_deliveries_campaign_id")),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasions.id"], name=op.f("fk_deliveries_occasion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_batch", ["batch_id"], unique=False)
        batch_op.create_index(
            "uq_deliveries_place",
            ["occasion_id", "address_key", "copy"],
            unique=True,
            sqlite_where=sa.text("holds"),
            postgresql_where=sa.text("holds"),
        )
