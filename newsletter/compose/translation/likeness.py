"""Two sequences of texts laid beside one another: which is which, although some were changed, added or taken out.

In: shapes and texts, old and new. Out: pairs of indices, in order. Called by standing, exchange.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from newsletter.model.outline import digest

_WORD: Final = re.compile(r"\w+")
_TOLD: Final = re.compile(r"https?://[^\s)\"]+|\d[\d.,\u00a0\u202f ]*|\{\{\s*member\.\w+")
_MOST_COMPARED: Final = 250_000  # pairs: beyond it only equal texts are found again


class Item(NamedTuple):
    """A text with its shape; only texts of one shape can be the same."""

    shape: str
    text: str


def same_words(old: Item, new: Item) -> float:
    """How like two texts of one language are, 0 to 1."""
    return 1.0 if digest(old.text) == digest(new.text) else 0.9 * _shared(_WORD, old.text, new.text)


def same_facts(old: Item, new: Item) -> float:
    """How like two texts of different languages are: numbers, links and personal fields are said alike in both."""
    return _shared(_TOLD, old.text, new.text)


def _shared(pattern: re.Pattern[str], old: str, new: str) -> float:
    first, second = set(pattern.findall(old)), set(pattern.findall(new))
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 0.0


def beside(
    old: Sequence[Item], new: Sequence[Item], likeness: Callable[[Item, Item], float]
) -> dict[int, int]:
    """Which new text an old one has become: old index → new index, both rising."""
    begin = 0
    while begin < min(len(old), len(new)) and _equal(old[begin], new[begin]):
        begin += 1
    end = 0
    while end < min(len(old), len(new)) - begin and _equal(old[-1 - end], new[-1 - end]):
        end += 1
    pairs = {index: index for index in range(begin)}
    pairs |= {len(old) - 1 - index: len(new) - 1 - index for index in range(end)}
    middle, other = old[begin : len(old) - end], new[begin : len(new) - end]
    found = _best(middle, other, likeness)
    return pairs | {first + begin: second + begin for first, second in found.items()}


def _equal(old: Item, new: Item) -> bool:
    return old.shape == new.shape and (old.text == new.text or digest(old.text) == digest(new.text))


def _best(
    old: Sequence[Item], new: Sequence[Item], likeness: Callable[[Item, Item], float]
) -> dict[int, int]:
    if len(old) * len(new) > _MOST_COMPARED:
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
    gains = _gains(old, new, likeness)
    pairs: dict[int, int] = {}
    first, second = 0, 0
    while first < len(old) and second < len(new):
        gain = gains[first][second]
        if gain == gains[first + 1][second]:
            first += 1
        elif gain == gains[first][second + 1]:
            second += 1
        else:
            pairs[first] = second
            first, second = first + 1, second + 1
    return pairs


def _gains(
    old: Sequence[Item], new: Sequence[Item], likeness: Callable[[Item, Item], float]
) -> list[list[float]]:
    """The most that can be gained from each pair of beginnings on (the longest common subsequence, weighted)."""
    gains = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for first in range(len(old) - 1, -1, -1):
        for second in range(len(new) - 1, -1, -1):
            best = max(gains[first + 1][second], gains[first][second + 1])
            if old[first].shape == new[second].shape:
                paired = 0.3 + likeness(old[first], new[second]) + gains[first + 1][second + 1]
                best = max(best, paired)
            gains[first][second] = best
    return gains
