"""Review and approval: links without an account, comments, requests, approvals and what proves them.

In: nothing. Out: tables. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from newsletter.model.approval import Answer, How, MailKind
from newsletter.model.notice import NoticeState
from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, among, metadata, one_of, text_column

review_links = Table(
    "review_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publication", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    text_column("revoked_by"),
    Index(None, "publication", "slug"),
)

comments = Table(
    "comments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publication", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("thread_id", Id, ForeignKey("comments.id")),  # null: the head of a thread
    Column("link_id", Id, ForeignKey("review_links.id")),  # null: from staff
    Column("language", Text, nullable=False),
    Column("anchor", Json, nullable=False),
    Column("author", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("resolved_at", Instant),
    text_column("resolved_by"),
    text_column("resolution"),
    Index(None, "publication", "slug"),
    Index(None, "link_id"),
)

# The bytes of a letter or a picture in which somebody said yes.
evidence = Table(
    "evidence",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256, hex
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

# Append-only: who said yes to exactly what.
approvals = Table(
    "approvals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("edition_id", Text, ForeignKey("editions.id"), nullable=False),
    Column("signed", Json, nullable=False),
    Column("digest", Text, nullable=False),
    Column("people", Integer),
    Column("excluded", Json, nullable=False, server_default="{}"),
    text_column("words"),
    Column("recorded_by", Text, nullable=False),
    Column("evidence", Text, ForeignKey("evidence.digest")),
    Column("counted_at", Instant),  # when the recipients were last counted again, ahead of its time
    Column("counted", Integer),  # and how many they were; null: they could not be counted
    one_of("how", How),
    Index(None, "campaign_id"),
)

requests = Table(
    "approval_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("person", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("edition_id", Text, ForeignKey("editions.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("deputy_for", Id, ForeignKey("approval_requests.id")),
    text_column("answer"),
    Column("answered_at", Instant),
    text_column("answered_edition"),
    text_column("words"),
    Column("ended_at", Instant),
    among("answer", *(answer.value for answer in Answer)),
    Index(None, "campaign_id"),
)

# Written in the transaction of what they are about, delivered later by the worker; one of a kind for a request.
request_mails = Table(
    "request_mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("request_id", Id, ForeignKey("approval_requests.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=NoticeState.WAITING.value),
    Column("seen_at", Instant),
    Column("next_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    text_column("detail"),
    Column("ended_at", Instant),
    UniqueConstraint("request_id", "kind"),
    one_of("kind", MailKind),
    one_of("state", NoticeState),
    Index(None, "state"),
)
