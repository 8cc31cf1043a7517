"""Test messages: which text went to whom, and when.

In: nothing. Out: a table. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from newsletter.store.columns import Instant
from newsletter.store.tables.base import Id, metadata

# Append-only. `digest` is that of what readers read: the same words, pictures and links, whatever was accepted beside them.
specimens = Table(
    "specimens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publication", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("edition_id", Text, ForeignKey("editions.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Index(None, "publication", "slug"),
    Index(None, "edition_id"),
)
