"""What came of one exchange with a provider: an answer, or none, and how much of the request can have left.

In: nothing. Out: values. Made by providers.http; read by those who say what an answer means, and by the words for it, which want no HTTP client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class Sent(IntEnum):
    """How much of a body can have left this machine."""

    NOTHING = 0
    PART = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `complete`: it surely ended where the server meant it to end. Header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool
    sent: Sent


class Broken(Exception):
    """No whole answer. `what` is a short kind such as `ConnectError`; never text of the library's, which may hold a secret."""

    def __init__(self, what: str, sent: Sent) -> None:
        super().__init__(f"{what} ({sent.name.lower()} sent)")
        self.what = what
        self.sent = sent
