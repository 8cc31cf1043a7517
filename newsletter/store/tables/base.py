"""What all tables share: metadata with names for every constraint, keys, columns of text, checks on words.

In: nothing. Out: metadata and makers of columns and constraints. Called by the other modules of this package.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, MetaData, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself


def one_of(column: str, words: type[StrEnum], *, empty: bool = False) -> CheckConstraint:
    """The column holds one of these words (or nothing)."""
    return among(column, *(word.value for word in words), *([""] if empty else []))


def among(column: str, *values: str) -> CheckConstraint:
    """The column holds one of these values."""
    # Not IN: SQLite would build a table of the values anew for each row of an executemany, half the time of an insert.
    return CheckConstraint(" OR ".join(f"{column} = '{value}'" for value in values), name=column)


def rule(name: str, condition: str) -> CheckConstraint:
    """What each row keeps, in words of SQL that SQLite and PostgreSQL both know."""
    return CheckConstraint(condition, name=name)


def text_column(name: str) -> Column[str]:
    """A text that is empty where nothing is known."""
    return Column(name, Text, nullable=False, server_default="")


meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
