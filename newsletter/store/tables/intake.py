"""Files of members that staff handed in: kept until they are applied, dropped, or forgotten.

In: nothing. Out: a table. Called by store.intake. The files themselves lie in var/imports/.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from newsletter.model.intake import IntakeState
from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, metadata, one_of, text_column

intakes = Table(
    "intakes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("columns", Json, nullable=False, server_default="{}"),  # what a column becomes, by its position
    text_column("basis"),
    text_column("evidence"),
    Column("state", Text, nullable=False),
    Column("result", Json, nullable=False, server_default="{}"),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    one_of("state", IntakeState),
)
