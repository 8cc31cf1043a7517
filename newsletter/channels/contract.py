"""The contract of a second channel.

In: a message. Out: nothing, or Undelivered. Called by pipeline.notices; kept by channels.smtp and channels.webhook.
"""

from __future__ import annotations

from typing import Protocol

from newsletter.model.notice import Message


class Undelivered(Exception):
    """It was not delivered, or nobody knows. `what` is short and holds no secret: neither password nor URL."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Target(Protocol):
    """One place that a notice goes to. `name` is stable and may be shown; `languages` are those it wants, in order."""

    @property
    def name(self) -> str:
        """Such as `smtp jay@ngen.example` or `teams`."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """`en`, `fr`, or both."""
        ...

    def post(self, messages: tuple[Message, ...]) -> None:
        """Deliver one notice, said once in each language. Raises Undelivered; every wait is bounded."""
        ...
