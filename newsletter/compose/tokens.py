"""Opaque tokens: what stands in a text for a thing that is filled in later, through Jinja, MJML and premailer.

In: the texts of a request. Out: tokens of one fixed length, lower-case letters and digits, found again by a pattern. Called by
steps; read by slicing.

A token is made from a digest of the sources and of what it stands for, so the same source gives the same bytes; where its
beginning occurs in a source, another salt is taken. Rendering research, section 4: this shape survives every step.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from newsletter.model.artwork import Condition, Slot
from newsletter.model.place import Place

LENGTH: Final = 20
_SALT: Final = 6


class Kind(StrEnum):
    """What a token stands for."""

    SLOT = "slot"
    FAULT = "fault"  #: what looks like a slot and is none, until it is known whether it stands in code
    VIEW = "view"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    IMAGE = "image"
    FILE = "file"  #: a hosted file
    LINK = "link"  #: a whole URL in the plain-text part
    WHEN = "when"
    END = "end"
    BLOCKS = "blocks"  #: blocks of a body, expanded where they stand
    RAW = "raw"  #: HTML or CSS that the compiler is kept away from


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one token stands for: `value` is a Slot, a Condition, blocks, or a text, as the kind says."""

    kind: Kind
    value: object
    place: Place | None = None


class Tokens:
    """The tokens of one composing."""

    def __init__(self, texts: Iterable[str]) -> None:
        whole = "\n".join(texts).lower()
        self.opening = _free_opening(whole)
        self.pattern = re.compile(self.opening + f"[0-9a-f]{{{LENGTH - len(self.opening)}}}")
        self._meanings: dict[str, Meaning] = {}
        self._tokens: dict[tuple[Kind, str], str] = {}

    def put(self, kind: Kind, key: str, value: object, place: Place | None = None) -> str:
        """The token for a thing; the same kind and key give the same token, and keep their first place."""
        known = self._tokens.get((kind, key))
        if known is None:
            known = self._free(kind, key)
            self._tokens[kind, key] = known
            self._meanings[known] = Meaning(kind, value, place)
        return known

    def meaning(self, token: str) -> Meaning:
        """What a token stands for; KeyError when it is none of ours."""
        return self._meanings[token]

    def slot(self, slot: Slot) -> str:
        """The token of a personal field."""
        return self.put(Kind.SLOT, repr((slot.field, slot.fallback, slot.filters)), slot, slot.place)

    def raw(self, text: str) -> str:
        """The token of a text that is put in its place after compiling."""
        return self.put(Kind.RAW, text, text)

    def url(self, kind: Kind, key: str = "") -> str:
        """A whole URL that stands for a page of the reader's own, an image or a hosted file."""
        return self.put_url(kind, key)

    def put_url(self, kind: Kind, key: str, place: Place | None = None) -> str:
        """The same, with the place where it was first asked for."""
        return f"https://{self.put(kind, key, key, place)}.invalid/"

    def kind_of(self, token: str) -> Kind:
        """The kind of a token."""
        return self._meanings[token].kind

    def condition(self, condition: Condition) -> tuple[str, str]:
        """The tokens of both cut-marks of a conditional block."""
        key = condition.source
        return self.put(Kind.WHEN, key, condition), self.put(Kind.END, key, condition)

    def within(self, text: str) -> bool:
        """True when a text holds a token, or a part of one that begins like it."""
        return self.opening in text

    def found(self, text: str) -> list[str]:
        """All tokens of a text, in order."""
        return self.pattern.findall(text)

    def damaged(self, text: str) -> list[str]:
        """What begins like a token of ours, in any case, and is none: an altered or partial one."""
        begun = re.finditer(f"(?i){self.opening}[0-9a-z]*", text)
        return [match[0] for match in begun if not self._whole(match[0])]

    def _whole(self, run: str) -> bool:
        # Tokens may touch one another or a letter behind them: "Hello{{ a }}{{ b }}s".
        rest = run
        while rest.startswith(self.opening):
            if rest[:LENGTH] not in self._meanings:
                return False
            rest = rest[LENGTH:]
        return self.opening not in rest.lower()

    def _free(self, kind: Kind, key: str) -> str:
        name = f"{self.opening}|{kind}|{key}"
        while True:
            name = hashlib.sha256(name.encode()).hexdigest()
            token = self.opening + name[: LENGTH - len(self.opening)]
            if token not in self._meanings:
                return token


def _free_opening(whole: str) -> str:
    salt = 0
    while True:
        digest = hashlib.sha256(f"{salt}|{whole}".encode()).hexdigest()
        opening = "zq" + digest[:_SALT]
        if opening not in whole:
            return opening
        salt += 1
