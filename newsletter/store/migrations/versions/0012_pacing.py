"""What counts against a mailing, from when it is counted, the lane of a batch, and the window of a mailing."""

import sqlalchemy as sa
from alembic import op

from newsletter.store.columns import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Columns with a default are added in place: no table is built anew."""
    op.add_column("events", sa.Column("trouble", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_events_trouble",
        "events",
        ["batch_id", "trouble"],
        sqlite_where=sa.text("trouble <> ''"),
        postgresql_where=sa.text("trouble <> ''"),
    )
    op.add_column("campaigns", sa.Column("judged_from", Instant(), nullable=True))
    op.add_column("campaigns", sa.Column("send_window", sa.Text(), nullable=True))
    op.add_column("batches", sa.Column("lane", sa.Text(), server_default="", nullable=False))
