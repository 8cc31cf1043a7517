"""Which mail programs know a feature, and how many readers have those that do not.

In: a feature's name at caniemail.com, the readers' mail programs with their shares. Out: who lacks it. Called by client_support.

The data is a part of this package, cut down from caniemail (MIT; `python -m docs.generate.caniemail` renews it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FAMILIES = {
    "apple-mail": "Apple Mail", "gmail": "Gmail", "outlook": "Outlook", "yahoo": "Yahoo", "aol": "AOL", "samsung-email": "Samsung Email",
    "thunderbird": "Thunderbird", "protonmail": "Proton Mail", "hey": "HEY", "fastmail": "Fastmail",
}  # fmt: skip
_PLATFORMS = {
    "ios": "iOS", "android": "Android", "macos": "Mac", "windows": "Windows", "windows-mail": "Windows Mail", "outlook-com": "Web",
    "desktop-webmail": "Web", "mobile-webmail": "Web, mobile",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matrix:
    """The data. `features` holds one letter for each of `clients`: y, a (in part), n, u (nobody knows)."""

    date: str
    clients: tuple[str, ...]
    features: dict[str, str]


@cache
def matrix() -> Matrix:
    """The data as it is shipped."""
    found = json.loads(files("newsletter.checks").joinpath("data/caniemail.json").read_text(encoding="utf-8"))
    return Matrix(found["date"], tuple(found["clients"]), found["features"])


@dataclass(frozen=True, slots=True)
class Lack:
    """Who does without a feature: mail programs, the most used first, and their share of all readers in percent."""

    clients: tuple[str, ...]
    percent: float


def mix(written: Iterable[str]) -> tuple[dict[str, float], tuple[str, ...]]:
    """`apple-mail.ios=28` … as shares by mail program, and what could not be read."""
    shares: dict[str, float] = {}
    wrong: list[str] = []
    for entry in written:
        name, _, share = (part.strip() for part in entry.partition("="))
        if name in matrix().clients and share.replace(".", "", 1).isdigit():
            shares[name] = float(share)
        else:
            wrong.append(entry)
    return shares, tuple(wrong)


def lack(feature: str, shares: dict[str, float]) -> Lack:
    """Who lacks a feature; nobody when the data does not know it."""
    states = dict(zip(matrix().clients, matrix().features.get(feature, ""), strict=False))
    without = sorted((name for name in shares if states.get(name) == "n"), key=lambda name: -shares[name])
    total = sum(shares.values()) or 1
    return Lack(tuple(without), 100 * sum(shares[name] for name in without) / total)


def shown(client: str) -> str:
    """`outlook.windows` → `Outlook (Windows)`."""
    family, _, platform = client.partition(".")
    return f"{_FAMILIES.get(family, family)} ({_PLATFORMS.get(platform, platform)})"
