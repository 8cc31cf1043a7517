"""One emulator for a module's tests, reset before each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.emulator.samples import Client, emulator


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with emulator(state=tmp_path_factory.mktemp("state")) as client:
        yield client


@pytest.fixture
def client(_shared: Client) -> Client:
    """A client of an emulator that has seen nothing yet."""
    _shared.ask("POST", "/reset")
    return _shared
