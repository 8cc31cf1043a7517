"""In: a request to the control API. Out: a Call that its handlers can ask, or a plain-words refusal.

Called by control.py and the three modules with its handlers.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from newsletter.emulator.answers import Answer, as_json
from newsletter.emulator.http1 import Head
from newsletter.emulator.letter import Json, read_plain
from newsletter.emulator.world import World


class WrongError(ValueError):
    """The caller asked for something that makes no sense; the text says what would."""


@dataclass(frozen=True, slots=True)
class Call:
    """One control request. `found` is what stands in the path's place for an id."""

    world: World
    head: Head
    body: bytes
    found: str = ""

    def number(self, name: str, otherwise: float) -> float:
        """A number from the query. WrongError if it is not one."""
        text = self.head.query.get(name)
        if text is None:
            return otherwise
        if not re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", text):
            raise WrongError(f"{name} should be a number, not {text!r}")
        return float(text)

    def word(self, name: str) -> str:
        """A word from the query; empty if it is not there."""
        return self.head.query.get(name, "")

    def json(self) -> Any:
        """The body as JSON; an empty body is an empty object. WrongError."""
        if not self.body.strip():
            return {}
        try:
            return read_plain(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise WrongError(f"the body should be JSON: {error}") from error

    def object(self, *names: str) -> Json:
        """The body as a JSON object with no other keys than these. WrongError."""
        value = self.json()
        if not isinstance(value, dict):
            raise WrongError("the body should be a JSON object")
        if strange := set(value) - set(names):
            raise WrongError(f"{min(strange)!r} is not known here; known are {', '.join(names) or 'none'}")
        return value


Handler = Callable[[Call], Awaitable[Answer]]
Route = tuple[str, str, Handler]
"""Method, path under /_emulator with `{id}` where an id stands, handler."""


def fine(value: object = None) -> Answer:
    """200 with a value, or with {"ok": true}."""
    return as_json(200, {"ok": True} if value is None else value)


def wrong(text: str, status: int = 400) -> Answer:
    """A refusal in plain words."""
    return as_json(status, {"error": text})
