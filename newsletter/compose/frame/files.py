"""What templates ask about hosted files: address, kind and size.

In: the hosted files, a language. Out: functions by name. Called by frame.context.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from newsletter.compose.frame.environment import running_place
from newsletter.compose.frame.values import Text
from newsletter.compose.hosted import Hosted

_KILO, _MEGA = 1_000, 1_000_000
_UNITS = {"fr": ("Ko", "Mo")}
_NO_BREAK = "\u00a0"


def file_functions(hosted: Hosted, language: str) -> dict[str, Callable[[str], Any]]:
    """`file` is a URL that stands for the file; the others are texts, empty where there is no such file."""

    def told(name: str, said: Callable[[str], str]) -> Text:
        path = hosted.path(name)
        return Text(said(path) if path and hosted.url(name, running_place()) else "")

    def about(path: str) -> tuple[str, str]:
        file = hosted.file(path)
        return (file.kind.word, size_in_words(file.size, language)) if file else ("", "")

    return {
        "file": lambda name: hosted.url(name, running_place()),
        "has_file": lambda name: bool(hosted.path(name)),
        "file_kind": lambda name: told(name, lambda path: about(path)[0]),
        "file_size": lambda name: told(name, lambda path: about(path)[1]),
    }


def size_in_words(size: int, language: str) -> str:
    """A number of bytes as readers read it: `850 KB`, `2.4 MB`, `12 Mo`."""
    kilo, mega = _UNITS.get(language[:2], ("KB", "MB"))
    if size < _MEGA - _KILO / 2:
        return f"{max(1, ceil(size / _KILO))}{_NO_BREAK}{kilo}"
    number = f"{size / _MEGA:.1f}" if size < 10 * _MEGA else f"{size / _MEGA:.0f}"
    point = "," if language[:2] == "fr" else "."
    return f"{number.removesuffix('.0').replace('.', point)}{_NO_BREAK}{mega}"
