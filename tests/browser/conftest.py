"""Fixtures of the browser's tests: a browser, an emulator, a served studio, and the look at a page in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.studio import Studio, check, far_end, running_browser, served
from tests.emulated import Emulated


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium: one for each process of the tests, for it takes seconds to start."""
    with running_browser() as running:
        yield running


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a browser that knows nothing yet."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def checked(studio: Studio) -> Callable[[Page, str], None]:
    """Looks at a page of the studio in both widths, schemes and languages."""

    def look(page: Page, url: str) -> None:
        check(studio, page, url)

    return look
