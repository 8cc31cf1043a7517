"""Test messages that were sent: which text, to whom, when."""

import sqlalchemy as sa
from alembic import op

from newsletter.store.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "specimens",
        sa.Column("id", _ID, nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_specimens_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specimens")),
    )
    op.create_index(op.f("ix_specimens_publication_slug"), "specimens", ["publication", "slug"])
    op.create_index(op.f("ix_specimens_edition_id"), "specimens", ["edition_id"])
