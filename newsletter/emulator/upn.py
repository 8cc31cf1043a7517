"""In: a recipient and what an address is for. Out: the opaque token in SendGrid's own links, and back.

Called by message.py to make them and by trackers.py to read them.
"""

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

import msgspec


class Ref(NamedTuple):
    """One recipient: the request's index, the personalization in it, the person in to + cc + bcc."""

    request: int
    envelope: int
    person: int

    def __str__(self) -> str:
        """`12.0.0`, as used in the control API and the inbox."""
        return f"{self.request}.{self.envelope}.{self.person}"


def read_ref(text: str) -> Ref | None:
    """The Ref from its text, or None."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return None
    return Ref(*(int(part) for part in parts))


class Upn:
    """Makes and reads tokens; a token made with another seed is not taken."""

    def __init__(self, seed: int) -> None:
        self._key = hashlib.sha256(f"upn {seed}".encode()).digest()

    def make(self, purpose: str, ref: Ref, link: int = 0) -> str:
        """The token for `open`, `click`, `unsubscribe`, `group` or `preferences`."""
        content = msgspec.json.encode([purpose, *ref, link])
        return base64.urlsafe_b64encode(self._mac(content) + content).rstrip(b"=").decode()

    def read(self, text: str) -> tuple[str, Ref, int] | None:
        """(purpose, recipient, link index), or None for anything not made here."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        mac, content = raw[:9], raw[9:]
        if not hmac.compare_digest(mac, self._mac(content)):
            return None
        purpose, *numbers, link = msgspec.json.decode(content)
        return purpose, Ref(*numbers), link

    def _mac(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")[:9]
