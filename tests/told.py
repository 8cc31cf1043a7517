"""Staff for tests: people who remember what they were told, and a channel that fails as a test wants it.

In: a Bench. Out: targets in place of those of the settings. Called by the tests of notices and series.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from newsletter.channels import registry
from newsletter.channels.contract import Undelivered
from newsletter.model.notice import Message


@dataclass
class Listener:
    """A target. `faults` are raised one after the other before it listens."""

    name: str = "smtp jay@ngen.example"
    languages: tuple[str, ...] = ("en",)
    faults: list[Exception] = field(default_factory=list)
    heard: list[Message] = field(default_factory=list)

    def post(self, messages: tuple[Message, ...]) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.heard += messages

    @property
    def subjects(self) -> list[str]:
        """What they were told, by subject."""
        return [message.subject for message in self.heard]


DOWN = Undelivered("no conversation with the server (ConnectionRefusedError)")


@contextmanager
def listening(patch: pytest.MonkeyPatch, *listeners: Listener) -> Iterator[None]:
    """These in place of the settings' own."""
    with patch.context() as patched:
        patched.setattr(registry, "targets", lambda *_: list(listeners))
        patched.setattr(registry, "is_set_up", lambda *_: True)
        yield
