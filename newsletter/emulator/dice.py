"""In: the seed and a key that names one decision. Out: numbers that look drawn by chance and are the same every run.

Called where the service would roll dice: faults, what becomes of a recipient, readers, message ids.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import TypeVar

Choice = TypeVar("Choice")


class Dice:
    """A stream of draws. It depends on seed and key only, never on the order of arrival of other requests."""

    def __init__(self, seed: int, *key: object) -> None:
        self._root = hashlib.blake2b(repr((seed, *key)).encode(), digest_size=32)
        self._drawn = 0

    def chance(self) -> float:
        """A number in [0, 1)."""
        self._drawn += 1
        draw = self._root.copy()
        draw.update(self._drawn.to_bytes(4, "big"))
        return int.from_bytes(draw.digest()[:7], "big") / 2**56

    def happens(self, share: float) -> bool:
        """True with probability `share`."""
        return self.chance() < share

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.chance()

    def pick(self, among: Sequence[Choice]) -> Choice:
        """One of a sequence; IndexError if it is empty."""
        return among[int(self.chance() * len(among))]


def token(seed: int, *key: object, size: int = 16) -> str:
    """`size` bytes made from seed and key as unpadded base64url: 22 characters for 16 bytes."""
    digest = hashlib.blake2b(repr((seed, *key)).encode(), digest_size=size).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
