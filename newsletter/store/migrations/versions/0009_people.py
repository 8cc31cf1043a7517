"""Files of members that were handed in; one person's mailings and audit lines found without reading everybody's."""

import sqlalchemy as sa
from alembic import op

from newsletter.store.columns import Instant, Json

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STATES = ("new", "mapped", "applying", "applied", "dropped")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "intakes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("columns", Json(), server_default="{}", nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", Json(), server_default="{}", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint(
            " OR ".join(f"state = '{state}'" for state in _STATES), name=op.f("ck_intakes_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intakes")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
    op.create_index(op.f("ix_deliveries_member_id"), "deliveries", ["member_id"])
