"""One emulator and one prepared workspace for all fault tests; each test gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulated import Emulated, emulator
from tests.faults.stage import HookCatcher, Stage, make_workspace

PEOPLE = 50


@pytest.fixture(scope="module")
def hooks() -> Iterator[HookCatcher]:
    catcher = HookCatcher()
    yield catcher
    catcher.close()


@pytest.fixture(scope="module")
def far_end(hooks: HookCatcher) -> Iterator[Emulated]:
    with emulator("--webhook", hooks.url, "--event-interval", "1") as running:
        yield running


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("prepared") / "workspace", PEOPLE)


@pytest.fixture
def stage(tmp_path: Path, prepared: Path, far_end: Emulated, hooks: HookCatcher) -> Iterator[Stage]:
    far_end.reset()
    hooks.caught.clear()
    folder = tmp_path / "workspace"
    shutil.copytree(prepared, folder)
    yield Stage(folder, far_end, hooks)
    far_end.ask("DELETE", "/faults")
