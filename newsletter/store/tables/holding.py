"""Holds on everything: who stopped all mailings, when, why, and who let go.

In: nothing. Out: a table. Called by store.holds.
"""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from newsletter.store.columns import Instant
from newsletter.store.tables.base import Id, metadata, text_column

holds = Table(
    "holds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("until_at", Instant),  # after it nothing new is held back; null: until it is released
    Column("released_at", Instant),
    text_column("released_by"),
)
