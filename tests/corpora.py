"""Contracts and corpora that lie beside the repository: `../shared`, or where NEWSLETTER_SHARED says.

A test that needs one skips with a reason where it is absent, and fails where REQUIRE_CONTRACTS is set.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("NEWSLETTER_SHARED", ROOT.parent / "shared"))


def shared(relative: str) -> Path:
    """A file beside the repository."""
    path = SHARED / relative
    if not path.exists():
        message = f"{path} is absent; set NEWSLETTER_SHARED"
        if os.environ.get("REQUIRE_CONTRACTS"):
            pytest.fail(message)
        pytest.skip(message)
    return path


@cache
def naughty_strings() -> tuple[str, ...]:
    """The Big List of Naughty Strings."""
    return tuple(json.loads(shared("corpora/naughty-strings/blns.json").read_text(encoding="utf-8")))
