"""What came back: bodies of hooks, events, facts of deliveries, clicks and opens; and who did what.

In: nothing. Out: tables. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from newsletter.model.event import EventKind, Reader
from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, among, metadata, one_of, text_column

# Verified bodies as they came, before anything is made of them.
hooks = Table(
    "hooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="new"),
    text_column("error"),
    among("state", "new", "applied", "failed"),
    Index(None, "state"),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("delivery_id", Id),
    Column("batch_id", Id),
    Column("attempt", Integer),
    Column("occurred_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    text_column("reason"),
    text_column("status"),
    Column("data", Json, nullable=False, server_default="{}"),
    text_column("trouble"),  # what counts against its mailing: model.event.Trouble, or empty
    UniqueConstraint("provider", "event_id"),
    one_of("kind", EventKind),
    Index(None, "delivery_id"),
    Index(None, "batch_id"),
    Index(
        "ix_events_trouble",
        "batch_id",
        "trouble",
        sqlite_where=text("trouble <> ''"),
        postgresql_where=text("trouble <> ''"),
    ),
)

#: an event that counts against its mailing, in the very words of its index: SQLite knows that index by no others
TROUBLED = text("events.trouble <> ''")

# What lies beside the books, once a delivery: complained, unsubscribed, left during hand-over.
facts = Table(
    "facts",
    metadata,
    Column("delivery_id", Id, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    among("kind", "complained", "unsubscribed", "left"),
    sqlite_with_rowid=False,
)

hits = Table(
    "hits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("variant_id", Id, nullable=False),
    Column("delivery_id", Id),  # only in individual mode
    Column("link", Integer),
    Column("reader", Text, nullable=False),
    text_column("rule"),
    among("kind", "click", "open"),
    one_of("reader", Reader),
    Index(None, "variant_id", "kind"),
    Index(
        "ix_hits_delivery",
        "delivery_id",
        sqlite_where=text("delivery_id IS NOT NULL"),
        postgresql_where=text("delivery_id IS NOT NULL"),
    ),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    text_column("subject"),
    Column("detail", Json, nullable=False, server_default="{}"),
    Index(None, "subject"),
)
