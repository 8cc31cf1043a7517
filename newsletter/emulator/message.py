"""In: a reference to one recipient of an accepted request. Out: the message as that person would receive it.

Called by the control API, the inbox, the readers and SendGrid's own links. Nothing rendered is stored.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from newsletter.emulator.addresses import domain
from newsletter.emulator.history import History, Record
from newsletter.emulator.letter import Json, recipients
from newsletter.emulator.options import Options
from newsletter.emulator.stencil import Link, Piece, Stencil, make_stencil
from newsletter.emulator.substitute import substitute
from newsletter.emulator.upn import Ref, Upn


class Message(msgspec.Struct, kw_only=True):
    """One message. Addresses are {"email", "name"?}; `headers` are those beyond From, To, Cc, Reply-To, Subject, Date.

    `links` are the tracked links' own targets; `at` and `due` are emulated Unix seconds of acceptance and of sending.
    """

    id: str
    message_id: str
    at: float
    due: float
    address: str
    field: str
    sender: Json
    to: list[Json]
    cc: list[Json]
    reply_to: list[Json]
    subject: str
    headers: dict[str, str]
    text: str | None
    html: str | None
    links: list[str]
    categories: list[str]
    custom_args: dict[str, str]


class Line(msgspec.Struct, kw_only=True):
    """A message as one line of a list."""

    ref: Ref
    id: str
    at: float
    address: str
    name: str
    sender: str
    subject: str
    categories: list[str]


def envelope_args(letter: Json, envelope: Json) -> dict[str, str]:
    """custom_args of the message and the personalization, merged key by key."""
    return {**(letter.get("custom_args") or {}), **(envelope.get("custom_args") or {})}


def due_at(record: Record, letter: Json, envelope: Json) -> float:
    """When a message is sent: `send_at`, or on acceptance if that is absent or past."""
    return max(record.at, float(envelope.get("send_at") or letter.get("send_at") or 0))


class Press:
    """Renders messages from the journal."""

    def __init__(self, options: Options, history: History) -> None:
        self._history = history
        self._tracking = options.account_tracking
        self._passes = options.passes
        self.base = ""
        self.fate: Callable[[Record, float], str] = lambda *_: "sent"
        self.upn = Upn(options.seed)
        self.stencil = lru_cache(maxsize=32)(self._stencil)

    def _stencil(self, number: int) -> Stencil:
        return make_stencil(self._history.letter(number), self._tracking)

    def letter_of(self, record: Record) -> Json:
        """A request's body as plain JSON."""
        return self._history.letter(record.number)

    def message_key(self, ref: Ref) -> str:
        """What tells this message from others to the same address, and is the same in every run: its categories."""
        record = self._history.find(ref.request)
        return ",".join(record.categories) if record else ""

    def forget(self) -> None:
        """Drop what is cached; after a reset numbers start again."""
        self.stencil.cache_clear()

    def refs(self, record: Record) -> Iterator[tuple[Ref, Json, Json]]:
        """(reference, personalization, person) for every recipient of a request."""
        for place, envelope in enumerate(self._history.letter(record.number)["personalizations"]):
            for position, (_, person) in enumerate(recipients(envelope)):
                yield Ref(record.index, place, position), envelope, person

    def locate(self, ref: Ref) -> tuple[Record, Json, Json, str, Json]:
        """(record, letter, personalization, field, person). KeyError if there is no such recipient."""
        record = self._history.find(ref.request)
        if record is None:
            raise KeyError(str(ref))
        letter = self._history.letter(record.number)
        try:
            envelope = letter["personalizations"][ref.envelope]
            field, person = list(recipients(envelope))[ref.person]
        except IndexError:
            raise KeyError(str(ref)) from None
        return record, letter, envelope, field, person

    def render(self, ref: Ref) -> Message:
        """The message. KeyError if there is no such recipient."""
        record, letter, envelope, field, person = self.locate(ref)
        stencil = self.stencil(record.number)
        values: dict[str, str] = envelope.get("substitutions") or {}
        return Message(
            id=str(ref),
            message_id=record.message_id,
            at=record.at,
            due=due_at(record, letter, envelope),
            address=person["email"],
            field=field,
            sender=envelope.get("from") or letter["from"],
            to=envelope["to"],
            cc=envelope.get("cc") or [],
            reply_to=[self._filled(each, values) for each in _reply_to(letter)],
            subject=self._fill(envelope.get("subject") or letter.get("subject") or "", values),
            headers=self._headers(ref, letter, envelope, stencil),
            text=self._join(stencil.text, ref, values),
            html=self._join(stencil.html, ref, values),
            links=[self._fill(link.url, values) for link in stencil.links],
            categories=record.categories,
            custom_args=envelope_args(letter, envelope),
        )

    def listing(
        self, address: str, skip: int, most: int, *, newest_first: bool = False
    ) -> tuple[int, list[Line]]:
        """(number of messages, a page of them), without what was cancelled. `address`: only those whose recipient contains it."""
        total, lines = 0, []
        records = self._history.accepted()
        for record in reversed(records) if newest_first else records:
            letter = self._history.letter(record.number)
            for ref, envelope, person in self.refs(record):
                if address.lower() not in person["email"].lower():
                    continue
                if self.fate(record, due_at(record, letter, envelope)) in ("cancelled", "expired"):
                    continue
                if skip <= total < skip + most:
                    lines.append(self._line(ref, record, letter, envelope, person))
                total += 1
        return total, lines

    def _line(self, ref: Ref, record: Record, letter: Json, envelope: Json, person: Json) -> Line:
        sender = envelope.get("from") or letter["from"]
        return Line(
            ref=ref,
            id=str(ref),
            at=due_at(record, letter, envelope),
            address=person["email"],
            name=person.get("name", ""),
            sender=sender.get("name") or sender["email"],
            subject=self._fill(
                envelope.get("subject") or letter.get("subject") or "", envelope.get("substitutions") or {}
            ),
            categories=record.categories,
        )

    def target(self, ref: Ref, index: int) -> tuple[str, Link]:
        """Where a tracked link leads for this recipient. KeyError if there is no such link."""
        record, _, envelope, _, _ = self.locate(ref)
        for link in self.stencil(record.number).links:
            if link.index == index:
                return self._fill(link.url, envelope.get("substitutions") or {}), link
        raise KeyError(index)

    def _fill(self, text: str, values: dict[str, str]) -> str:
        return substitute(text, values, self._passes)

    def _filled(self, person: Json, values: dict[str, str]) -> Json:
        return {name: self._fill(text, values) for name, text in person.items()}

    def _join(self, pieces: tuple[Piece, ...] | None, ref: Ref, values: dict[str, str]) -> str | None:
        return None if pieces is None else "".join(self._piece(piece, ref, values) for piece in pieces)

    def _piece(self, piece: Piece, ref: Ref, values: dict[str, str]) -> str:
        if isinstance(piece, str):
            return self._fill(piece, values)
        if isinstance(piece, Link):
            return f"{self.base}/ls/click?upn={self.upn.make('click', ref, piece.index)}"
        return self.address_for(piece.name, ref)

    def address_for(self, purpose: str, ref: Ref) -> str:
        """The address of the pixel, the unsubscribe pages or the preferences for a recipient."""
        path = {"open": "/wf/open", "unsubscribe": "/wf/unsubscribe", "group": "/asm/unsubscribe"}
        return f"{self.base}{path.get(purpose, '/asm/preferences')}?upn={self.upn.make(purpose, ref)}"

    def _headers(self, ref: Ref, letter: Json, envelope: Json, stencil: Stencil) -> dict[str, str]:
        headers: dict[str, Any] = {**(letter.get("headers") or {}), **(envelope.get("headers") or {})}
        if stencil.subscription or stencil.group is not None:
            # Overwrites what the sender gave, so that a forgotten switch shows.
            headers = {
                name: text
                for name, text in headers.items()
                if not name.lower().startswith("list-unsubscribe")
            }
            purpose = "unsubscribe" if stencil.subscription else "group"
            mailbox = f"unsubscribe@{domain(letter['from']['email'])}"
            headers["List-Unsubscribe"] = f"<mailto:{mailbox}>, <{self.address_for(purpose, ref)}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers


def _reply_to(letter: Json) -> list[Json]:
    return letter.get("reply_to_list") or ([letter["reply_to"]] if letter.get("reply_to") else [])
