"""Statements compiled once for all databases that a process of tests opens: an engine of its own compiles each anew, which takes more time than
most tests' own work.

In: nothing. Out: a patch of `create_engine` as newsletter.store.database knows it. Called by tests/conftest.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from newsletter.store import database


@contextmanager
def once_compiled() -> Iterator[None]:
    """Engines of one kind of database share their dialect, and so what it compiled."""
    first: dict[str, Engine] = {}

    def create(*given: Any, **options: Any) -> Engine:
        engine = create_engine(*given, **options)
        known = first.get(engine.dialect.name)
        # a dialect learns at its first connection what its database can do
        if known is None or known.dialect.server_version_info is None:
            first[engine.dialect.name] = engine
            return engine
        engine.dialect = engine.pool._dialect = known.dialect
        engine._compiled_cache = known._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", create)
        yield
