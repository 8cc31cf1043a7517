"""Days of holidays ahead, changes of the data, and what people confirmed."""

import sqlalchemy as sa
from alembic import op

from newsletter.store.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "holiday_days",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("observed", sa.Date(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("estimated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("calendar", "key", "year", "number", name=op.f("pk_holiday_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "holiday_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("was", sa.Date(), nullable=True),
        sa.Column("was_observed", sa.Date(), nullable=True),
        sa.Column("became", sa.Date(), nullable=True),
        sa.Column("became_observed", sa.Date(), nullable=True),
        sa.Column("was_data", sa.Text(), server_default="", nullable=False),
        sa.Column("became_data", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_changes")),
    )
    op.create_index(op.f("ix_holiday_changes_calendar"), "holiday_changes", ["calendar"])
    op.create_table(
        "holiday_words",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reckoned", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_words")),
    )
    op.create_index(op.f("ix_holiday_words_key_reckoned"), "holiday_words", ["key", "reckoned"])
