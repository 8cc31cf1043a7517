"""Which kind of database a fault test runs on, and when.

In: marks on tests. Out: parameters. Called by tests/faults/conftest.py.

A test of a `stage` runs on both kinds: on SQLite as it is marked, on PostgreSQL in `make faults`, and those that are chosen in every CI run.
A module that is about one kind says so: `ENGINES = (SQLITE,)`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

SQLITE, POSTGRESQL = "sqlite", "postgresql"

Test = TypeVar("Test", bound=Callable[..., Any])
_BOTH = (SQLITE, POSTGRESQL)


def on_postgresql_too(*ids: str) -> Callable[[Test], Test]:
    """This test (these parameters of it, as pytest names them without the database) runs on PostgreSQL in every CI run as well."""

    def marked(test: Test) -> Test:
        test._chosen = ids  # type: ignore[attr-defined]
        return test

    return marked


def only(*names: str) -> Callable[[Test], Test]:
    """This test is about one kind of database."""

    def marked(test: Test) -> Test:
        test._engines = names  # type: ignore[attr-defined]
        return test

    return marked


def engines(test: Callable[..., Any]) -> tuple[str, ...]:
    """The kinds of database that a test runs on."""
    of_module = getattr(sys.modules.get(test.__module__), "ENGINES", _BOTH)
    return getattr(test, "_engines", of_module)


def chosen(item: pytest.Item) -> bool:
    """True for one that runs on PostgreSQL in every CI run."""
    ids = getattr(getattr(item, "function", None), "_chosen", None)
    if ids is None:
        return False
    own = [part for part in item.callspec._idlist if part != POSTGRESQL]  # type: ignore[attr-defined]
    return not ids or "-".join(own) in ids
