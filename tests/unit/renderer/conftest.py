"""Here the child itself is what is tested: each renderer has its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.warm import cold


@pytest.fixture(scope="module", autouse=True)
def _own_child() -> Iterator[None]:
    with cold():
        yield
