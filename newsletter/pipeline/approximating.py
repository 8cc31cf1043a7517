"""Approximating: an email as Gmail and Outlook on Windows are likely to show it, by published rules.

In: filled HTML. Out: HTML, and the date of the data. Called by the studio.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from newsletter.checks.css_features import GROUPS
from newsletter.checks.support import matrix
from newsletter.compose import approximation

GMAIL, GMAIL_OTHER, OUTLOOK = "gmail", "gmail-other", "outlook"
PROGRAMS: Final = (GMAIL, GMAIL_OTHER, OUTLOOK)
_CLIENT: Final = "outlook.windows"
_NO_PROPERTY: Final = ("css-at-", "css-pseudo-", "css-selector-", "css-unit-", "css-function-")


def approximate(html: str, program: str) -> str:
    """The HTML that is left of an email in a program; the same for a program that is not known."""
    if program == OUTLOOK:
        return approximation.outlook(html, unknown_to_outlook())
    if program in {GMAIL, GMAIL_OTHER}:
        return approximation.gmail(html, other_account=program == GMAIL_OTHER)
    return html


def dated() -> str:
    """The date of the data, `2026-05-13`."""
    return matrix().date


@cache
def unknown_to_outlook() -> frozenset[str]:
    """The CSS properties that Outlook on Windows does not know, by caniemail."""
    at = matrix().clients.index(_CLIENT)
    features = {name for name, letters in matrix().features.items() if letters[at] == "n"}
    single = {name.removeprefix("css-") for name in features if name.startswith("css-")}
    plain = {name for name in single if not f"css-{name}".startswith(_NO_PROPERTY)}
    grouped = {name for feature in features & GROUPS.keys() for name in GROUPS[feature].split()}
    return frozenset(plain | grouped)
