"""What concerns staff and not readers: series of mailings that come back, and notices by a second channel.

In: nothing. Out: tables. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false, text

from newsletter.model.notice import NoticeKind, NoticeState
from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, metadata, one_of, text_column

# A mailing that comes back every year: the wish is the truth, each occurrence is a campaign of its own.
series = Table(
    "series",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publication", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column(
        "include", Json, nullable=False
    ),  # in order of the alphabet, so that equal audiences are equal text
    Column("exclude", Json, nullable=False),
    Column("provider", Text, nullable=False),
    Column("gentle", Boolean, nullable=False, server_default=false()),
    Column("wish", Json, nullable=False),
    Column("past", Text, nullable=False),
    Column("look_at", Instant, nullable=False),  # when the worker looks at it again
    text_column("trouble"),  # why the next occurrence could not be prepared at the last try
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("ended_at", Instant),
    text_column("ended_by"),
    Index(
        "uq_series_open",
        "publication",
        "slug",
        "include",
        "exclude",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("series_id", Id, ForeignKey("series.id"), primary_key=True),
    Column("occurrence", Text, primary_key=True),  # its local date
    Column(
        "campaign_id", Id, ForeignKey("campaigns.id")
    ),  # null: nothing was running before that day was over
    Column("made_at", Instant, nullable=False),
    Index(None, "campaign_id"),
)

# Written in the transaction of what they tell of; delivered later by the worker.
notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),  # one event, one notice
    Column("kind", Text, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("data", Json, nullable=False, server_default="{}"),
    Column("state", Text, nullable=False, server_default=NoticeState.WAITING.value),
    Column("until", Instant),  # what it announces is over then
    Column("seen_at", Instant),  # when a worker first took it up; the store itself reads no clock
    Column("next_at", Instant),  # when it is tried again
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reached", Json, nullable=False, server_default="[]"),  # who has it
    text_column("detail"),  # what went wrong the last time
    Column("ended_at", Instant),
    UniqueConstraint("key"),
    one_of("kind", NoticeKind),
    one_of("state", NoticeState),
    Index(None, "state"),
    Index(None, "campaign_id"),
)
