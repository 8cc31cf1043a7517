"""Who may use the API, and what its requests were answered.

In: nothing. Out: tables. Called by store.access.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, metadata, text_column

# Only the digest of a token is kept: who reads the database gets in nowhere.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),  # by which the audit log calls it
    Column("name_folded", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("ended_at", Instant),
    text_column("ended_by"),
    UniqueConstraint("digest"),
    Index(None, "name_folded"),
)

# Written before the act of a request: the same key acts once, however often it is sent.
api_answers = Table(
    "api_answers",
    metadata,
    Column("access_id", Id, ForeignKey("access_tokens.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # of method, path and body
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("status", Integer, nullable=False, server_default="0"),
    text_column("answer"),
    Index(None, "begun_at"),
)
