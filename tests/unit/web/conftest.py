"""Fixtures of the web's tests: a served studio, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.studio import Studio, far_end, served
from tests.emulated import Emulated


@pytest.fixture(scope="session")
def far() -> Iterator[Emulated]:
    """An emulator, reset for every studio."""
    with far_end() as running:
        yield running


@pytest.fixture
def studio(tmp_path: Path, far: Emulated) -> Iterator[Studio]:
    """A served studio."""
    with served(tmp_path, far) as made:
        yield made
