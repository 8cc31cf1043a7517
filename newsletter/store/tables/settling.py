"""What providers were asked about calls in doubt. Nothing in it is ever deleted.

In: nothing. Out: tables. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from newsletter.model.inquiry import Question
from newsletter.store.columns import Instant
from newsletter.store.tables.base import Id, metadata, one_of, text_column

# Written before it is asked: whether a call may have been revoked must be known after a crash.
inquiries = Table(
    "inquiries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False),
    Column("number", Integer, nullable=False),  # of the attempt
    Column("question", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("there_at", Instant),  # the provider's own time
    text_column("reply"),
    text_column("detail"),
    one_of("question", Question),
    Index(None, "batch_id"),
)
