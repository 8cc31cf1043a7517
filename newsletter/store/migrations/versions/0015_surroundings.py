"""What stands in every mail of a mailing beside its text: where links lead, how one leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Of mailings that have begun nobody knows it: they are not compared."""
    op.add_column("campaigns", sa.Column("surroundings", sa.Text(), server_default="", nullable=False))
