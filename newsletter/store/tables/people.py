"""People: members and their tags, what they consented to, whom nobody may mail.

In: nothing. Out: tables. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from newsletter.model.member import FIELDS, ConsentBasis, SuppressionReason, TrackingConsent
from newsletter.store.columns import Instant, Json
from newsletter.store.tables.base import Id, among, metadata, one_of, text_column

# What a segment compares stands folded (model.folding) beside what was written: so that every database compares alike.
members = Table(
    "members",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address_key", LargeBinary(16), nullable=False),
    Column("email", Text, nullable=False),
    *(text_column(name) for name in FIELDS[1:]),
    Column("attributes", Json, nullable=False, server_default="{}"),
    *(text_column(f"{name}_folded") for name in FIELDS),
    Column("attributes_folded", Json, nullable=False, server_default="{}"),
    text_column("consent_basis"),
    Column("consent_on", Date),
    text_column("consent_evidence"),
    Column("consent_expires_on", Date),
    Column("tracking_consent", Text, nullable=False, server_default=TrackingConsent.UNKNOWN.value),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("address_key"),
    one_of("consent_basis", ConsentBasis, empty=True),
    one_of("tracking_consent", TrackingConsent),
    sqlite_autoincrement=True,  # deliveries name members for ever: a number is never given to another
)

member_tags = Table(
    "member_tags",
    metadata,
    Column("member_id", Id, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    Column("folded", Text, primary_key=True),
    Column("tag", Text, nullable=False),
    Index(None, "folded"),
    sqlite_with_rowid=False,
)

attribute_names = Table(
    "attribute_names", metadata, Column("name", Text, primary_key=True), sqlite_with_rowid=False
)

# Append-only: what was granted or withdrawn, when, and how we know (CASL s. 13: whoever claims consent must prove it).
consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address_key", LargeBinary(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    text_column("basis"),
    Column("effective_on", Date),
    text_column("evidence"),
    text_column("source"),
    text_column("actor"),
    one_of("basis", ConsentBasis, empty=True),
    among("kind", "granted", "withdrawn", "corrected", "erased"),
    Index(None, "address_key"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_key", LargeBinary(16), primary_key=True),
    Column("reason", Text, primary_key=True),
    text_column("address"),
    text_column("source"),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
    one_of("reason", SuppressionReason),
    sqlite_with_rowid=False,
)
