"""The suites by name, imported when they are asked for.

In: a name. Out: a Suite. Called by bench.__main__ and bench.child.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

from bench.measuring import Suite

_MODULES = {
    "start": "starting",
    "build": "building",
    "check": "checking",
    "import": "importing",
    "recipients": "browsing",
    "studio": "visiting",
    "typing": "typing",
    "count": "counting",
    "prepare": "preparing",
    "submit": "submitting",
    "events": "recording",
    "clicks": "clicking",
}


def _suite(module: str) -> Suite:
    suite: Suite = import_module(f"bench.suites.{module}").SUITE
    return suite


SUITES: dict[str, Callable[[], Suite]] = {name: partial(_suite, module) for name, module in _MODULES.items()}
