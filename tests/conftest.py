"""What every test may rely on: Hypothesis profiles, and a database made once."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import examples
from tests.ledger import Bench, bench, template
from tests.once_compiled import once_compiled
from tests.warm import warm

_YOUNG = 20_000  #: new objects between two looks of the collector
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("quick", max_examples=examples(50), deadline=None, suppress_health_check=_QUIET)
settings.register_profile("all", max_examples=examples(120), deadline=None, suppress_health_check=_QUIET)
settings.register_profile("long", max_examples=examples(2000), deadline=None, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session", autouse=True)
def _state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What programs remember outside their workspaces stays within the tests, also in processes that they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _warm() -> Iterator[None]:
    """Programs that run within the tests hand their renderer's child on to the next."""
    with warm():
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> Iterator[None]:
    """Each statement is compiled once, whatever number of databases there are."""
    with once_compiled():
        yield


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database file."""
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def environ(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings of the ledger that a test asks for (by indirect parameters)."""
    return getattr(request, "param", {})


@pytest.fixture
def desk(tmp_path: Path, database: Path, environ: dict[str, str]) -> Iterator[Bench]:
    """A ledger with its own database and a provider that does as told."""
    with bench(tmp_path, database, environ) as made:
        yield made


def pytest_collection_finish() -> None:
    """The collector walks over what tests make, not over thousands of tests and the whole program again and again: a fifteenth of the time."""
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
