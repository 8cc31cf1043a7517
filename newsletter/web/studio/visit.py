"""A visit: what every endpoint of the studio is handed, and how it answers.

In: a request, judged and read by `arriving`. Out: pages, fragments, redirects, live lines. Called by every section.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from newsletter.model.account import Account
from newsletter.model.errors import ConfigurationError, Explained
from newsletter.model.hold import Hold
from newsletter.model.inquiry import Inquiry
from newsletter.pipeline import answer_words, hold, inquiry_words, lease, signing_in
from newsletter.pipeline.context import Context
from newsletter.web.studio.studio import Studio
from newsletter.web.studio.words import Words, words

_STEP = 0.25  #: seconds between two looks whether the program ends
_BEAT = 15.0  #: seconds after which a comment keeps a live line open, and its session is looked at


def inside(url: str) -> bool:
    """Whether an address is a page of ours, whoever wrote it."""
    plain = url.isascii() and url.isprintable() and "\\" not in url
    return plain and url.startswith("/") and not url.startswith("//")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent along. `name` and `media_type` are what the browser said: untrusted."""

    name: str
    media_type: str
    data: bytes


@dataclass
class Visit:
    """One request of one person. `account` is None only on pages that anybody may see (sign-in, welcome)."""

    studio: Studio
    who: Account | None
    language: str
    section: str  #: of the route: its style is linked, the rail shows it
    here: str  #: path and query of the page; of a form: of the page that it stands on
    token: str  #: proves a form ours; templates put it in
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: all values of a field
    files: Mapping[str, Upload] = field(default_factory=dict)
    posted: bool = False  #: a form of ours was sent
    from_elsewhere: bool = False  #: by a link on another site, with which the browser sends no cookie
    partial: bool = False  #: asked for by htmx: answer only the fragment
    network: str = ""  #: the address it came from
    origin: str = ""  #: the studio's own address, as this browser knows it
    nonce: str = ""  #: of the styles that an editor makes
    session: str = ""  #: the session's token
    said: str = ""  #: a message that is shown once
    trouble: Explained | None = None  #: why the form that was sent did nothing
    typed: Mapping[str, str] = field(default_factory=dict)  #: what was typed into it
    ticked: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: all values of its fields

    @property
    def account(self) -> Account:
        """Who is signed in."""
        if self.who is None:
            raise LookupError("nobody is signed in here")
        return self.who

    @cached_property
    def ctx(self) -> Context:
        """The surroundings of verbs, as this person."""
        if self.who is None:
            return self.studio.ctx
        return self.studio.as_person(self.who.name, acting=self.posted)

    @property
    def w(self) -> Words:
        """The words of the interface."""
        return words(self.language)

    def many(self, name: str) -> Sequence[str]:
        """All values of a field that may be there several times."""
        return self.lists.get(name, ())

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A template of look/, within the frame if it extends base.html. `title` is wanted by the frame."""
        return HTMLResponse(self.draw(template, **values), status)

    def once(self, template: str, **values: object) -> Response:
        """The answer to a form, with something that is shown only once and kept nowhere (a link, a key)."""
        answer = HTMLResponse(self.draw(template, **values))
        answer.headers["x-shown"] = "once"
        return answer

    def to(self, url: str, said: str = "") -> Response:
        """Go to a page, with a message shown there once."""
        answer = RedirectResponse(url, 303)
        if said:
            answer.headers["x-said"] = said.encode("unicode_escape").decode("ascii")
        return answer

    def draw(self, template: str, **values: object) -> str:
        """A template of look/ as text."""
        return self.studio.draw(template, **(self._frame() | values))

    def _frame(self) -> dict[str, Any]:
        ctx = self.studio.ctx
        names = ctx.publication.name
        kept = _Kept(ctx, self.language)
        return {
            "w": self.w,
            "language": self.language,
            "account": self.who,
            "rail": self.studio.rail,
            "section": self.section,
            "here": self.here,
            "newsletter": names.get(self.language) or next(iter(names.values())),
            "token": self.token,
            "nonce": self.nonce,
            "said": self.said,
            "trouble": self.trouble,
            "explained": self.explained,
            "answered": self.answered,
            "inquired": self.inquired,
            "typed": self.typed,
            "ticked": self.ticked,
            "kept": kept,
        }

    def explained(self, error: Explained) -> tuple[str, str]:
        """An error in the language of the interface: what is wrong, and the next step."""
        return error.told(self.language)

    def answered(self, kept: str) -> str:
        """What a provider answered or a verb refused, as it was kept, in the language of the interface."""
        return answer_words.told(kept, self.language)

    def inquired(self, one: Inquiry) -> str:
        """What a provider was asked about a call in doubt, and what it answered."""
        return inquiry_words.told(one).told(self.language)

    def stream(self, draw: Callable[[], str], every: float = 1.0) -> Response:
        """A live line: sends what `draw` gives whenever it has changed, looking every so many seconds."""
        lines = _lines(self.studio, draw, every, self._lasts)
        return StreamingResponse(lines, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    def _lasts(self) -> bool:
        """Whether the session goes on: a live line ends with it."""
        return self.who is None or signing_in.who(self.studio.ctx, self.session) is not None


class _Kept:
    """What is held back, asked for only by a page that shows it, and once."""

    def __init__(self, ctx: Context, language: str) -> None:
        self._ctx, self._language = ctx, language

    @cached_property
    def hold(self) -> Hold | None:
        """The hold that stands."""
        return hold.standing(self._ctx)

    @cached_property
    def unclaimed(self) -> str:
        """Why nothing may be sent from this copy of the database."""
        try:
            return lease.look(self._ctx).sentence.told(self._language)
        except ConfigurationError as error:
            return error.told(self._language)[0]


async def _lines(
    studio: Studio, draw: Callable[[], str], every: float, lasts: Callable[[], bool]
) -> AsyncIterator[bytes]:
    last, quiet = "", 0.0
    yield b"retry: 2000\n\n"
    while not studio.stop.is_set():
        drawn = await run_in_threadpool(draw)
        if drawn != last:
            if not await run_in_threadpool(lasts):
                return
            last = drawn
            yield b"".join(b"data: %s\n" % line.encode() for line in drawn.splitlines()) + b"\n"
        quiet += every
        if quiet >= _BEAT:
            quiet = 0.0
            if not await run_in_threadpool(lasts):
                return
            yield b": still here\n\n"
        await _pause(studio, every)


async def _pause(studio: Studio, seconds: float) -> None:
    """Wait, but not beyond the end of the program."""
    while seconds > 0 and not studio.stop.is_set():
        await asyncio.sleep(min(_STEP, seconds))
        seconds -= _STEP
