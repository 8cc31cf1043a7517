"""Calls that can be revoked, and what providers were asked about calls in doubt."""

import sqlalchemy as sa
from alembic import op

from newsletter.store.columns import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply. Columns are added as they are: no table of the ledger is built anew."""
    op.add_column("attempts", sa.Column("handle", sa.Text(), server_default="", nullable=False))
    op.add_column("attempts", sa.Column("due_at", Instant(), nullable=True))
    op.create_table(
        "inquiries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("there_at", Instant(), nullable=True),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "question = 'look_up' OR question = 'revoke' OR question = 'confirm' OR question = 'release'",
            name=op.f("ck_inquiries_question"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_inquiries_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    op.create_index(op.f("ix_inquiries_batch_id"), "inquiries", ["batch_id"])
