"""Golden pairs: what went in and what came out, both in git. `pytest tests/golden --update-golden` writes what comes out now.

In: a file's path and the text that came out. Out: nothing, or a failed test. Called by the tests of this folder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files instead of comparing with them"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a file in git, or writes it there under --update-golden."""
    update = request.config.getoption("--update-golden", default=False)

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"{path} is not there yet: pytest tests/golden --update-golden"
        assert path.read_text(encoding="utf-8") == text, (
            "look at the difference, then: pytest tests/golden --update-golden"
        )

    return compare
