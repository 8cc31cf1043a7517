"""Mailings that complete another: the refused, late joiners, a corrected text."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sequels",
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("follows_id", _ID, nullable=False),
        sa.Column("root_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind = 'retry' OR kind = 'late' OR kind = 'corrected' OR kind = 'rest' OR kind = 'told'",
            name=op.f("ck_sequels_kind"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_sequels_campaign_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["campaigns.id"], name=op.f("fk_sequels_follows_id")),
        sa.ForeignKeyConstraint(["root_id"], ["campaigns.id"], name=op.f("fk_sequels_root_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_sequels")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sequels_follows_id"), "sequels", ["follows_id"])
    op.create_index(op.f("ix_sequels_root_id"), "sequels", ["root_id"])
