"""Series of mailings that come back, their occurrences, and notices to staff."""

import sqlalchemy as sa
from alembic import op

from newsletter.store.columns import Instant, Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "series",
        sa.Column("id", _ID, nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("include", Json(), nullable=False),
        sa.Column("exclude", Json(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("gentle", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("wish", Json(), nullable=False),
        sa.Column("past", sa.Text(), nullable=False),
        sa.Column("look_at", Instant(), nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_index(
        "uq_series_open",
        "series",
        ["publication", "slug", "include", "exclude"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "occurrences",
        sa.Column("series_id", _ID, nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("campaign_id", _ID, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_occurrences_campaign_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_occurrences_series_id")),
        sa.PrimaryKeyConstraint("series_id", "occurrence", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_campaign_id"), "occurrences", ["campaign_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign_id", _ID, nullable=True),
        sa.Column("data", Json(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reached", Json(), server_default="[]", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind = 'approval' OR kind = 'day' OR kind = 'hour' OR kind = 'held' OR kind = 'paused' "
            "OR kind = 'finished' OR kind = 'silent' OR kind = 'trouble' OR kind = 'missed'",
            name=op.f("ck_notices_kind"),
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR state = 'delivered' OR state = 'outdated' OR state = 'nobody' OR state = 'failed'",
            name=op.f("ck_notices_state"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_notices_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(op.f("ix_notices_state"), "notices", ["state"], unique=False)
    op.create_index(op.f("ix_notices_campaign_id"), "notices", ["campaign_id"], unique=False)
