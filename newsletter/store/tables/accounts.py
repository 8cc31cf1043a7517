"""Who may enter the studio, from where they are signed in, and which forms were used.

In: nothing. Out: tables. Called by store.accounts, sessions, throttle, forms.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, metadata, text_column

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),  # by which the audit log calls them: no two living ones are equal
    Column("name_folded", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_folded", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Column("language", Text, nullable=False, server_default="en"),
    text_column("password"),  # argon2id, in its own notation; empty: not set yet
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("ended_at", Instant),
    Index(None, "email_folded"),
)

# Only the digest of a session's token is kept: who reads the database signs in nowhere.
staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("ended_at", Instant),
    text_column("network"),
    text_column("ended_why"),
    UniqueConstraint("digest"),
    Index(None, "account_id"),
)

# One-time links by which a person sets a password; without an account: the first admin's.
account_links = Table(
    "account_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id")),
    Column("digest", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("digest"),
    Index(None, "account_id"),
)

# Failed attempts to sign in, counted by account and network, by network, and all together.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

# Written before the act of a form: the same form acts once, whatever is pressed how often.
used_forms = Table(
    "used_forms",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("form", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    text_column("answer"),
    Index(None, "begun_at"),
)
