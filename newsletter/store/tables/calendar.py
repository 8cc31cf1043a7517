"""The calendar: days of holidays as the data had them, where the data changed, and what a person said about a day.

In: nothing. Out: tables. Called by the other modules of store.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, SmallInteger, Table, Text, false

from newsletter.store.columns import Instant
from newsletter.store.tables.base import Id, metadata, text_column

# `number` counts within a year: a feast of a short lunar year can come twice.
holiday_days = Table(
    "holiday_days",
    metadata,
    Column("calendar", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    Column("day", Date, nullable=False),
    Column("observed", Date),
    Column("standing", Text, nullable=False),
    Column("estimated", Boolean, nullable=False, server_default=false()),
    Column("data", Text, nullable=False),  # the data's version
    sqlite_with_rowid=False,
)

holiday_changes = Table(
    "holiday_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("was", Date),  # null: it was not there
    Column("was_observed", Date),
    Column("became", Date),  # null: it is gone
    Column("became_observed", Date),
    text_column("was_data"),
    text_column("became_data"),
    Index(None, "calendar"),
)

# Append-only: the newest word about a reckoned day counts, and only for a while.
holiday_words = Table(
    "holiday_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),
    Column("reckoned", Date, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Index(None, "key", "reckoned"),
)
