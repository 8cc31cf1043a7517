"""One emulator and one prepared workspace for all fault tests; each test gets a copy, on either kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from tests import databases
from tests.emulated import Emulated, emulator
from tests.faults.engines import POSTGRESQL, SQLITE, chosen, engines
from tests.faults.nursery import leave_nobody
from tests.faults.stage import ROOT, HookCatcher, Stage, make_workspace, run
from tests.faults.tally import TALLY, Tally

PEOPLE = 50


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of a stage is one for each kind of database."""
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", engines(metafunc.function), scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL the chosen ones run in every CI run, and all of them in `make faults`."""
    for item in items:
        call = getattr(item, "callspec", None)
        if call is None or call.params.get("engine") != POSTGRESQL:
            continue
        if chosen(item):
            item.add_marker("ci")
        else:
            item.own_markers[:] = [mark for mark in item.own_markers if mark.name != "ci"]
            item.add_marker("faults")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "fault(number): the fault of docs/explanation/faults.md that it injects"
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands its counts to the one that started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["faults"] = TALLY.plain()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    TALLY.merge(getattr(node, "workeroutput", {}).get("faults", Tally().plain()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if TALLY:
        TALLY.keep(ROOT / "var" / "faults.json")
        terminalreporter.write_line(TALLY.line())


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
def store_at(engine: str, prepared: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings by which a stage reaches its own database."""
    if engine == SQLITE:
        yield {}
        return
    where = databases.url(tmp_path, made=imported(prepared))
    yield {"NEWSLETTER_DATABASE_URL": where.render_as_string(hide_password=False)}
    databases.drop(where)


@cache
def imported(prepared: Path) -> URL:
    """A PostgreSQL database with the members of a prepared workspace, made once."""
    made = databases.url(prepared)
    address = {"NEWSLETTER_DATABASE_URL": made.render_as_string(hide_password=False)}
    done = run(prepared, address, "members", "import", "members.csv")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> str:
    """The number of the fault that a test injects."""
    mark = request.node.get_closest_marker("fault")
    return str(mark.args[0]) if mark else "others"


@pytest.fixture
def stage(
    fault: str,
    tmp_path: Path,
    prepared: Path,
    far_end: Emulated,
    hooks: HookCatcher,
    store_at: dict[str, str],
) -> Iterator[Stage]:
    far_end.reset()
    hooks.caught.clear()
    folder = tmp_path / "workspace"
    shutil.copytree(prepared, folder)
    made = Stage(folder, far_end, hooks, fault=fault)
    made.known.people = {f"p{number}@reader.example": "en" for number in range(PEOPLE)}
    made.extra |= store_at
    yield made
    leave_nobody()
    far_end.ask("DELETE", "/faults")
