"""The studio's cookies: who is signed in and when they were last here, what to say once; and the proof of a form.

In: requests, the studio's key, the clock. Out: texts, cookies on answers. Called by arriving.

The time of the last visit stands in the cookie, signed, and not in the database: looking at pages changes nothing there.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

_RENEWED = 60  #: seconds after which the time of the last visit is written anew
_SAID = 1500  #: characters of a message


@dataclass(frozen=True, slots=True)
class Cookies:
    """`secure`: staff come by https. `idle`: seconds without a visit after which a session ends."""

    key: bytes
    secure: bool
    idle: int

    def _name(self, name: str) -> str:
        return f"__Host-newsletter-{name}" if self.secure else f"newsletter-{name}"

    def _mac(self, purpose: str, text: str) -> str:
        return hmac.new(self.key, f"{purpose}\0{text}".encode(), "sha256").hexdigest()

    def session(self, request: Request, now: datetime) -> str:
        """The session's token, where it was not left alone too long; else nothing."""
        return self._session(request, now)[0]

    def _session(self, request: Request, now: datetime) -> tuple[str, float]:
        token, _, rest = request.cookies.get(self._name("session"), "").partition(".")
        seen, _, mac = rest.partition(".")
        proved = hmac.compare_digest(mac.encode(), self._mac("seen", f"{token}.{seen}").encode())
        if not (token and proved):
            return "", 0.0
        past = now.timestamp() - int(seen)
        return (token, past) if past <= self.idle else ("", 0.0)

    def give_session(self, answer: Response, token: str, now: datetime) -> None:
        """A session, seen now."""
        seen = f"{token}.{int(now.timestamp())}"
        self._set(answer, "session", f"{seen}.{self._mac('seen', seen)}", None)

    def renew(self, request: Request, answer: Response, now: datetime) -> None:
        """A session that is used goes on."""
        token, past = self._session(request, now)
        if token and past >= _RENEWED:
            self.give_session(answer, token, now)

    def end_session(self, answer: Response) -> None:
        """Nobody is signed in any more."""
        self._drop(answer, "session")

    def visitor(self, request: Request) -> str:
        """A name for a browser without a session, so that its forms can be proved; empty when it has none yet."""
        known = request.cookies.get(self._name("visitor"), "")
        return known if len(known) == 43 and known.isascii() else ""

    def give_visitor(self, answer: Response, visitor: str) -> None:
        """Remember the browser until it is closed."""
        self._set(answer, "visitor", visitor, None)

    def token(self, whose: str) -> str:
        """What proves that a form was made for this session, or this browser."""
        return self._mac("form", whose)

    def proves(self, whose: str, given: str) -> bool:
        """Whether a form was made for it."""
        return bool(whose) and hmac.compare_digest(given.encode(), self.token(whose).encode())

    def said(self, request: Request) -> str:
        """The message that is to be shown once."""
        text, _, mac = request.cookies.get(self._name("said"), "").partition(".")
        if not text or not hmac.compare_digest(mac.encode(), self._mac("said", text).encode()):
            return ""
        return urlsafe_b64decode(text).decode()

    def say(self, answer: Response, text: str) -> None:
        """Have a message shown on the next page."""
        kept = urlsafe_b64encode(text[:_SAID].encode()).decode()
        self._set(answer, "said", f"{kept}.{self._mac('said', kept)}", 60)

    def was_said(self, answer: Response) -> None:
        """It was shown."""
        self._drop(answer, "said")

    def _set(self, answer: Response, name: str, value: str, seconds: int | None) -> None:
        answer.set_cookie(
            self._name(name),
            value,
            max_age=seconds,
            httponly=True,
            samesite="strict",
            secure=self.secure,
            path="/",
        )

    def _drop(self, answer: Response, name: str) -> None:
        answer.delete_cookie(self._name(name), httponly=True, samesite="strict", secure=self.secure, path="/")


def fresh_visitor() -> str:
    """A name for a browser that is here for the first time."""
    return secrets.token_urlsafe(32)


def unescaped(headers: Mapping[str, str]) -> str:
    """The message that an endpoint put on its answer."""
    return headers.get("x-said", "").encode("ascii").decode("unicode_escape")
